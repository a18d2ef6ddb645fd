"""Repeated measurements, and the ratio of one to its peer."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any


@dataclass
class Series:
    """Repetitions of one measurement, in `unit`."""

    name: str
    unit: str = "s"
    values: list[float] = field(default_factory=list)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Append the seconds that the block took; nothing when it raised."""
        start = perf_counter()
        yield
        self.values.append(perf_counter() - start)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """Nearest rank: the smallest value that at least 95 of 100 values do not exceed."""
        return sorted(self.values)[math.ceil(0.95 * len(self.values)) - 1]

    def summary(self) -> dict[str, Any]:
        """n, median, min, max and p95 beside every value, rounded to four significant digits."""
        spread = {"median": self.median, "min": min(self.values), "max": max(self.values), "p95": self.p95}
        rounded = {key: significant(value) for key, value in spread.items()}
        values = [significant(value) for value in self.values]
        return {"name": self.name, "unit": self.unit, "n": len(self.values), **rounded, "values": values}


@dataclass
class Line:
    """One line of the table: a measurement, what it is held against, and by which statistic."""

    measured: Series
    peer: Series
    by: str = "median"  # or "p95"

    @property
    def ratio(self) -> float:
        """How many times the peer; 1 is the limit."""
        return float(getattr(self.measured, self.by) / getattr(self.peer, self.by))

    def summary(self) -> dict[str, Any]:
        """Both series and their ratio."""
        sides = {"measured": self.measured.summary(), "peer": self.peer.summary()}
        return {**sides, "by": self.by, "ratio": significant(self.ratio)}


def significant(value: float) -> float:
    """Four significant digits: more would only be noise."""
    return float(f"{value:.4g}")
