"""Any other set: a CSV beside its images.

Columns: image (path relative to the CSV), patient, laterality, view, malignant, abnormal (1, 0 or empty), density (a-d or
empty). An empty patient keeps the row together with all others that have none. If wanted: kinds (words of records.KINDS
joined by +, or "none"), split (train, test or empty), age, birads, vendor, prior (the prior exam's probability
of malignancy).
"""

from pathlib import Path
from typing import Final

from inference.datasets.cdd_cesm import LETTERS
from inference.datasets.records import KINDS, DatasetError, Record, kinds_of
from inference.datasets.tables import Row, choice, image_path, number, read_table

COLUMNS: Final = ("image", "patient", "laterality", "view", "malignant", "abnormal", "density")
SPLITS: Final = {"": None, "train": "train", "test": "test"}
YES_NO: Final = {"": None, "1": True, "0": False}


def read(path: Path) -> list[Record]:
    """Every row of the CSV at `path`; DatasetError says what is missing."""
    return [_record(path, row) for row in read_table(path, COLUMNS)]


def _record(path: Path, row: Row) -> Record:
    density = choice({**row, "density": row["density"].upper()}, "density", {"": None, **LETTERS}, path)
    return Record(
        dataset=path.stem,
        image=row["image"],
        path=image_path(path.parent, row["image"]),
        patient=row["patient"] or f"{path.stem}?",
        laterality=row["laterality"] or None,
        view=row["view"] or None,
        malignant=choice(row, "malignant", YES_NO, path),
        abnormal=choice(row, "abnormal", YES_NO, path),
        density=None if density is None else (density[0], density[1], density[2], density[3]),
        located=False,
        kinds=_kinds(row, path),
        split=choice({"split": "", **row}, "split", SPLITS, path),
        age=number(row, "age", path) if row.get("age", "").strip() else None,
        birads=row.get("birads") or None,
        prior=number(row, "prior", path) if (row.get("prior") or "").strip() else None,
        vendor=row.get("vendor") or None,
    )


def _kinds(row: Row, path: Path) -> tuple[str, ...] | None:
    words = (row.get("kinds") or "").strip().lower()
    if words in ("", "none"):
        return () if words else None
    wrong = [word for word in words.split("+") if word not in KINDS]
    if wrong:
        raise DatasetError(f"{path}: kinds of {row['image']} holds {wrong[0]!r}, not one of {', '.join(KINDS)}, none")
    return kinds_of(*words.split("+"))
