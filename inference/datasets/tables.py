"""Label tables: CSV rows with the columns a reader needs, or an error that says which is missing."""

import csv
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import TypeVar

from inference.datasets.records import DatasetError

Row = dict[str, str]


def read_table(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows of a CSV; DatasetError where the file, a column or every row is missing."""
    if not path.is_file():
        raise DatasetError(
            f"{path} is missing: pass --data the folder that holds the sets, as docs/datasets.md lays them out"
        )
    with path.open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.DictReader(stream)
        reader.fieldnames = [(name or "").strip() for name in reader.fieldnames or []]
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise DatasetError(f"{path} has no column {', '.join(missing)}: it needs {', '.join(columns)}")
        rows = list(reader)
    if not rows:
        raise DatasetError(f"{path} holds no rows: add a line for each image")
    return rows


def image_path(folder: Path, name: str) -> Path:
    """The path of an image inside `folder`; DatasetError where it is absent or points outside."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DatasetError(f"image {name!r} points outside {folder}: use a path inside that folder")
    if not path.is_file():
        raise DatasetError(f"{path} is missing: copy the image there or delete its row")
    return path


def number(row: Row, column: str, path: Path) -> float:
    """A number of a row; DatasetError that names the cell."""
    try:
        value = float(row[column])
        if not isfinite(value):
            raise ValueError(column)
        return value
    except ValueError as error:
        raise DatasetError(f"{path}: {column} of {row['image']} is {row[column]!r}, not a number") from error


T = TypeVar("T")


def choice(row: Row, column: str, allowed: dict[str, T], path: Path) -> T:
    """What a cell's word stands for; DatasetError that lists the words allowed."""
    value = row[column].strip()
    if value not in allowed:
        words = ", ".join(repr(word) for word in allowed)
        raise DatasetError(f"{path}: {column} of {row['image']} is {value!r}, not one of {words}")
    return allowed[value]
