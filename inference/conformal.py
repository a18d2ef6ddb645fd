"""Label-conditional conformal cuts: which of the two answers a score still leaves open, with stated coverage.

A score rules an answer out where at most a share `alpha` of the reference exams of that answer are as unusual; among
exchangeable exams of either answer at most `alpha` then lose their true one, whatever the model and its calibration
(Vovk et al. 2005, Mondrian prediction; cross-conformal where the reference scores are out of fold, Vovk 2015).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MALIGNANT, OTHER = "malignant", "not malignant"


@dataclass(frozen=True)
class Cuts:
    """below: scores under it rule malignancy out. above: scores at or over it rule "not malignant" out."""

    below: float
    above: float

    def open(self, score: float) -> tuple[str, ...]:
        """The answers that `score` does not rule out: both, one or (where the model tells them well apart) none."""
        answers = ((MALIGNANT, score >= self.below), (OTHER, score < self.above))
        return tuple(name for name, still in answers if still)


def cuts(scores: Floats, truth: Bools, alpha: float) -> Cuts:
    """Cuts from reference scores (n,), higher for disease; infinite where an answer has too few exams for `alpha`.

    At `below` and above, a new cancer's p-value (1 + cancers that score as low) / (cancers + 1) exceeds `alpha`; under
    `above` likewise (1 + others that score as high) / (others + 1). Raises ValueError for an alpha outside (0, 1).
    """
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"alpha must lie between 0 and 1, not {alpha}")
    ill, well = np.sort(scores[truth]), np.sort(scores[~truth])
    # 1e-9: 0.1 * 10 must count as 1 although it is not in binary
    least, most = (int(alpha * (len(one) + 1) + 1e-9) for one in (ill, well))
    below = float(ill[least - 1]) if least else -np.inf
    above = float(np.nextafter(well[-most], np.inf)) if most else np.inf
    return Cuts(below, above)


def kept(scores: Floats, truth: Bools, by: Cuts) -> Bools:
    """For each score (n,), whether its true answer is still open."""
    return np.asarray(np.where(truth, scores >= by.below, scores < by.above), dtype=np.bool_)


def cross_kept(scores: Floats, truth: Bools, fold: NDArray[np.int64], alpha: float) -> Bools:
    """`kept` of each fold by cuts from the other folds: what coverage comes to on exams the cuts have not seen."""
    found = np.zeros(len(scores), dtype=np.bool_)
    for number in np.unique(fold):
        rows = fold == number
        found[rows] = kept(scores[rows], truth[rows], cuts(scores[~rows], truth[~rows], alpha))
    return found
