"""What the out-of-fold evidence says about a design: the figures of its card and of its summary."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from inference.conformal import cross_kept
from inference.datasets.records import Record, types_allowed
from inference.evaluation.metrics import Figure, auc, bootstrap, brier, calibration_error, share
from inference.evaluation.tasks import Predictions, calibration, composition, patients, ranking
from inference.kinds import TYPES
from inference.training.calibrate import Exams, cross_fitted
from inference.training.crossval import OutOfFold
from inference.training.reliability import Bin, bins
from inference.training.tables import ALPHA, Calibrated, truths

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def out_of_fold_figures(
    records: Sequence[Record], found: OutOfFold, regions: Floats, inside: Bools, fits: Calibrated
) -> list[Figure]:
    """Every figure, set by set; each image is scored by heads that saw nothing of its patient, and calibrated likewise.

    regions: (n, h, w), each cell's share of malignant outlines. inside: (n, h, w), cells of the breast.
    """
    said = Predictions(fits.judged.malignancy, fits.judged.abnormality, found.density)
    exams = fits.exams
    return [
        *ranking(records, said),
        *calibration(records, image_chances(records, found, fits)),
        *composition(records, found.density),
        *_types(records, found.kinds),
        *_pointing(records, found.cells, regions, inside),
        auc("all sets: exam, malignant v rest, AUC", exams.truth, fits.exam_score, exams.name),
        *_exam_calibration(fits),
        *coverage(exams, fits.exam_score),
    ]


def _types(records: Sequence[Record], kinds: Floats | None) -> list[Figure]:
    """Share of images, and of abnormal ones, whose likeliest type is one that the label allows."""
    if kinds is None:
        return []
    told = [types_allowed(record) for record in records]
    names, found = np.asarray(patients(records)), []
    for title, rows in (
        ("all", [n for n, t in enumerate(told) if t]),
        ("abnormal", [n for n, t in enumerate(told) if t and "normal" not in t]),
    ):
        if rows:
            right = np.array([TYPES[int(kinds[n].argmax())] in (told[n] or ()) for n in rows])
            found.append(
                share(f"finding type of {title} images, {len(TYPES)} classes, right", right, names[rows].tolist())
            )
    return found


def image_chances(records: Sequence[Record], found: OutOfFold, fits: Calibrated) -> Floats:
    """Probability of malignancy of each image (n,), each fold by a calibration on the others."""
    sets, truth, judged = [record.dataset for record in records], truths(records)[0], fits.judged
    own = cross_fitted(fits.own.malignancy, truth, sets, found.fold)
    if not fits.comparison.of_malignancy:
        return own
    return np.where(judged.compared, cross_fitted(judged.malignancy, truth, sets, found.fold, judged.compared), own)


def exam_chances(fits: Calibrated) -> Floats:
    """Probability of each exam (n,), each fold by a calibration on the others."""
    exams, lone = fits.exams, fits.exams_alone
    own = cross_fitted(lone.logit, lone.truth, lone.dataset, lone.fold)
    if not fits.comparison.of_malignancy:
        return own
    held = cross_fitted(exams.logit, exams.truth, exams.dataset, exams.fold, exams.compared)
    return np.where(exams.compared, held, own)


def reliability(records: Sequence[Record], found: OutOfFold, fits: Calibrated) -> dict[str, list[Bin]]:
    """Bins of the reliability diagram of images and of exams; a breast's score is its images' and has no labels of its own."""
    images, exams = bins(truths(records)[0], image_chances(records, found, fits)), fits.exams
    return {"image": images, "exam": bins(exams.truth, exam_chances(fits))}


def _exam_calibration(fits: Calibrated) -> list[Figure]:
    exams, chance, ill = fits.exams, exam_chances(fits), int(fits.exams.truth.sum())

    def measured(title: str, of: Callable[[Bools, Floats], float]) -> Figure:
        name = f"all sets: exam, {title}"
        return bootstrap(name, lambda rows: of(exams.truth[rows], chance[rows]), exams.name, ill, 0)

    return [measured("Brier score", brier), measured("expected calibration error", calibration_error)]


def coverage(exams: Exams, score: Floats) -> list[Figure]:
    """How many exams of each truth keep it under cuts that never saw their fold, and how many are left one answer."""
    held = cross_kept(score, exams.truth, exams.fold, ALPHA)
    names, sets = np.asarray(exams.name), np.asarray(exams.dataset)
    found = []
    for name in ("all sets", *sorted(set(exams.dataset))):
        rows = np.ones(len(sets), dtype=np.bool_) if name == "all sets" else sets == name
        for title, chosen in (("with cancer, not low", exams.truth), ("without, not elevated", ~exams.truth)):
            part = rows & chosen
            if part.any():
                found.append(share(f"{name}: exams {title}, coverage", held[part], names[part].tolist()))
    return found


def _pointing(records: Sequence[Record], cells: Floats, regions: Floats, inside: Bools) -> list[Figure]:
    """Share of images with a malignant outline whose highest cell touches one, set by set (Zhang et al. 2016)."""
    shown = np.where(inside, cells, -np.inf).reshape(len(cells), -1)
    touched = np.take_along_axis(regions.reshape(len(cells), -1), shown.argmax(axis=1)[:, None], axis=1)[:, 0] > 0
    outlined = np.array([any(region.malignant for region in record.regions) for record in records])
    found = []
    for name in sorted({record.dataset for record in records}):
        rows = np.flatnonzero(outlined & np.array([record.dataset == name for record in records]))
        if len(rows):
            group = np.asarray(patients(records))[rows].tolist()
            found.append(share(f"{name}: highest cell in a malignant outline", touched[rows], group))
    return found
