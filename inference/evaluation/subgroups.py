"""The same figure for parts of the images, and a plain word where a part is too small to say anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from inference.evaluation.metrics import Bools, Figure, Floats
from inference.evaluation.roc import delong

FEW: Final = 10
"""Fewer patients of a class than this, and an AUC's interval is not to be trusted."""
AGES: Final = ((0, 50, "under 50"), (50, 60, "50 to 59"), (60, 70, "60 to 69"), (70, 200, "70 and over"))
UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Subgroup:
    """One part. figure: its AUC, None where a class is absent. warning: empty where n suffices."""

    by: str
    value: str
    n: int
    positives: int
    figure: Figure | None
    warning: str


def subgroups(
    truth: Bools, score: Floats, patients: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> list[Subgroup]:
    """The AUC of each value of each column; a column with one value only is left out: it is the whole."""
    found = []
    for by, values in columns.items():
        named = np.array([value or UNKNOWN for value in values])
        kinds = sorted(set(named.tolist()))
        if len(kinds) > 1:
            found += [_one(by, kind, truth, score, patients, named == kind) for kind in kinds]
    return found


def _one(by: str, value: str, truth: Bools, score: Floats, patients: Sequence[str], rows: Bools) -> Subgroup:
    part, names = truth[rows], np.asarray(patients)[rows]
    ill, well = len(set(names[part])), len(set(names[~part]))
    figure = delong(f"{by} {value}: AUC", part, score[rows], names.tolist()) if min(ill, well) > 1 else None
    warning = ""
    if figure is None:
        warning = f"no AUC: {ill} patients with and {well} without the condition"
    elif min(ill, well) < FEW:
        warning = f"too few to judge: {ill} patients with and {well} without the condition"
    return Subgroup(by, value, int(rows.sum()), int(part.sum()), figure, warning)


def age_band(age: str) -> str:
    """The band of an age in years; "unknown" for an empty cell. ValueError for what is no age."""
    if not age.strip():
        return UNKNOWN
    years = float(age.strip().rstrip("Yy"))
    for low, high, name in AGES:
        if low <= years < high:
            return name
    raise ValueError(f"age {age!r} is not between 0 and 200")
