"""Raw evidence to probabilities, as the release was calibrated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.special import logit as log_odds

Floats = NDArray[np.float32]

Z95 = 1.959964


@dataclass(frozen=True)
class Platt:
    """probability = sigmoid(a * logit + b) (Platt 1999); covariance is that of (a, b) where it was estimated."""

    a: float
    b: float
    covariance: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 0.0), (0.0, 0.0))

    def probability(self, logit: float) -> float:
        """The calibrated probability of one raw logit."""
        return float(expit(self.a * logit + self.b))

    def probabilities(self, logits: Floats) -> Floats:
        """`probability` of every value of an array."""
        return np.asarray(expit(self.a * logits + self.b), dtype=np.float32)

    def interval(self, logit: float) -> tuple[float, float]:
        """95 % interval of the probability from the uncertainty of the calibration (delta method)."""
        (aa, ab), (_, bb) = self.covariance
        half = Z95 * sqrt(max(aa * logit**2 + 2 * ab * logit + bb, 0.0))
        centre = self.a * logit + self.b
        return float(expit(centre - half)), float(expit(centre + half))

    def around(self, probability: float) -> tuple[float, float]:
        """The interval of a probability in (0, 1) that this curve gave."""
        return self.interval((float(log_odds(probability)) - self.b) / self.a)


@dataclass(frozen=True)
class Isotonic:
    """Linear between fitted points (logit, probability), both rising; flat beyond them."""

    x: tuple[float, ...]
    y: tuple[float, ...]

    def probability(self, logit: float) -> float:
        """The calibrated probability of one raw logit."""
        return float(np.interp(logit, self.x, self.y))

    def probabilities(self, logits: Floats) -> Floats:
        """`probability` of every value of an array."""
        return np.asarray(np.interp(logits, self.x, self.y), dtype=np.float32)

    def interval(self, logit: float) -> tuple[float, float]:
        """The probabilities of the fitted points on either side: the step the value lies on."""
        right = int(np.searchsorted(self.x, logit))
        return self.y[max(right - 1, 0)], self.y[min(right, len(self.y) - 1)]

    def around(self, probability: float) -> tuple[float, float]:
        """The interval of a probability that this curve gave."""
        right = int(np.searchsorted(self.y, probability))
        return self.y[max(right - 1, 0)], self.y[min(right, len(self.y) - 1)]


Calibrator = Platt | Isotonic


def calibrator(table: Mapping[str, Any]) -> Calibrator:
    """Read one [calibration.*] table; raises ValueError naming what is wrong."""
    method = table.get("method")
    if method == "platt":
        (aa, ab), (ba, bb) = table.get("covariance", ((0.0, 0.0), (0.0, 0.0)))
        rows = ((float(aa), float(ab)), (float(ba), float(bb)))
        return Platt(float(table["a"]), float(table["b"]), rows)
    if method == "isotonic":
        x, y = (tuple(map(float, table[axis])) for axis in "xy")
        if len(x) != len(y) or len(x) < 2 or list(x) != sorted(x) or list(y) != sorted(y):
            raise ValueError("isotonic calibration needs two or more points, x and y rising")
        return Isotonic(x, y)
    raise ValueError(f"calibration method {method!r} is neither platt nor isotonic")


def band(score: float, cuts: Sequence[float]) -> int:
    """1..len(cuts) + 1: one more than the cut points at or below `score`."""
    return int(np.searchsorted(cuts, score, side="right")) + 1
