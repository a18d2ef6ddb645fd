"""From out-of-fold evidence to the tables of a release: probabilities, bands, triage, outlines, operating points."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

from inference.datasets.records import Record
from inference.evaluation.compared import exams_in

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RESAMPLES = 300


@dataclass(frozen=True)
class PlattFit:
    """probability = sigmoid(a * logit + b), with the covariance of (a, b)."""

    a: float
    b: float
    covariance: NDArray[np.float64]

    def __call__(self, logits: Floats) -> Floats:
        return np.asarray(expit(self.a * logits + self.b), dtype=np.float64)

    def table(self) -> dict[str, Any]:
        """The [calibration.*] table."""
        return {"method": "platt", "a": self.a, "b": self.b, "covariance": self.covariance.tolist()}


def platt(logits: Floats, truth: Bools, strata: Sequence[str], groups: Sequence[str], seed: int = 0) -> PlattFit:
    """A slope from within the sets, an intercept from all of them; covariance by bootstrap over `groups`.

    strata: the set of each image. How logits rise with disease is learned inside each set (an offset of its own, Platt's
    1999 smoothed targets), so that a set's style and share of disease cannot pass for it; the one intercept then makes
    the mean probability of all images their share of disease. BLAS gets one thread: hundreds of small fits are slower on
    many, and far slower where other work wants the cores too. Raises ValueError where no set has both classes or the
    logits do not rise with disease.
    """
    sets = np.unique(np.asarray(strata), return_inverse=True)[1]
    a, b = _line(logits, truth, sets)
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    rows_of = [np.flatnonzero(group == number) for number in range(len(names))]
    rng = np.random.default_rng(seed)
    draws = []
    with threadpool_limits(limits=1, user_api="blas"):
        for _ in range(RESAMPLES):
            rows = np.concatenate([rows_of[number] for number in rng.integers(len(names), size=len(names))])
            draws.append(_slope_and_level(logits[rows], truth[rows], sets[rows]))
    drawn = np.array(draws)
    return PlattFit(a, b, np.cov(drawn[np.isfinite(drawn).all(axis=1)].T))


def _line(logits: Floats, truth: Bools, sets: NDArray[np.int64]) -> tuple[float, float]:
    a, b = _slope_and_level(logits, truth, sets)
    if np.isnan(a):
        raise ValueError("calibration needs a set with both classes")
    if a <= 0.0:
        raise ValueError(f"the evidence does not rise with disease (slope {a:.3f}): this design cannot be calibrated")
    return a, b


def cross_fitted(
    logits: Floats, truth: Bools, strata: Sequence[str], fold: NDArray[np.int64], rows: Bools | None = None
) -> Floats:
    """Probabilities (n,) of each fold by a fit on the others: what calibration comes to on rows it has not seen.

    rows: those that are fitted and told; the others' are 0. All of them where it is None.
    """
    sets = np.unique(np.asarray(strata), return_inverse=True)[1]
    within = np.ones(len(logits), dtype=np.bool_) if rows is None else rows
    chance = np.zeros(len(logits))
    for number in np.unique(fold[within]):
        mine, others = within & (fold == number), within & (fold != number)
        a, b = _line(logits[others], truth[others], sets[others])
        chance[mine] = expit(a * logits[mine] + b)
    return chance


def _slope_and_level(logits: Floats, truth: Bools, sets: NDArray[np.int64]) -> tuple[float, float]:
    """Slope and intercept; NaN where no set has both classes, as a draw of few patients may not."""
    mixed = [number for number in np.unique(sets) if len(set(truth[sets == number].tolist())) == 2]
    if not mixed:
        return float("nan"), float("nan")
    rows = np.isin(sets, mixed)
    slope = _slope(logits[rows], truth[rows], sets[rows][:, None] == np.array(mixed))
    share = (truth.sum() + 1) / (len(truth) + 2)

    def gap(level: float) -> float:
        return float(expit(slope * logits + level).mean() - share)

    reach = 50.0 + abs(slope) * float(np.abs(logits).max())
    return slope, float(brentq(gap, -reach, reach))


def _slope(logits: Floats, truth: Bools, dummies: Bools) -> float:
    """Slope of a logistic fit with an offset for each column of `dummies`."""
    ill, well = int(truth.sum()), int((~truth).sum())
    target = np.where(truth, (ill + 1) / (ill + 2), 1 / (well + 2))
    design = np.concatenate([logits[:, None], dummies.astype(np.float64)], axis=1)

    def loss(theta: Floats) -> tuple[float, Floats]:
        score = design @ theta
        value = np.sum(np.logaddexp(0.0, score) - target * score) / len(score)
        return float(value), np.asarray(design.T @ (expit(score) - target) / len(score))

    start = np.concatenate([[1.0], np.zeros(dummies.shape[1])])
    return float(minimize(loss, start, jac=True, method="L-BFGS-B").x[0])


@dataclass(frozen=True)
class Exams:
    """The exams of a set of records: raw logit, truth (any malignancy), set, name and fold of each, (n,).

    fold: that of their images; -1 where they are spread over several (images of unknown patients are single exams).
    compared: whether the breast that decides was held against the other.
    """

    logit: Floats
    truth: Bools
    dataset: list[str]
    name: list[str]
    fold: NDArray[np.int64]
    compared: Bools


def exams_of(
    records: Sequence[Record], logits: Floats, fold: NDArray[np.int64], compared: Bools | None = None
) -> Exams:
    """Exams as serving pools them: the mean logit of each side's images, then the highest side.

    compared: of the images; none of them where it is None. Where both breasts are there, all images of an exam are, or none.
    """
    exams = exams_in(records)
    held = np.zeros(len(records), dtype=np.bool_) if compared is None else compared
    return Exams(
        np.array([_pooled(records, logits, rows) for rows in exams.values()]),
        np.array([any(bool(records[i].malignant) for i in rows) for rows in exams.values()]),
        [records[rows[0]].dataset for rows in exams.values()],
        list(exams),
        np.array([_shared(fold[rows]) for rows in exams.values()]),
        np.array([bool(held[rows].any()) for rows in exams.values()], dtype=np.bool_),
    )


def _pooled(records: Sequence[Record], logits: Floats, rows: Sequence[int]) -> float:
    sides: dict[str, list[float]] = {}
    for row in rows:
        # two images of unknown side may be of two breasts: each counts alone
        sides.setdefault(records[row].laterality or records[row].image, []).append(float(logits[row]))
    return max(float(np.mean(values)) for values in sides.values())


def _shared(folds: NDArray[np.int64]) -> int:
    return int(folds[0]) if len(set(folds.tolist())) == 1 else -1


def band_cuts(scores: Floats) -> list[float]:
    """Nine cut points that put a tenth of the exams into each band."""
    return [float(cut) for cut in np.quantile(scores, np.arange(1, 10) / 10)]


def outline_threshold(cells: Floats, inside: Bools, malignant: Bools, platt_fit: PlattFit, clear: float) -> float:
    """The cell probability that a share `clear` of images without malignancy stays under everywhere.

    cells: logits (n, h, w). inside: (n, h, w) cells of the breast.
    """
    highest = np.where(inside, cells, -np.inf).max(axis=(1, 2))
    return float(np.quantile(platt_fit(highest[~malignant]), clear))
