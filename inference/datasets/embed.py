"""EMBED (Jeong et al. 2023, Emory, open part): full-field digital mammograms as DICOM with two CSVs.

Layout: embed/EMBED_OpenData_clinical.csv (or _clinical_reduced.csv), embed/EMBED_OpenData_metadata.csv (or
_metadata_reduced.csv), and the DICOM files at the end of each `anon_dicom_path`, below embed/ (in images/, or right there).
Only 2-D views that are no spot or magnification views are read. Boxes are [ymin, xmin, ymax, xmax].

A breast is malignant where a finding's worst pathology is an invasive or non-invasive cancer (path_severity 0, 1), not
malignant where it is 2 to 5 or where the assessment is negative or benign (N, B); a suspicious finding without pathology
leaves it unknown, as does a cancer of another origin (6).
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from inference.datasets.cdd_cesm import LETTERS
from inference.datasets.records import DatasetError, Record, Region, box, kinds_of
from inference.datasets.tables import Row, read_table

METADATA: Final = (
    "empi_anon",
    "acc_anon",
    "anon_dicom_path",
    "ImageLateralityFinal",
    "ViewPosition",
    "FinalImageType",
    "num_roi",
    "ROI_coords",
)
CLINICAL: Final = ("empi_anon", "acc_anon", "side", "asses", "path_severity", "tissueden", "massshape", "calcfind")
SHAPES: Final = {
    **dict.fromkeys("GROXNYDL", "mass"),
    **dict.fromkeys("TBSFV", "asymmetry"),
    **dict.fromkeys("QA", "distortion"),
}
ABNORMAL: Final = {"N": False, "B": True, "P": True, "S": True, "M": True, "K": True, "A": None}
LETTER: Final = dict(zip("1234", LETTERS.values(), strict=True))


def read(root: Path) -> list[Record]:
    """Every 2-D view of `root`/embed; DatasetError says what is missing."""
    folder = root / "embed"
    clinical: dict[str, list[Row]] = defaultdict(list)
    for row in read_table(_table(folder, "clinical"), CLINICAL):
        clinical[row["acc_anon"]].append(row)
    path = _table(folder, "metadata")
    rows = [{**row, "image": row["anon_dicom_path"]} for row in _metadata(path)]
    return [_record(folder, row, clinical, path) for row in rows if _whole_view(row)]


def _table(folder: Path, kind: str) -> Path:
    reduced = folder / f"EMBED_OpenData_{kind}_reduced.csv"
    return reduced if reduced.is_file() else folder / f"EMBED_OpenData_{kind}.csv"


def _metadata(path: Path) -> list[Row]:
    """The rows; newer releases of the set write num_ROI for num_roi."""
    wanted = [name for name in METADATA if name != "num_roi"]
    rows = read_table(path, wanted)
    return [{**row, "num_roi": row.get("num_roi") or row.get("num_ROI") or "0"} for row in rows]


def _whole_view(row: Row) -> bool:
    return row["FinalImageType"] == "2D" and not row.get("spot_mag", "").strip().strip("0.")


def _record(folder: Path, row: Row, clinical: dict[str, list[Row]], path: Path) -> Record:
    side = row["ImageLateralityFinal"]
    findings = [one for one in clinical[row["acc_anon"]] if one["side"] in (side, "B", "")]
    if not findings:
        raise DatasetError(
            f"{path}: exam {row['acc_anon']} of {row['image']} has no row for side {side} among findings"
        )
    malignant, kinds = _malignant(findings), kinds_of(*(kind for one in findings for kind in _kinds(one)))
    abnormal = _abnormal(findings)
    boxes = _boxes(row, path)
    verdict = malignant if len(boxes) == 1 or not malignant else None  # of several boxes nobody says which one it is
    return Record(
        dataset="embed",
        image=PurePosixPath(row["image"]).name,
        path=_image(folder, row["image"], path),
        patient=row["empi_anon"],
        laterality=side or None,
        view=row["ViewPosition"] or None,
        malignant=malignant,
        abnormal=abnormal,
        density=_density(findings),
        regions=tuple(Region(box(x0, y0, x1, y1), verdict, kinds) for y0, x0, y1, x1 in boxes) if abnormal else (),
        located=abnormal is False,
        kinds=kinds if kinds or abnormal is False else None,
        birads=max((one["asses"] for one in findings), key="NBPASMK".find) or None,
        age=_age(findings),
        vendor=row.get("Manufacturer") or None,
    )


def _kinds(finding: Row) -> list[str]:
    found = [SHAPES[letter] for letter in finding["massshape"].strip() if letter in SHAPES]
    return [*found, "calcification"] if finding["calcfind"].strip() else found


def _malignant(findings: Sequence[Row]) -> bool | None:
    said = [_severity(one) for one in findings]
    return True if True in said else None if None in said else False


def _severity(finding: Row) -> bool | None:
    worst = finding["path_severity"].strip().split(".")[0]
    if worst:
        return worst in "01" if worst in "012345" else None
    return False if finding["asses"] in ("N", "B") else None


def _abnormal(findings: Sequence[Row]) -> bool | None:
    said = [ABNORMAL.get(one["asses"]) for one in findings]
    return True if True in said else None if None in said else False


def _density(findings: Sequence[Row]) -> tuple[float, float, float, float] | None:
    letter = LETTER.get(findings[0]["tissueden"].strip().split(".")[0])
    return None if letter is None else (letter[0], letter[1], letter[2], letter[3])


def _age(findings: Sequence[Row]) -> float | None:
    said = findings[0].get("age_at_study", "").strip()
    return float(said) if said.replace(".", "", 1).isdigit() else None


def _boxes(row: Row, path: Path) -> list[list[float]]:
    """ROI_coords: a Python list of lists or of tuples, as text."""
    text = row["ROI_coords"].strip().replace("(", "[").replace(")", "]").replace(",]", "]") or "[]"
    try:
        boxes = [[float(edge) for edge in one] for one in json.loads(text)]
    except (ValueError, TypeError) as error:
        raise DatasetError(f"{path}: ROI_coords of {row['image']} is {text!r}, not a list of boxes") from error
    if any(len(one) != 4 for one in boxes):
        raise DatasetError(f"{path}: a box of {row['image']} has not four edges")
    return boxes


def _image(folder: Path, named: str, table: Path) -> Path:
    """The file at the end of an absolute path of the authors' machine."""
    parts = PurePosixPath(named).parts
    for start in range(len(parts)):
        for base in (folder, folder / "images"):
            path = base.joinpath(*(part for part in parts[start:] if part not in ("/", "..")))
            if path.is_file():
                return path
    raise DatasetError(f"{folder / 'images' / PurePosixPath(named).name} is missing: {table.name} lists {named}")
