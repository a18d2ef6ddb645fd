"""Sets by name."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from inference.datasets import cdd_cesm, mias, table
from inference.datasets.records import DatasetError, Record

READERS: Final[dict[str, Callable[[Path], list[Record]]]] = {"mias": mias.read, "cdd-cesm": cdd_cesm.read}


def read_sets(names: Sequence[str], root: Path) -> list[Record]:
    """The records of each set: a name of `READERS` under `root`, or the path of a CSV.

    Raises DatasetError for an unknown name and for two rows of one image.
    """
    records = [record for name in names for record in _read(name, root)]
    seen: set[str] = set()
    for record in records:
        if record.key in seen:
            raise DatasetError(f"{record.key} is listed twice: keep one row for each image")
        seen.add(record.key)
    return records


def _read(name: str, root: Path) -> list[Record]:
    if name in READERS:
        return READERS[name](root)
    if name.endswith(".csv"):
        return table.read(Path(name) if Path(name).is_absolute() else root / name)
    raise DatasetError(f"unknown set {name!r}: use {', '.join(READERS)} or the path of a CSV")
