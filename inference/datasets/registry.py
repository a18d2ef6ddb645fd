"""Sets by name."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from inference.datasets import cbis_ddsm, cdd_cesm, ddsm, embed, mias, optimam, table
from inference.datasets.records import DatasetError, Record

READERS: Final[dict[str, Callable[[Path], list[Record]]]] = {
    "mias": mias.read,
    "cdd-cesm": cdd_cesm.read,
    "cbis-ddsm": cbis_ddsm.read,
    "ddsm": ddsm.read,
    "embed": embed.read,
    "optimam": optimam.read,
}


def read_sets(names: Sequence[str], root: Path) -> list[Record]:
    """The records of each set: a name of `READERS` under `root`, or the path of a CSV.

    Raises DatasetError for an unknown name, two rows of one image, and a patient whose images lie in two splits.
    """
    records = [record for name in names for record in _read(name, root)]
    seen: set[str] = set()
    for record in records:
        if record.key in seen:
            raise DatasetError(f"{record.key} is listed twice: keep one row for each image")
        seen.add(record.key)
    _one_split_each(records)
    return records


def _one_split_each(records: Sequence[Record]) -> None:
    """What is tested on must not have been trained on: a patient's images stay on one side of a split."""
    splits: dict[tuple[str, str], str | None] = {}
    for record in records:
        if record.split is None or not record.patient_known:
            continue
        other = splits.setdefault((record.dataset, record.patient), record.split)
        if other != record.split:
            raise DatasetError(
                f"{record.dataset}: patient {record.patient} is in {other} and in {record.split} ({record.image}): "
                "keep all images of a patient in one split"
            )


def _read(name: str, root: Path) -> list[Record]:
    if name in READERS:
        return READERS[name](root)
    if name.endswith(".csv"):
        return table.read(Path(name) if Path(name).is_absolute() else root / name)
    raise DatasetError(f"unknown set {name!r}: use {', '.join(READERS)} or the path of a CSV")
