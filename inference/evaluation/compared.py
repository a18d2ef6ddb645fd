"""The images of a labelled set judged as serving judges them: beside those of the other breast, where the set has it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.comparison import Comparison, Logits, Raw
from inference.datasets.records import Record

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """The two logits of each image, (n,), and whether the other breast was taken off them."""

    malignancy: Floats
    abnormality: Floats
    compared: Bools


def exams_in(records: Sequence[Record]) -> dict[str, list[int]]:
    """The rows of each exam, by its name: a patient's images in one set; one whose patient is unknown is an exam of its own."""
    exams: dict[str, list[int]] = {}
    for row, record in enumerate(records):
        name = f"{record.dataset}/{record.patient if record.patient_known else record.image}"
        exams.setdefault(name, []).append(row)
    return exams


def judge(records: Sequence[Record], malignancy: Floats, abnormality: Floats, comparison: Comparison) -> Judged:
    """The network's raw logits (n,) held against each other, exam by exam."""
    found = [Logits(0.0, 0.0)] * len(records)
    for rows in exams_in(records).values():
        raw = [
            Raw(records[row].breast, records[row].view, float(malignancy[row]), float(abnormality[row])) for row in rows
        ]
        for row, logits in zip(rows, comparison.of_exam(raw), strict=True):
            found[row] = logits
    return Judged(
        np.array([one.malignancy for one in found]),
        np.array([one.abnormality for one in found]),
        np.array([one.compared for one in found], dtype=np.bool_),
    )
