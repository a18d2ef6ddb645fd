"""CDD-CESM (Khaled et al. 2022, 10.7937/29kw-ae92): low-energy full-field digital images, CC, at most 1664 rows.

Layout: cdd-cesm/labels.csv, cdd-cesm/regions.csv and cdd-cesm/images/. Where the folder's class and the pathology disagree,
pathology is the record. A benign pathology with BI-RADS 1 ("Normal") leaves `abnormal` unknown: the finding was seen after
contrast, not on this image.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Final

from inference.datasets.records import DatasetError, Record, Region, ellipse, kinds_of
from inference.datasets.tables import Row, choice, image_path, number, read_table

COLUMNS: Final = ("image", "patient", "folder_class", "pathology", "side", "view", "density", "birads")
REGION_COLUMNS: Final = ("image", "shape", "x0", "y0", "x1", "y1", "points")

PATHOLOGY: Final = {"": None, "Malignant": True, "Benign": False}
FOLDER_MALIGNANT: Final = {"normal": False, "benign": False, "malignant": None, "mixed": None}
WORDS: Final = {
    "mass": "mass",
    "calcif": "calcification",
    "distortion": "distortion",
    "asymmetr": "asymmetry",
}
LETTERS: Final = {letter: tuple(float(letter == other) for other in "ABCD") for letter in "ABCD"}


def read(root: Path) -> list[Record]:
    """Every image of `root`/cdd-cesm, in the order of its table; DatasetError says what is missing."""
    folder = root / "cdd-cesm"
    drawn: dict[str, list[Row]] = defaultdict(list)
    for row in read_table(folder / "regions.csv", REGION_COLUMNS):
        drawn[row["image"]].append(row)
    path = folder / "labels.csv"
    return [_record(folder, row, drawn[row["image"]], path) for row in read_table(path, COLUMNS)]


def _record(folder: Path, row: Row, drawn: list[Row], path: Path) -> Record:
    pathology = choice(row, "pathology", PATHOLOGY, path)
    malignant = choice(row, "folder_class", FOLDER_MALIGNANT, path) if pathology is None else pathology
    abnormal = _abnormal(row, pathology)
    # "5$2" rates a malignant and a benign finding on one image: which outline is which is not said
    region_malignant = None if malignant and "$" in row["birads"] else malignant
    return Record(
        dataset="cdd-cesm",
        image=row["image"],
        path=image_path(folder / "images", row["image"]),
        patient=row["patient"] or "cdd-cesm?",
        laterality=row["side"] or None,
        view=row["view"] or None,
        malignant=malignant,
        abnormal=abnormal,
        density=_letter(row, path),
        regions=tuple(Region(_outline(shape, path), region_malignant) for shape in drawn) if abnormal else (),
        located=bool(drawn) or abnormal is False,
        kinds=_kinds(row, abnormal),
        birads=row["birads"] or None,
        age=float(row["age"]) if row.get("age", "").strip() else None,
    )


def _abnormal(row: Row, pathology: bool | None) -> bool | None:
    if pathology is False and row["birads"] == "1":
        return None
    return pathology is not None or row["folder_class"] != "normal"


def _kinds(row: Row, abnormal: bool | None) -> tuple[str, ...] | None:
    """By the words of the findings; None where there are findings that none of the words names."""
    told = row.get("findings", "").lower()
    found = kinds_of(*(kind for word, kind in WORDS.items() if word in told))
    return found if found or abnormal is False else None


def _letter(row: Row, path: Path) -> tuple[float, float, float, float] | None:
    if not row["density"]:
        return None
    a, b, c, d = choice(row, "density", LETTERS, path)
    return a, b, c, d


def _outline(row: Row, path: Path) -> tuple[tuple[float, float], ...]:
    if row["points"]:
        return tuple((float(x), float(y)) for x, y in json.loads(row["points"]))
    if row["shape"] not in ("circle", "ellipse"):
        raise DatasetError(f"{path.with_name('regions.csv')}: a {row['shape']} of {row['image']} has no points")
    x0, y0, x1, y1 = (number(row, name, path) for name in ("x0", "y0", "x1", "y1"))
    return ellipse(x0, y0, x1, y1)
