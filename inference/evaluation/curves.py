"""The points of a plot: ROC, precision and recall, FROC."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_curve

from inference.evaluation.metrics import Bools, Figure, Floats, bootstrap


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
        return float(average_precision_score(truth[rows], score[rows])) if truth[rows].any() else float("nan")

    return bootstrap(name, precision, patients, int(truth.sum()), 0)
