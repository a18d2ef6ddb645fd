"""What an operating point does: sensitivity, specificity and predictive values, exactly and by bootstrap."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, norm

from inference.evaluation.metrics import Bools, Figure, Floats, bootstrap, share


@dataclass(frozen=True)
class Count:
    """`hits` of `n`, with 95 % intervals: Wilson's score interval and Clopper and Pearson's exact one."""

    name: str
    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share; NaN of none."""
        return self.hits / self.n if self.n else float("nan")

    @property
    def wilson(self) -> tuple[float, float]:
        """Wilson (1927): good coverage for small n; (0, 1) of none."""
        if not self.n:
            return 0.0, 1.0
        z = float(norm.ppf(0.975))
        middle = (self.value + z**2 / (2 * self.n)) / (1 + z**2 / self.n)
        half = z * np.sqrt(self.value * (1 - self.value) / self.n + z**2 / (4 * self.n**2)) / (1 + z**2 / self.n)
        return max(0.0, float(middle - half)), min(1.0, float(middle + half))

    @property
    def exact(self) -> tuple[float, float]:
        """Clopper & Pearson (1934): never covers less than 95 %; (0, 1) of none."""
        low = float(beta.ppf(0.025, self.hits, self.n - self.hits + 1)) if self.hits else 0.0
        high = float(beta.ppf(0.975, self.hits + 1, self.n - self.hits)) if self.hits < self.n else 1.0
        return low, high


@dataclass(frozen=True)
class Point:
    """An operating point: positive is a score at or above `cut`. sampled: the same shares by bootstrap over patients.

    prevalence: share of positives of these rows, at which PPV and NPV among `counts` hold. elsewhere: another prevalence
    and what PPV and NPV come to there, with intervals by bootstrap over patients; None where none was asked for.
    """

    name: str
    cut: float
    counts: tuple[Count, ...]
    sampled: tuple[Figure, ...]
    prevalence: float = float("nan")
    elsewhere: "Elsewhere | None" = None

    def __getitem__(self, name: str) -> Count:
        """One count by name, such as "sensitivity"; KeyError where there is none."""
        for count in self.counts:
            if count.name == name:
                return count
        raise KeyError(name)


@dataclass(frozen=True)
class Elsewhere:
    """PPV and NPV where a share `prevalence` is ill and sensitivity and specificity are what they are here (Bayes)."""

    prevalence: float
    ppv: Figure
    npv: Figure


def point(
    name: str, truth: Bools, score: Floats, patients: Sequence[str], cut: float, prevalence: float | None = None
) -> Point:
    """Sensitivity, specificity, PPV and NPV of "score >= cut". Predictive values hold at these rows' prevalence only.

    prevalence: also tell what predictive values come to there.
    """
    said, named = score >= cut, np.asarray(patients)
    parts = {
        "sensitivity": (truth, said),
        "specificity": (~truth, ~said),
        "PPV": (said, truth),
        "NPV": (~said, ~truth),
    }
    counts = tuple(Count(title, int((of & hit).sum()), int(of.sum())) for title, (of, hit) in parts.items())
    sampled = tuple(
        share(f"{name}: {title}", hit[of], named[of].tolist(), int(truth[of].sum()))
        for title, (of, hit) in parts.items()
        if of.any()
    )
    elsewhere = None if prevalence is None else _elsewhere(name, truth, said, patients, prevalence)
    return Point(name, float(cut), counts, sampled, float(truth.mean()), elsewhere)


def _elsewhere(name: str, truth: Bools, said: Bools, patients: Sequence[str], prevalence: float) -> Elsewhere:
    def value(which: int, rows: NDArray[np.int64]) -> float:
        ill, called = truth[rows], said[rows]
        if ill.all() or not ill.any():
            return float("nan")
        return predictive_values(float(called[ill].mean()), float((~called[~ill]).mean()), prevalence)[which]

    ill, titles = int(truth.sum()), ("PPV", "NPV")
    ppv, npv = (
        bootstrap(f"{name}: {title} at a prevalence of {prevalence:g}", partial(value, which), patients, ill, 0)
        for which, title in enumerate(titles)
    )
    return Elsewhere(prevalence, ppv, npv)


def predictive_values(sensitivity: float, specificity: float, prevalence: float) -> tuple[float, float]:
    """PPV and NPV at another prevalence (Bayes); NaN where nobody would be called so."""
    called = sensitivity * prevalence + (1 - specificity) * (1 - prevalence)
    cleared = (1 - sensitivity) * prevalence + specificity * (1 - prevalence)
    nan = float("nan")
    return (
        sensitivity * prevalence / called if called else nan,
        specificity * (1 - prevalence) / cleared if cleared else nan,
    )


def usual_points(truth: Bools, score: Floats, patients: Sequence[str], prevalence: float | None = None) -> list[Point]:
    """The points at 90 % sensitivity and at 90 % specificity, as these very rows put them (so flattering by a little)."""
    sensitive = float(np.quantile(score[truth], 0.1, method="lower"))
    specific = float(np.nextafter(np.quantile(score[~truth], 0.9, method="higher"), np.inf))
    return [
        point("at least 90 % sensitive", truth, score, patients, sensitive, prevalence),
        point("at least 90 % specific", truth, score, patients, specific, prevalence),
    ]
