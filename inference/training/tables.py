"""The tables of a release that out-of-fold evidence settles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from inference.calibration import calibrator
from inference.comparison import Comparison
from inference.conformal import cuts
from inference.datasets.records import Record
from inference.evaluation.compared import Judged, judge
from inference.evaluation.metrics import Figure, share
from inference.rules import triage_of
from inference.suggestion import Scale
from inference.training.calibrate import Exams, PlattFit, band_cuts, exams_of, outline_threshold, platt
from inference.training.crossval import OutOfFold

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ALONE: Final = Comparison()
"""Every image by itself."""
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
class Fits:
    """One calibration of images and of exams."""

    malignancy: PlattFit
    abnormality: PlattFit
    exam: PlattFit

    def tables(self) -> dict[str, Any]:
        """As a release's [calibration] holds them."""
        found = {"malignancy": self.malignancy, "abnormality": self.abnormality, "exam": self.exam}
        return {name: fit.table() for name, fit in found.items()}


@dataclass(frozen=True)
class Calibrated:
    """The calibrations, and the exams with the probability (n,) that theirs gives each of them.

    alone: of images judged by themselves; compared: of those held against the other breast, None where none is. cells: of
    the map's logits. own, judged: the images' logits by themselves, and as the exam judges them; exams_alone likewise.
    """

    alone: Fits
    compared: Fits | None
    cells: PlattFit
    own: Judged
    judged: Judged
    exams: Exams
    exams_alone: Exams
    exam_score: Floats
    comparison: Comparison


def truths(records: Sequence[Record]) -> tuple[Bools, Bools, Bools]:
    """Malignant, abnormal, and whether abnormality is known; (n,) each. An unknown malignancy counts as none."""
    malignant = np.array([record.malignant is True for record in records])
    abnormal = np.array([record.abnormal is True for record in records])
    return malignant, abnormal, np.array([record.abnormal is not None for record in records])


def calibrate(
    records: Sequence[Record], found: OutOfFold, groups: Sequence[str], comparison: Comparison = ALONE
) -> Calibrated:
    """Platt fits on all out-of-fold logits, and the exam scores they give.

    The curves for images by themselves are fitted on every image as if it were alone; those for images beside the other
    breast on the images that have one. Errors as `platt` gives them.
    """
    malignant = truths(records)[0]
    own = judge(records, found.malignancy, found.abnormality, Comparison(comparison.evidence))
    judged = judge(records, found.malignancy, found.abnormality, comparison)
    if comparison.other_breast and not judged.compared.any():
        raise ValueError(
            "[pooling] other_breast: no image of these sets has the other breast beside it, as far as sides are known"
        )
    lone = exams_of(records, own.malignancy, found.fold)
    exams = exams_of(records, judged.malignancy, found.fold, judged.compared if comparison.of_malignancy else None)
    everything = np.ones(len(records), dtype=np.bool_)
    alone = _fits(records, groups, own, lone, everything)
    compared = None
    if comparison.of_malignancy:
        compared = _fits(records, groups, judged, exams, judged.compared)
    elif comparison.other_breast:
        compared = replace(alone, abnormality=_abnormality(records, groups, judged, judged.compared))
    strata = [record.dataset for record in records]
    near = found.malignancy if found.near is None else found.near
    # where the image's own logit is what its cells say, its curve is the cells' as well
    same = comparison.evidence == "malignancy" and found.near is None
    cells = alone.malignancy if same else platt(near, malignant, strata, groups)
    score = alone.exam(exams.logit)
    if compared is not None:
        score = np.where(exams.compared, compared.exam(exams.logit), score)
    return Calibrated(alone, compared, cells, own, judged, exams, lone, score, comparison)


def _fits(records: Sequence[Record], groups: Sequence[str], said: Judged, exams: Exams, rows: Bools) -> Fits:
    """Curves of the images `rows`, and of the exams that hold one of them."""
    malignant = truths(records)[0]
    sets, named = np.array([record.dataset for record in records]), np.asarray(groups)
    held = exams.compared if not rows.all() else np.ones(len(exams.logit), dtype=np.bool_)
    return Fits(
        platt(said.malignancy[rows], malignant[rows], sets[rows].tolist(), named[rows].tolist()),
        _abnormality(records, groups, said, rows),
        platt(
            exams.logit[held],
            exams.truth[held],
            np.asarray(exams.dataset)[held].tolist(),
            np.asarray(exams.name)[held].tolist(),
        ),
    )


def _abnormality(records: Sequence[Record], groups: Sequence[str], said: Judged, rows: Bools) -> PlattFit:
    """The curve of those images of `rows` whose abnormality is known."""
    _, abnormal, known = truths(records)
    rated = rows & known
    sets, named = np.array([record.dataset for record in records]), np.asarray(groups)
    return platt(said.abnormality[rated], abnormal[rated], sets[rated].tolist(), named[rated].tolist())


def release_tables(
    records: Sequence[Record], found: OutOfFold, inside: Bools, fits: Calibrated
) -> dict[str, dict[str, Any]]:
    """[calibration], [pooling], [bands], [triage], [reference], [saliency], [birads] and [operating_points]."""
    malignant = truths(records)[0]
    by = cuts(fits.exam_score, fits.exams.truth, ALPHA)
    # between the cuts both answers stay open; where they cross, neither does, which decides nothing either
    middle = sorted((max(by.below, 0.0), min(by.above, 1.0)))
    birads = birads_table(float(fits.exams.truth.mean()))
    threshold = outline_threshold(found.cells, inside, malignant, fits.cells, CLEAR_OF_OUTLINES)
    calibration: dict[str, Any] = {"prevalence": float(malignant.mean()), **fits.alone.tables()}
    if fits.cells is not fits.alone.malignancy:
        calibration["malignancy_map"] = fits.cells.table()
    if fits.compared is not None:
        calibration["compared"] = fits.compared.tables()
    return {
        "calibration": calibration,
        "pooling": {"breast": "mean", "exam": "max", **fits.comparison.table()},
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


def abstained(fits: Calibrated, tables: Mapping[str, Mapping[str, Any]]) -> float:
    """Share of the reference exams that get no category, by the rules that serving follows."""
    scale, triage = Scale.of(tables["birads"]), tables["triage"]
    none = 0
    for score, held in zip(fits.exam_score, fits.exams.compared, strict=True):
        curve = calibrator((fits.compared if held and fits.compared else fits.alone).exam.table())
        band = triage_of(float(score), triage["intermediate"], triage["elevated"])
        none += scale.suggest(float(score), curve.around(float(score)), band).abstained
    return none / len(fits.exam_score)


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
