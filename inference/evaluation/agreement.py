"""Agreement of two raters in ordered classes: Cohen's weighted kappa with its large-sample interval in closed form.

Fleiss, Cohen and Everitt (Psychological Bulletin 1969) give the variance for independent rows. Written as the mean square
of each row's influence, it also holds for rows that come in clusters: the influences of a patient are added up first.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inference.evaluation.metrics import Figure, Floats

Classes = NDArray[np.int64]
Z95 = 1.959964


def kappa(name: str, truth: Classes, said: Classes, patients: Sequence[str], *, quadratic: bool = True) -> Figure:
    """Kappa with quadratic weights, or none, of classes numbered from 0; 95 % interval, clipped to -1..1.

    With one row a patient the interval is that of Fleiss, Cohen and Everitt. Value and interval are NaN where both raters
    know one class only: there is no agreement beyond chance to speak of.
    """
    value, influence = _kappa(truth, said, quadratic)
    _, group = np.unique(np.asarray(patients), return_inverse=True)
    by_patient = np.bincount(group, weights=influence)
    half = Z95 * float(np.sqrt((by_patient**2).sum())) / len(truth)
    low, high = (float(np.clip(edge, -1.0, 1.0)) for edge in (value - half, value + half))
    return Figure(name, value, low, high, len(truth), None, "Fleiss-Cohen-Everitt, clustered by patient")


def weights(classes: int, quadratic: bool) -> Floats:
    """Credit (classes, classes) for each pair of answers: 1 for the same, 0 for the furthest apart, or for any other."""
    steps = np.abs(np.subtract.outer(np.arange(classes), np.arange(classes)))
    return np.asarray(1.0 - (steps / max(classes - 1, 1)) ** 2 if quadratic else steps == 0, dtype=np.float64)


def _kappa(truth: Classes, said: Classes, quadratic: bool) -> tuple[float, Floats]:
    """The value, and by how much each row pulls it (n,), of mean 0."""
    classes = int(max(truth.max(), said.max())) + 1
    credit = weights(classes, quadratic)
    table = np.zeros((classes, classes))
    np.add.at(table, (truth, said), 1.0 / len(truth))
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    observed, expected = float((credit * table).sum()), float(rows @ credit @ columns)
    if expected >= 1.0 - 1e-12:
        return float("nan"), np.full(len(truth), float("nan"))
    by_row, by_column = credit @ columns, rows @ credit
    pull = credit[truth, said] * (1 - expected) - (by_row[truth] + by_column[said]) * (1 - observed)
    level = observed * expected - 2 * expected + observed
    return (observed - expected) / (1 - expected), np.asarray((pull - level) / (1 - expected) ** 2)
