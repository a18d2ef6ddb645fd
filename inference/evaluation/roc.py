"""Areas under the ROC curve with their covariance: DeLong et al. (1988), clustered by patient after Obuchowski (1997).

Two breasts or two images of one patient are not independent: every variance here counts patients, not rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from inference.evaluation.metrics import Bools, Figure, Floats, bootstrap, called

Z95 = 1.959964


@dataclass(frozen=True)
class Areas:
    """areas: (k,) one for each score. covariance: (k, k) of them."""

    areas: Floats
    covariance: Floats


@dataclass(frozen=True)
class Difference:
    """first minus second, with its 95 % interval and two-sided p."""

    name: str
    value: float
    low: float
    high: float
    p: float
    n: int
    method: str


def areas(truth: Bools, scores: Floats, patients: Sequence[str]) -> Areas:
    """AUCs of k scores (k, n) on the same rows, and their covariance over patients.

    Raises ValueError where one class is absent, and where fewer than two patients have it.
    """
    _, group = np.unique(np.asarray(patients), return_inverse=True)
    if truth.all() or not truth.any():
        raise ValueError(f"an AUC needs both classes, n = {len(truth)}, {int(truth.sum())} positive")
    ill, well = _placements(truth, scores)
    value = ill.mean(axis=1)
    m, n = ill.shape[1], well.shape[1]
    by_ill = _summed(ill - value[:, None], group[truth], group)
    by_well = _summed(well - value[:, None], group[~truth], group)
    clusters = [len(set(group[truth])), len(set(group[~truth])), len(set(group))]
    if min(clusters) < 2:
        raise ValueError("an AUC's interval needs two patients of each class")
    first = by_ill @ by_ill.T * _correct(clusters[0]) / m**2
    second = by_well @ by_well.T * _correct(clusters[1]) / n**2
    cross = by_ill @ by_well.T * _correct(clusters[2]) / (m * n)
    return Areas(value, first + second + cross + cross.T)


def delong(name: str, truth: Bools, score: Floats, patients: Sequence[str]) -> Figure:
    """One AUC with its 95 % interval (normal, clipped to 0..1)."""
    found = areas(truth, score[None], patients)
    value, half = float(found.areas[0]), Z95 * float(np.sqrt(found.covariance[0, 0]))
    low, high = max(0.0, value - half), min(1.0, value + half)
    return Figure(name, value, low, high, len(truth), int(truth.sum()), "DeLong, clustered by patient")


def paired(name: str, truth: Bools, first: Floats, second: Floats, patients: Sequence[str]) -> Difference:
    """Difference of two AUCs on the same rows, DeLong's test."""
    found = areas(truth, np.stack([first, second]), patients)
    contrast = np.array([1.0, -1.0])
    value = float(contrast @ found.areas)
    error = float(np.sqrt(max(contrast @ found.covariance @ contrast, 0.0)))
    p = 1.0 if value == 0 else 0.0 if error == 0 else float(2 * norm.sf(abs(value) / error))
    low, high = value - Z95 * error, value + Z95 * error
    return Difference(name, value, low, high, p, len(truth), "DeLong, paired, clustered by patient")


def paired_bootstrap(
    name: str, truth: Bools, first: Floats, second: Floats, patients: Sequence[str], seed: int = 0
) -> Figure:
    """The same difference with an interval by bootstrap over patients, as a check on the normal one."""

    def gap(rows: NDArray[np.int64]) -> float:
        one, other = (_area(truth[rows], score[rows]) for score in (first, second))
        return one - other

    return bootstrap(name, gap, patients, int(truth.sum()), seed)


def partial(name: str, truth: Bools, score: Floats, patients: Sequence[str], most: float = 0.2) -> Figure:
    """Partial AUC up to a false positive rate of `most`, standardised so that chance is 0.5 (McClish 1989)."""

    def area(rows: NDArray[np.int64]) -> float:
        false, true = called(truth[rows], score[rows])
        if not true[-1] or not false[-1]:
            return float("nan")
        x, y = false / false[-1], true / true[-1]
        within = x <= most
        kept_x, kept_y = np.append(x[within], most), np.append(y[within], np.interp(most, x, y))
        return float(0.5 * (1 + (np.trapezoid(kept_y, kept_x) - most**2 / 2) / (most - most**2 / 2)))

    return bootstrap(name, area, patients, int(truth.sum()), 0)


def _placements(truth: Bools, scores: Floats) -> tuple[Floats, Floats]:
    """Share of the other class that each row is on the right side of, ties half: (k, ill) and (k, well)."""
    ranks = rankdata(scores, axis=1)
    ill, well = ranks[:, truth], ranks[:, ~truth]
    among_ill, among_well = rankdata(scores[:, truth], axis=1), rankdata(scores[:, ~truth], axis=1)
    return (ill - among_ill) / well.shape[1], 1.0 - (well - among_well) / ill.shape[1]


def _summed(values: Floats, group: NDArray[np.int64], everyone: NDArray[np.int64]) -> Floats:
    """Sums (k, patients) of the values (k, rows) of each patient."""
    totals = np.zeros((len(values), int(everyone.max()) + 1))
    np.add.at(totals.T, group, values.T)
    return totals


def _correct(clusters: int) -> float:
    return clusters / (clusters - 1)


def _area(truth: Bools, score: Floats) -> float:
    if truth.all() or not truth.any():
        return float("nan")
    return float(_placements(truth, score[None])[0].mean())
