"""The tables of a release that out-of-fold evidence settles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from inference.conformal import cuts
from inference.datasets.records import Record
from inference.evaluation.metrics import Figure, share
from inference.training.calibrate import Exams, PlattFit, band_cuts, exams_of, outline_threshold, platt
from inference.training.crossval import OutOfFold

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CLEAR_OF_OUTLINES: Final = 0.8
"""Share of images without malignancy that no outline should be drawn on."""
ALPHA: Final = 0.1
"""Share of the cancers that the band "low", and of the other exams that the band "elevated", may hold at most."""
REFERENCE_PREVALENCE: Final = 0.01
"""Share of exams with cancer for which the BI-RADS-like cut points hold; the training sets hold far more of them."""
BIRADS: Final = (("3", 0.005), ("4A", 0.02), ("4B", 0.10), ("4C", 0.50), ("5", 0.95))
"""Categories above "1", each with its least probability of malignancy at the reference prevalence.

From 4A up these are the bounds of the BI-RADS categories; under half of the reference prevalence we say "1".
"""


@dataclass(frozen=True)
class Calibrated:
    """The calibrations, and the exams with the probability (n,) that theirs gives each of them."""

    malignancy: PlattFit
    abnormality: PlattFit
    exam: PlattFit
    exams: Exams
    exam_score: Floats


def truths(records: Sequence[Record]) -> tuple[Bools, Bools, Bools]:
    """Malignant, abnormal, and whether abnormality is known; (n,) each. An unknown malignancy counts as none."""
    malignant = np.array([record.malignant is True for record in records])
    abnormal = np.array([record.abnormal is True for record in records])
    return malignant, abnormal, np.array([record.abnormal is not None for record in records])


def calibrate(records: Sequence[Record], found: OutOfFold, groups: Sequence[str]) -> Calibrated:
    """Platt fits on all out-of-fold logits, and the exam scores they give."""
    malignant, abnormal, judged = truths(records)
    sets = np.array([record.dataset for record in records])
    named = np.asarray(groups)
    first = platt(found.malignancy, malignant, sets.tolist(), groups)
    second = platt(found.abnormality[judged], abnormal[judged], sets[judged].tolist(), named[judged].tolist())
    exams = exams_of(records, found.malignancy, found.fold)
    third = platt(exams.logit, exams.truth, exams.dataset, exams.name)
    return Calibrated(first, second, third, exams, third(exams.logit))


def release_tables(
    records: Sequence[Record], found: OutOfFold, inside: Bools, fits: Calibrated
) -> dict[str, dict[str, Any]]:
    """[calibration], [pooling], [bands], [triage], [reference], [saliency], [birads] and [operating_points]."""
    malignant = truths(records)[0]
    by = cuts(fits.exam_score, fits.exams.truth, ALPHA)
    # between the cuts both answers stay open; where they cross, neither does, which decides nothing either
    middle = sorted((max(by.below, 0.0), min(by.above, 1.0)))
    birads = birads_table(float(fits.exams.truth.mean()))
    threshold = outline_threshold(found.cells, inside, malignant, fits.malignancy, CLEAR_OF_OUTLINES)
    return {
        "calibration": {
            "prevalence": float(malignant.mean()),
            "malignancy": fits.malignancy.table(),
            "abnormality": fits.abnormality.table(),
            "exam": fits.exam.table(),
        },
        "pooling": {"breast": "mean", "exam": "max"},
        "bands": {"cuts": band_cuts(fits.exam_score)},
        "triage": {"intermediate": middle[0], "elevated": middle[1], "alpha": ALPHA},
        "reference": reference_table(fits),
        "saliency": {"threshold": threshold, "most_findings": 3, "clear": CLEAR_OF_OUTLINES},
        "birads": birads,
        "operating_points": {
            "sensitive": operating_point(fits, middle[0]),
            "above category 1": operating_point(fits, birads["cuts"][0]),
            "specific": operating_point(fits, middle[1]),
        },
    }


def reference_table(fits: Calibrated) -> dict[str, Any]:
    """What exams the scores are held against, and their out-of-fold scores, rising."""
    score, truth = fits.exam_score, fits.exams.truth
    sets = " and ".join(sorted(set(fits.exams.dataset)))
    return {
        "name": f"the {len(score)} reference exams ({sets}, read out of fold)",
        "malignant": sorted(round(float(value), 6) for value in score[truth]),
        "other": sorted(round(float(value), 6) for value in score[~truth]),
    }


def birads_table(prevalence: float) -> dict[str, Any]:
    """Cut points moved from the reference prevalence to that of the training sets (Bayes' rule on the odds)."""
    shift = logit(prevalence) - logit(REFERENCE_PREVALENCE)
    return {
        "categories": ["1", *(name for name, _ in BIRADS)],
        "cuts": [float(expit(logit(least) + shift)) for _, least in BIRADS],
        "max_span": 2,
        "prevalence": prevalence,
        "reference_prevalence": REFERENCE_PREVALENCE,
        "reference_cuts": [least for _, least in BIRADS],
    }


def operating_point(fits: Calibrated, cut: float) -> dict[str, Any]:
    """Sensitivity and specificity of the exam score at or above `cut`, out of fold, with their intervals."""
    over, ill = fits.exam_score >= cut, fits.exams.truth
    names = np.asarray(fits.exams.name)
    found = share("sensitivity", over[ill], names[ill].tolist(), int(ill.sum()))
    spared = share("specificity", ~over[~ill], names[~ill].tolist(), 0)
    return {"cut": cut, "sensitivity": _figure(found), "specificity": _figure(spared)}


def _figure(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n}
