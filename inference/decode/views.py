"""Side and view as the header gives them; nothing is guessed from descriptions."""

import re

from pydicom.dataset import Dataset

VIEWS = {  # PS3.16 CID 4014 by SNOMED CT code and by the older SRT code
    **dict.fromkeys(("399162004", "R-10242"), "CC"),
    **dict.fromkeys(("399368009", "R-10226"), "MLO"),
    **dict.fromkeys(("399260004", "R-10224"), "ML"),
    **dict.fromkeys(("399352003", "R-10228"), "LM"),
    **dict.fromkeys(("399099002", "R-10230"), "LMO"),
    **dict.fromkeys(("399196006", "R-10244"), "FB"),
    **dict.fromkeys(("399192008", "R-1024A"), "XCCL"),
    **dict.fromkeys(("399101009", "R-1024B"), "XCCM"),
    **dict.fromkeys(("399188001",), "SIO"),
    **dict.fromkeys(("441555000",), "ISO"),
    **dict.fromkeys(("127457009", "G-8310"), "SPECIMEN"),
}
MODIFIERS = {  # PS3.16 CID 4015: those under which a view no longer shows the whole breast as trained on
    **dict.fromkeys(("399163009", "R-102D6"), "magnification"),
    **dict.fromkeys(("399055006", "R-102D7"), "spot compression"),
    **dict.fromkeys(("399209000", "R-102D5"), "implant displaced"),
    **dict.fromkeys(("399161006", "R-102D2"), "cleavage"),
    **dict.fromkeys(("399011000", "R-102D1"), "axillary tail"),
    **dict.fromkeys(("399110001", "R-102C2"), "tangential"),
    **dict.fromkeys(("399197002", "R-102D3"), "rolled lateral"),
    **dict.fromkeys(("399226006", "R-102D4"), "rolled medial"),
    **dict.fromkeys(("414493004", "R-102CA"), "rolled inferior"),
    **dict.fromkeys(("415670009", "R-102C9"), "rolled superior"),
    **dict.fromkeys(("441752004", "P2-00161"), "anterior compression"),
}
# CBIS-DDSM writes side and view only in the patient's id: Mass-Test_P_00173_LEFT_CC
DATASET_ID = re.compile(r"_(LEFT|RIGHT)_(CC|MLO)(?:_\d+)?$")


def laterality_of(ds: Dataset) -> str | None:
    """Side "L" or "R" by Image Laterality, then Laterality, then a CBIS-DDSM patient id; None otherwise."""
    for keyword in ("ImageLaterality", "Laterality"):
        side = str(ds.get(keyword) or "").strip().upper()
        if side in ("L", "R"):
            return side
    named = DATASET_ID.search(str(ds.get("PatientID") or ""))
    return named[1][0] if named else None


def view_of(ds: Dataset) -> str | None:
    """The view by View Position, then View Code, then a CBIS-DDSM patient id; None otherwise."""
    position = str(ds.get("ViewPosition") or "").strip().upper()
    if position:
        return position
    for code in _items(ds, "ViewCodeSequence"):
        if (value := str(code.get("CodeValue") or "")) in VIEWS:
            return VIEWS[value]
    named = DATASET_ID.search(str(ds.get("PatientID") or ""))
    return named[2] if named else None


def modifiers_of(ds: Dataset) -> tuple[str, ...]:
    """The view modifiers that matter to scoring, in the header's order."""
    found = [
        MODIFIERS[str(code.get("CodeValue") or "")]
        for view in _items(ds, "ViewCodeSequence")
        for code in _items(view, "ViewModifierCodeSequence")
        if str(code.get("CodeValue") or "") in MODIFIERS
    ]
    return tuple(found)


def _items(ds: Dataset, keyword: str) -> list[Dataset]:
    value = ds.get(keyword)
    return [item for item in value if isinstance(item, Dataset)] if value else []


def study_of(ds: Dataset) -> str | None:
    """What the images of one exam share: Study Instance UID; for CBIS-DDSM, which gives each view a study, the patient."""
    patient = str(ds.get("PatientID") or "").strip()
    if named := DATASET_ID.search(patient):
        return patient[: named.start()]
    return str(ds.get("StudyInstanceUID") or "").strip() or None
