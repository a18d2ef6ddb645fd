"""What the out-of-fold evidence says about a design: the figures of its card and of its summary."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inference.datasets.records import Record
from inference.evaluation.metrics import Figure, auc, share
from inference.evaluation.tasks import Predictions, calibration, composition, patients, ranking
from inference.training.calibrate import platt
from inference.training.crossval import OutOfFold
from inference.training.tables import Calibrated, truths

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def out_of_fold_figures(
    records: Sequence[Record], found: OutOfFold, regions: Floats, inside: Bools, fits: Calibrated
) -> list[Figure]:
    """Every figure, set by set; each image is scored by heads that saw nothing of its patient, and calibrated likewise.

    regions: (n, h, w), each cell's share of malignant outlines. inside: (n, h, w), cells of the breast.
    """
    malignant = truths(records)[0]
    said = Predictions(found.malignancy, found.abnormality, found.density)
    chance = _cross_fitted(records, found, malignant)
    exam = auc("all sets: exam, malignant v rest, AUC", fits.exam_truth, fits.exam_score, fits.exams)
    return [
        *ranking(records, said),
        *calibration(records, chance),
        *composition(records, found.density),
        *_pointing(records, found.cells, regions, inside),
        exam,
    ]


def _cross_fitted(records: Sequence[Record], found: OutOfFold, malignant: Bools) -> Floats:
    """Probabilities of each fold by a Platt fit on the others."""
    sets = np.array([record.dataset for record in records])
    groups = np.asarray(patients(records))
    chance = np.zeros_like(found.malignancy)
    for number in np.unique(found.fold):
        others, rows = found.fold != number, found.fold == number
        fitted = platt(found.malignancy[others], malignant[others], sets[others].tolist(), groups[others].tolist())
        chance[rows] = fitted(found.malignancy[rows])
    return chance


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
