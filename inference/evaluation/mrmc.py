"""Many readers, many cases: Obuchowski & Rockette (1995) with the degrees of freedom of Hillis (2007).

Readers and cases are both random: results hold for readers and patients like these, not only for these. With
jackknifed covariances this is the DBM method as well (Hillis et al. 2005), step for step.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from inference.evaluation.metrics import Bools, Floats, area_under_curve
from inference.evaluation.roc import Areas, areas


@dataclass(frozen=True)
class Components:
    """Mean covariances of the areas (modalities x readers).

    variance: of one area. same_reader (Cov1): one reader, two modalities. same_modality (Cov2): two readers of one.
    different (Cov3): two readers of two. Cov1 and Cov3 are NaN for a single modality.
    """

    variance: float
    same_reader: float
    same_modality: float
    different: float

    @classmethod
    def of(cls, covariance: Floats, modalities: int, readers: int) -> "Components":
        """From the covariance (m r, m r) of areas ordered by modality, then reader."""
        blocks = covariance.reshape(modalities, readers, modalities, readers)
        modality = np.eye(modalities, dtype=bool)[:, None, :, None]
        reader = np.eye(readers, dtype=bool)[None, :, None, :]
        pairs = [(modality, reader), (~modality, reader), (modality, ~reader), (~modality, ~reader)]
        return cls(*(_mean(blocks, np.broadcast_to(a & b, blocks.shape)) for a, b in pairs))


@dataclass(frozen=True)
class Mean:
    """A mean over readers with its 95 % interval; readers and cases random."""

    value: float
    low: float
    high: float
    error: float
    df: float


@dataclass(frozen=True)
class Comparison:
    """Test of no difference between modalities: F with its degrees of freedom, p, and the first minus the second."""

    f: float
    df1: int
    df2: float
    p: float
    difference: Mean


def compare(theta: Floats, components: Components) -> Comparison:
    """Two modalities read by the same readers. theta: (2, readers) areas."""
    modalities, readers = theta.shape
    mean = theta.mean()
    by_modality, by_reader = theta.mean(axis=1), theta.mean(axis=0)
    between = readers * float(((by_modality - mean) ** 2).sum()) / (modalities - 1)
    rest = theta - by_modality[:, None] - by_reader[None] + mean
    degrees = (modalities - 1) * (readers - 1)
    within = float((rest**2).sum()) / degrees
    noise = within + readers * max(components.same_modality - components.different, 0.0)
    df = noise**2 / (within**2 / degrees) if within else float("inf")
    difference = _interval(float(by_modality[0] - by_modality[1]), float(np.sqrt(2 * noise / readers)), df)
    f = between / noise
    return Comparison(f, modalities - 1, df, float(stats.f.sf(f, modalities - 1, df)), difference)


def mean_area(theta: Floats, covariance: float) -> Mean:
    """Mean of the readers' areas (readers,) of one modality. covariance: mean of the pairs of readers (Cov2)."""
    readers = len(theta)
    spread = float(theta.var(ddof=1))
    noise = spread + readers * max(covariance, 0.0)
    df = noise**2 / (spread**2 / (readers - 1)) if spread else float("inf")
    return _interval(float(theta.mean()), float(np.sqrt(noise / readers)), df)


def readers_mean(truth: Bools, ratings: Floats, patients: Sequence[str], *, jackknifed: bool = False) -> Mean:
    """Mean area of readers with ratings (readers, rows); jackknifed: covariances by leaving patients out (DBM)."""
    found = _areas(truth, ratings, patients, jackknifed)
    return mean_area(found.areas, _off_diagonal(found.covariance))


def model_against_readers(
    truth: Bools, model: Floats, ratings: Floats, patients: Sequence[str], *, jackknifed: bool = False
) -> tuple[Mean, float]:
    """Model's area minus the readers' mean, and the two-sided p; the model is one, the readers are drawn from many.

    jackknifed: covariances by leaving patients out (DBM), not DeLong's. Source: the single-modality Obuchowski-Rockette analysis of each reader's difference from the model (Hillis 2014).
    """
    found = _areas(truth, np.vstack([model[None], ratings]), patients, jackknifed)
    gaps = found.areas[0] - found.areas[1:]
    contrast = np.hstack([np.ones((len(ratings), 1)), -np.eye(len(ratings))])
    result = mean_area(gaps, _off_diagonal(contrast @ found.covariance @ contrast.T))
    return result, float(2 * stats.t.sf(abs(result.value) / result.error, result.df))


def two_modalities(
    truth: Bools, first: Floats, second: Floats, patients: Sequence[str], *, jackknifed: bool = False
) -> Comparison:
    """The same readers (readers, rows) in two modalities, such as with and without a model's help."""
    readers = len(first)
    found = _areas(truth, np.vstack([first, second]), patients, jackknifed)
    return compare(found.areas.reshape(2, readers), Components.of(found.covariance, 2, readers))


def _areas(truth: Bools, ratings: Floats, patients: Sequence[str], jackknifed: bool) -> Areas:
    found = areas(truth, ratings, patients)
    return Areas(found.areas, jackknife(truth, ratings, patients)) if jackknifed else found


def jackknife(truth: Bools, ratings: Floats, patients: Sequence[str]) -> Floats:
    """Covariance (k, k) of the areas of ratings (k, rows), leaving out one patient at a time (Obuchowski & Rockette)."""
    names, group = np.unique(np.asarray(patients), return_inverse=True)
    left = []
    for number in range(len(names)):
        kept = group != number
        left.append([area_under_curve(truth[kept], row[kept]) for row in ratings])
    count = len(names)
    return np.asarray(np.cov(np.array(left).T) * (count - 1) ** 2 / count)


def _interval(value: float, error: float, df: float) -> Mean:
    half = float(stats.t.ppf(0.975, df)) * error
    return Mean(value, value - half, value + half, error, df)


def _mean(values: Floats, chosen: Bools) -> float:
    return float(values[chosen].mean()) if chosen.any() else float("nan")


def _off_diagonal(covariance: Floats) -> float:
    return _mean(covariance, ~np.eye(len(covariance), dtype=bool))
