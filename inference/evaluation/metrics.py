"""Figures and their intervals. Scores are compared per image; resampling is by patient."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Statistic = Callable[[NDArray[np.int64]], float]

RESAMPLES = 2000


@dataclass(frozen=True)
class Figure:
    """One measured value with its 95 % interval. n: images; positives: of them, with the condition (None: not binary)."""

    name: str
    value: float
    low: float
    high: float
    n: int
    positives: int | None
    method: str


def auc(name: str, truth: Bools, score: Floats, patients: Sequence[str], seed: int = 0) -> Figure:
    """Area under the ROC curve; interval by bootstrap over patients. ValueError where one class is absent."""
    if truth.all() or not truth.any():
        raise ValueError(f"{name}: an AUC needs both classes, n = {len(truth)}, {int(truth.sum())} positive")

    def area(rows: NDArray[np.int64]) -> float:
        return area_under_curve(truth[rows], score[rows])

    return bootstrap(name, area, patients, int(truth.sum()), seed)


def area_under_curve(truth: Bools, score: Floats) -> float:
    """Chance that a positive outscores a negative, ties half (Mann-Whitney); NaN where one class is absent."""
    ill, well = int(truth.sum()), int((~truth).sum())
    if not ill or not well:
        return float("nan")
    return float((rankdata(score)[truth].sum() - ill * (ill + 1) / 2) / (ill * well))


def called(truth: Bools, score: Floats) -> tuple[Floats, Floats]:
    """Negatives and positives at or above each distinct score, highest score first, after a leading 0."""
    order = np.argsort(-score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)
    true = np.cumsum(truth[order], dtype=np.float64)[ends]
    return np.concatenate([[0.0], ends + 1 - true]), np.concatenate([[0.0], true])


def share(name: str, hits: Bools, patients: Sequence[str], positives: int | None = None, seed: int = 0) -> Figure:
    """Share of True, such as accuracy or sensitivity; interval by bootstrap over patients."""
    return bootstrap(name, lambda rows: float(hits[rows].mean()), patients, positives, seed)


def bootstrap(name: str, statistic: Statistic, patients: Sequence[str], positives: int | None, seed: int) -> Figure:
    """`statistic` of all rows, with the 2.5 and 97.5 percentiles over patients drawn with replacement.

    Draws for which the statistic is not defined (one class only) are left out.
    """
    drawn = [statistic(rows) for rows in draws(patients, seed)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    value = statistic(np.arange(len(patients)))
    return Figure(name, value, float(low), float(high), len(patients), positives, "bootstrap over patients")


def draws(patients: Sequence[str], seed: int) -> Iterator[NDArray[np.int64]]:
    """RESAMPLES times the rows of as many patients as there are, drawn with replacement."""
    names, group = np.unique(np.asarray(patients), return_inverse=True)
    every = np.arange(len(group))
    rng = np.random.default_rng(seed)
    for _ in range(RESAMPLES):
        times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))
        yield np.repeat(every, times[group])


def delong_interval(truth: Bools, score: Floats) -> tuple[float, float]:
    """95 % interval of the AUC after DeLong et al. (Biometrics 1988), images taken as independent; clipped to 0..1."""
    ill, well = score[truth], score[~truth]
    above = (ill[:, None] > well[None]) + 0.5 * (ill[:, None] == well[None])
    area = float(above.mean())
    variance = above.mean(axis=1).var(ddof=1) / len(ill) + above.mean(axis=0).var(ddof=1) / len(well)
    half = 1.959964 * float(np.sqrt(variance))
    return max(0.0, area - half), min(1.0, area + half)


def brier(truth: Bools, probability: Floats) -> float:
    """Mean squared difference of probability and outcome."""
    return float(np.mean((probability - truth) ** 2))


def calibration_error(truth: Bools, probability: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal count: mean absolute gap of mean probability and frequency."""
    order = np.array_split(np.argsort(probability, kind="stable"), bins)
    gaps = [abs(probability[rows].mean() - truth[rows].mean()) * len(rows) for rows in order if len(rows)]
    return float(sum(gaps) / len(truth))
