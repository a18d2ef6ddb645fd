"""The exams that a release's scores are held against: how many of them, with and without cancer, score as this one does."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reference:
    """A release's [reference] table: what the exams are, and their exam scores, rising; read by networks that never saw them."""

    name: str
    malignant: tuple[float, ...]
    other: tuple[float, ...]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Reference":
        """Read the table; raises ValueError where a list is missing, empty or not rising."""
        lists = [tuple(float(score) for score in table.get(key, ())) for key in ("malignant", "other")]
        if any(not scores or list(scores) != sorted(scores) for scores in lists):
            raise ValueError("[reference] needs malignant and other, each a list of rising exam scores")
        return cls(str(table["name"]), *lists)

    def malignant_as_low(self, score: float) -> int:
        """How many of the exams with cancer score this low or lower."""
        return bisect_right(self.malignant, score)

    def other_as_high(self, score: float) -> int:
        """How many of the exams without cancer score this high or higher."""
        return len(self.other) - bisect_left(self.other, score)
