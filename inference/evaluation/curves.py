"""The points of a plot: ROC, precision and recall, FROC."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve, roc_curve

from inference.evaluation.metrics import Bools, Figure, Floats, bootstrap, called


@dataclass(frozen=True)
class Curve:
    """x and y of equal length, in the order to draw them."""

    x: Floats
    y: Floats


def roc(truth: Bools, score: Floats) -> Curve:
    """False positive rate against sensitivity."""
    x, y, _ = roc_curve(truth, score)
    return Curve(np.asarray(x), np.asarray(y))


def precision_recall(truth: Bools, score: Floats) -> Curve:
    """Recall against precision, recall rising."""
    precision, recall, _ = precision_recall_curve(truth, score)
    return Curve(np.asarray(recall[::-1]), np.asarray(precision[::-1]))


def average_precision(name: str, truth: Bools, score: Floats, patients: Sequence[str]) -> Figure:
    """Mean precision over recall; chance is the share of positives, not a half."""

    def precision(rows: NDArray[np.int64]) -> float:
        false, true = called(truth[rows], score[rows])
        if not true[-1]:
            return float("nan")
        return float(np.sum(np.diff(true) * true[1:] / (true[1:] + false[1:])) / true[-1])

    return bootstrap(name, precision, patients, int(truth.sum()), 0)
