"""CBIS-DDSM (Lee et al. 2017, TCIA, CC BY 3.0): film scans of DDSM as DICOM, with masks of each abnormality.

Layout: cbis-ddsm/{mass,calc}_case_description_{train,test}_set.csv as TCIA gives them, and TCIA's tree of DICOM files beside
them (in CBIS-DDSM/ or right there), in either of its forms: PatientID/study UID/series UID/file, or "Classic",
PatientID/date-DDSM-.../1.000000-full mammogram images-.../file. File names in the CSVs do not hold; folders do.

31 of the 1,566 patients have masses in one split and calcifications in the other: all of their images are called test.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from pydicom import dcmread

from inference.datasets.cdd_cesm import LETTERS
from inference.datasets.records import DatasetError, Point, Record, Region, kinds_of, read_pixels
from inference.datasets.tables import Row, choice, read_table
from inference.outline import outer_polygon

TABLES: Final = [(kind, split) for kind in ("mass", "calc") for split in ("train", "test")]
COLUMNS: Final = (
    "patient_id",
    "left or right breast",
    "image view",
    "abnormality id",
    "abnormality type",
    "assessment",
    "pathology",
    "image file path",
    "ROI mask file path",
)
PATHOLOGY: Final = {"MALIGNANT": True, "BENIGN": False, "BENIGN_WITHOUT_CALLBACK": False}
SIDES: Final = {"LEFT": "L", "RIGHT": "R"}
DENSITY: Final = {"": None, "0": None, **dict(zip("1234", LETTERS.values(), strict=True))}
STEP = 8  # stored pixels of a cell of the outlines


def read(root: Path) -> list[Record]:
    """Every full mammogram of `root`/cbis-ddsm that the four CSVs list; DatasetError says what is missing."""
    folder = root / "cbis-ddsm"
    grouped: dict[str, list[tuple[Row, str, Path]]] = defaultdict(list)
    for kind, split in TABLES:
        path = folder / f"{kind}_case_description_{split}_set.csv"
        for row in read_table(path, COLUMNS):
            name = row["image"] = "_".join(row[c] for c in ("patient_id", "left or right breast", "image view"))
            grouped[name].append((row, split, path))
    tested = {row["patient_id"] for rows in grouped.values() for row, split, _ in rows if split == "test"}
    return [_record(folder, name, rows, tested) for name, rows in grouped.items()]


def _record(folder: Path, name: str, rows: Sequence[tuple[Row, str, Path]], tested: set[str]) -> Record:
    first, _, path = rows[0]
    regions = tuple(_region(folder, row, at) for row, _, at in rows)
    density = first.get("breast_density") or first.get("breast density") or ""
    letters = choice({**first, "density": density}, "density", DENSITY, path)
    malignant = any(choice(row, "pathology", PATHOLOGY, at) for row, _, at in rows)
    return Record(
        dataset="cbis-ddsm",
        image=name,
        path=_file(folder, first["image file path"], "full mammogram images"),
        patient=first["patient_id"],
        laterality=choice(first, "left or right breast", SIDES, path),
        view=first["image view"],
        malignant=malignant,
        abnormal=True,
        density=None if letters is None else (letters[0], letters[1], letters[2], letters[3]),
        regions=tuple(region for region in regions if region.outline),
        located=all(region.outline for region in regions),
        kinds=kinds_of(*(kind for row, _, _ in rows for kind in _kinds(row))),
        split="test" if first["patient_id"] in tested else "train",
        birads=max(row["assessment"] for row, _, _ in rows),
    )


def _kinds(row: Row) -> tuple[str, ...]:
    if row["abnormality type"] == "calcification":
        return ("calcification",)
    shape = row.get("mass shape", "")
    named = {"ARCHITECTURAL_DISTORTION": "distortion", "ASYMMETRIC": "asymmetry"}
    found = [kind for word, kind in named.items() if word in shape]
    plain = any(word in shape for word in ("OVAL", "ROUND", "LOBULATED", "LYMPH_NODE")) or "IRREGULAR" in shape
    return kinds_of(*found, *(["mass"] if plain or not found else []))


def _region(folder: Path, row: Row, path: Path) -> Region:
    """The outline of an abnormality's mask; empty where the masks were not downloaded."""
    outline: tuple[Point, ...] = ()
    named = row["ROI mask file path"].strip()
    if any(found.is_dir() for found in _folders(folder, named.split("/")[0])):
        outline = _outline(_file(folder, named, "ROI mask images", largest=True))
    return Region(outline, choice(row, "pathology", PATHOLOGY, path), _kinds(row))


def _outline(path: Path) -> tuple[Point, ...]:
    mask = read_pixels(path)
    cells = mask[::STEP, ::STEP] > 0.5 * max(float(mask.max()), 1e-9)
    if not cells.any():
        raise DatasetError(f"{path} is a mask without an abnormality: download it again")
    return tuple((float(x), float(y)) for x, y in outer_polygon(np.asarray(cells)) * STEP - 0.5)


def _folders(folder: Path, patient: str) -> list[Path]:
    return [folder / "CBIS-DDSM" / patient, folder / patient]


def _file(folder: Path, named: str, kind: str, *, largest: bool = False) -> Path:
    """The DICOM file that a path of a CSV means: by its series folder, or by the kind that "Classic" folders name."""
    parts = named.strip().split("/")
    for patient in _folders(folder, parts[0]):
        series = patient.joinpath(*parts[1:-1])
        files = sorted(series.glob("*.dcm")) if series.is_dir() else sorted(patient.glob(f"*/*{kind}*/*.dcm"))
        files = files or sorted(patient.glob("*/*/*.dcm"))
        if files:
            return max(files, key=_rows) if largest else files[0]
    raise DatasetError(f"{folder / parts[0]} holds no {kind}: download the series or delete its rows")


def _rows(path: Path) -> int:
    """A mask has the size of the full image; the crop that lies in the same folder is smaller."""
    return int(dcmread(path, stop_before_pixels=True, specific_tags=["Rows"]).Rows)
