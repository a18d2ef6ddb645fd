"""Which breast and which view: from laterality + ViewPosition, then coded view, then orientation, then a film's Patient ID.

Each answer carries the name of the element it came from; nothing is read from a description.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from portal.exams import notes as said

# PS3.16 CID 4014 View for Mammography: SNOMED CT and the older SNOMED RT codes.
VIEW_CODES = {
    "399162004": "CC", "R-10242": "CC", "399368009": "MLO", "R-10226": "MLO",
    "399260004": "ML", "R-10224": "ML", "399352003": "LM", "R-10228": "LM",
    "399099002": "LMO", "R-10230": "LMO", "399196006": "FB", "R-10244": "FB",
    "399188001": "SIO", "R-102D0": "SIO", "441555000": "ISO", "R-40AAA": "ISO",
    "399192008": "XCCL", "R-1024A": "XCCL", "399101009": "XCCM", "R-1024B": "XCCM",
}  # fmt: skip
# PS3.16 CID 4015 View Modifier for Mammography.
MODIFIER_CODES = {
    "399055006": "spot", "R-102D7": "spot", "399163009": "magnification", "R-102D6": "magnification",
    "399209000": "implant-displaced", "R-102D5": "implant-displaced", "399161006": "cleavage", "R-102D2": "cleavage",
    "399011000": "axillary-tail", "R-102D1": "axillary-tail", "399110001": "tangential", "R-102C2": "tangential",
    "399197002": "rolled-lateral", "R-102D3": "rolled-lateral", "399226006": "rolled-medial", "R-102D4": "rolled-medial",
    "414493004": "rolled-inferior", "R-102CA": "rolled-inferior", "415670009": "rolled-superior",
    "R-102C9": "rolled-superior", "442593008": "inframammary-fold", "R-40ABE": "inframammary-fold",
    "442581004": "nipple-in-profile", "R-40AB3": "nipple-in-profile", "442580003": "axillary-tissue",
    "R-40AB2": "axillary-tissue", "441752004": "anterior-compression", "P2-00161": "anterior-compression",
}  # fmt: skip
POSITIONS = {"CC", "MLO", "ML", "LM", "LMO", "FB", "SIO", "ISO", "XCC", "XCCL", "XCCM", "AT", "CV"}
FILM_ID = re.compile(r"^(?P<stem>.+?)_(?P<side>LEFT|RIGHT)_(?P<view>CC|MLO|ML|LM)$", re.IGNORECASE)
# Beam of an oblique view: the detector's lower edge points to the feet and across the midline.
_OBLIQUE = {"FL": "R", "LF": "R", "HR": "R", "RH": "R", "FR": "L", "RF": "L", "HL": "L", "LH": "L"}


@dataclass(frozen=True)
class Projection:
    """laterality: "L", "R" or ""; view: a term of POSITIONS or ""; sources: element names; notes: sentences."""

    laterality: str
    view: str
    modifiers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def source(self) -> str:
        """As shown: "ImageLaterality, ViewPosition"."""
        return ", ".join(self.sources)


def derive(dataset: Dataset, *, film: bool) -> Projection:
    """Laterality and view of one image; `film` allows the Patient ID of a digitised film as a last resort."""
    from_id = FILM_ID.match(str(dataset.get("PatientID") or "")) if film else None
    side, side_source = _laterality(dataset, from_id)
    view, view_source, notes = _view(dataset, from_id)
    sources = tuple(dict.fromkeys(source for source in (side_source, view_source) if source))
    if any(source == "PatientID" for source in sources):
        notes = (*notes, said.FROM_ID)
    if any(source == "PatientOrientation" for source in sources):
        notes = (*notes, said.FROM_ORIENTATION)
    return Projection(side, view, _modifiers(dataset), sources, notes)


def film_stem(dataset: Dataset) -> str:
    """The patient's part of a digitised film's Patient ID ("" when it has no such form)."""
    found = FILM_ID.match(str(dataset.get("PatientID") or ""))
    return found["stem"] if found else ""


def _laterality(dataset: Dataset, from_id: re.Match[str] | None) -> tuple[str, str]:
    for keyword in ("ImageLaterality", "Laterality"):
        if (side := str(dataset.get(keyword) or "").strip().upper()) in ("L", "R"):
            return side, keyword
    if (side := _frame_laterality(dataset)) in ("L", "R"):
        return side, "FrameLaterality"
    if side := _OBLIQUE.get(_column_direction(dataset), ""):
        return side, "PatientOrientation"
    return (from_id["side"][0].upper(), "PatientID") if from_id else ("", "")


def _frame_laterality(dataset: Dataset) -> str:
    """Of tomosynthesis: Frame Anatomy in the functional groups (PS3.3 C.7.6.16.2.8)."""
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for group in (dataset.get(groups) or [])[:1]:
            for anatomy in group.get("FrameAnatomySequence") or []:
                return str(anatomy.get("FrameLaterality") or "").strip().upper()
    return ""


def _view(dataset: Dataset, from_id: re.Match[str] | None) -> tuple[str, str, tuple[str, ...]]:
    coded = _coded_view(dataset)
    position = _position(dataset)
    if position:
        clash = coded and coded != position
        notes = (said.CLASH.format(position=position, coded=coded, shown=position),) if clash else ()
        return position, "ViewPosition", notes
    if coded:
        return coded, "ViewCodeSequence", ()
    if view := _oriented_view(dataset):
        return view, "PatientOrientation", ()
    return (from_id["view"].upper(), "PatientID", ()) if from_id else ("", "", ())


def _position(dataset: Dataset) -> str:
    """ViewPosition as a known term; a leading side ("RCC") is dropped, and "ML" stays "ML"."""
    term = str(dataset.get("ViewPosition") or "").strip().upper()
    if term in POSITIONS:
        return term
    return term[1:] if term[:1] in "LR" and term[1:] in POSITIONS else ""


def _coded_view(dataset: Dataset) -> str:
    for item in dataset.get("ViewCodeSequence") or []:
        return VIEW_CODES.get(str(item.get("CodeValue") or ""), "")
    return ""


def _modifiers(dataset: Dataset) -> tuple[str, ...]:
    found = (
        MODIFIER_CODES.get(str(modifier.get("CodeValue") or ""), "")
        for item in dataset.get("ViewCodeSequence") or []
        for modifier in item.get("ViewModifierCodeSequence") or []
    )
    return tuple(dict.fromkeys(name for name in found if name))


def _column_direction(dataset: Dataset) -> str:
    """Second value of PatientOrientation (PS3.3 C.7.6.1.1.1), "" unless there are exactly two."""
    values = dataset.get("PatientOrientation")
    pair = [] if values is None or isinstance(values, str) else [str(value).upper() for value in values]
    return pair[1] if len(pair) == 2 and pair[0][:1] in ("A", "P") else ""


def _oriented_view(dataset: Dataset) -> str:
    """CC runs straight across, an oblique one slants; straight down may be ML or LM, so it answers nothing."""
    direction = _column_direction(dataset)
    if direction in ("L", "R"):
        return "CC"
    return "MLO" if direction in _OBLIQUE else ""
