"""The labels that predictions are scored against: a CSV with a row for each image, or for each lesion of an image.

Columns: `file` (as the predictions name it, or the end of its path) or `sha256`; at least one of `malignant`, `abnormal`
(1, 0 or empty) and `density` (A to D or empty). Where they are there: `patient`, `laterality`, `view`, `age`, `vendor`, `set`,
and a lesion's box `x0`, `y0`, `x1`, `y1` or circle `x`, `y`, `radius` in stored pixels. Empty means unknown, never no.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inference.datasets.records import DatasetError
from inference.evaluation.detection import Box
from inference.evaluation.subgroups import age_band

QUESTIONS: Final = ("malignant", "abnormal", "density")
COLUMNS: Final = ("patient", "laterality", "view", "age", "vendor", "set")
YES_NO: Final = {"": None, "1": True, "0": False, "1.0": True, "0.0": False}
BOXES: Final = (("x0", "y0", "x1", "y1"), ("x", "y", "radius"))


@dataclass(frozen=True)
class Label:
    """One image's truth. columns: the optional ones, "" where unknown. outlined: the CSV tells lesions at all."""

    file: str
    sha256: str
    malignant: bool | None
    abnormal: bool | None
    density: str | None
    columns: Mapping[str, str]
    lesions: tuple[Box, ...]
    outlined: bool


def read_labels(path: Path) -> list[Label]:
    """Every image of the CSV; DatasetError names the file, line and column at fault."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            names = [name.strip() for name in reader.fieldnames or []]
            rows = [{k.strip(): (v or "").strip() for k, v in row.items() if k} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path}: the labels cannot be read: {error}") from error
    _check(path, names)
    images: dict[str, Label] = {}
    for number, row in enumerate(rows, start=2):
        label = _label(row, names, f"{path}, line {number}")
        key = label.sha256 or label.file
        images[key] = _merged(images.get(key), label, f"{path}, line {number}")
    if not images:
        raise DatasetError(f"{path} has no rows")
    return list(images.values())


def _check(path: Path, names: Sequence[str]) -> None:
    if "file" not in names and "sha256" not in names:
        raise DatasetError(f"{path} lacks a column file or sha256 that says which image a row is about")
    if not set(QUESTIONS) & set(names):
        raise DatasetError(f"{path} lacks the truth: a column malignant, abnormal or density")


def _label(row: Mapping[str, str], names: Sequence[str], place: str) -> Label:
    name, digest = row.get("file", ""), row.get("sha256", "").lower()
    if not name and not digest:
        raise DatasetError(f"{place}: neither file nor sha256")
    density = row.get("density", "").upper()
    if density not in ("", "A", "B", "C", "D"):
        raise DatasetError(f"{place}: density is {density!r}, not A, B, C, D or empty")
    try:
        age_band(row.get("age", ""))
    except ValueError as error:
        raise DatasetError(f"{place}: {error}") from error
    columns = {column: row.get(column, "") for column in COLUMNS}
    lesion = _box(row, place)
    return Label(
        name,
        digest,
        _yes_no(row, "malignant", place),
        _yes_no(row, "abnormal", place),
        density or None,
        columns,
        (lesion,) if lesion else (),
        any(set(box) <= set(names) for box in BOXES),
    )


def _yes_no(row: Mapping[str, str], column: str, place: str) -> bool | None:
    value = row.get(column, "")
    if value not in YES_NO:
        raise DatasetError(f"{place}: {column} is {value!r}, not 1, 0 or empty")
    return YES_NO[value]


def _box(row: Mapping[str, str], place: str) -> Box | None:
    for names in BOXES:
        cells = [row.get(name, "") for name in names]
        if not any(cells):
            continue
        try:
            numbers = [float(cell) for cell in cells]
        except ValueError as error:
            raise DatasetError(f"{place}: {', '.join(names)} must all be numbers, or all empty") from error
        if len(numbers) == 3:
            x, y, r = numbers
            return x - r, y - r, x + r, y + r
        x0, y0, x1, y1 = numbers
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return None


def _merged(before: Label | None, now: Label, place: str) -> Label:
    """Two rows of one image are two lesions; whatever else they say must agree."""
    if before is None:
        return now
    same = (before.malignant, before.abnormal, before.density, before.columns)
    if same != (now.malignant, now.abnormal, now.density, now.columns):
        raise DatasetError(f"{place}: {now.file or now.sha256} is there twice with different labels")
    if not now.lesions:
        raise DatasetError(f"{place}: {now.file or now.sha256} is there twice: keep one row, or give each its lesion")
    lesions = (*before.lesions, *now.lesions)
    return Label(now.file, now.sha256, now.malignant, now.abnormal, now.density, now.columns, lesions, now.outlined)
