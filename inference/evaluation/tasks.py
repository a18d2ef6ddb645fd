"""Which questions are put to a set of read images, and the figures that answer them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.datasets.records import Record
from inference.evaluation.agreement import kappa
from inference.evaluation.metrics import Figure, auc, bootstrap, brier, calibration_error, share

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Predictions:
    """Scores by image (n,), higher for disease, and density probabilities (n, 4)."""

    malignancy: Floats
    abnormality: Floats
    density: Floats


def ranking(records: Sequence[Record], said: Predictions) -> list[Figure]:
    """Areas under the curve that the labels allow, set by set; a question with one class only is left out."""
    found = []
    for name, rows in _sets(records):
        part = [records[row] for row in rows]
        malignant = np.array([record.malignant is True for record in part])
        rated = np.array([record.malignant is not None for record in part])
        abnormal = np.array([record.abnormal is True for record in part])
        judged = np.array([record.abnormal is not None for record in part])
        known = np.array([record.patient_known for record in part])
        score = said.malignancy[rows]
        found += _auc(f"{name}: abnormal v normal", part, judged, abnormal, said.abnormality[rows])
        found += _auc(f"{name}: malignant v rest", part, rated, malignant, score)
        found += _auc(f"{name}: malignant v benign", part, rated & (malignant | abnormal), malignant, score)
        if known.any() and not known.all():
            found += _auc(f"{name}: malignant v rest, patients known", part, rated & known, malignant, score)
    return found


def calibration(records: Sequence[Record], chance: Floats) -> list[Figure]:
    """Brier score and expected calibration error of the probability of malignancy (n,), set by set."""
    found = []
    for name, rows in _sets(records):
        rated = rows[np.array([records[row].malignant is not None for row in rows])]
        truth = np.array([bool(records[row].malignant) for row in rated])
        group, value = [patients(records)[row] for row in rated], chance[rated]
        for title, measure in (("Brier score", brier), ("expected calibration error", calibration_error)):
            found.append(_measured(f"{name}: malignancy, {title}", measure, truth, value, group))
    return found


def _measured(
    name: str, measure: Callable[[Bools, Floats], float], truth: Bools, value: Floats, group: Sequence[str]
) -> Figure:
    return bootstrap(name, lambda rows: measure(truth[rows], value[rows]), group, int(truth.sum()), 0)


def composition(records: Sequence[Record], density: Floats) -> list[Figure]:
    """Accuracy and quadratic kappa of the likeliest density class, set by set."""
    return [
        figure
        for name, rows in _sets(records)
        for figure in _density(name, [records[row] for row in rows], density[rows])
    ]


def _sets(records: Sequence[Record]) -> list[tuple[str, NDArray[np.int64]]]:
    names = np.array([record.dataset for record in records])
    return [(str(name), np.flatnonzero(names == name)) for name in np.unique(names)]


def patients(records: Sequence[Record]) -> list[str]:
    """What to resample by: patients, or single images where the patient is unknown."""
    return [record.patient if record.patient_known else record.image for record in records]


def _auc(name: str, records: Sequence[Record], chosen: Bools, truth: Bools, score: Floats) -> list[Figure]:
    if len(set(truth[chosen].tolist())) < 2:
        return []
    group = np.asarray(patients(records))[chosen].tolist()
    return [auc(f"{name}, AUC", truth[chosen], score[chosen], group)]


def _density(name: str, records: Sequence[Record], density: Floats) -> list[Figure]:
    rows = [index for index, record in enumerate(records) if record.density is not None]
    if not rows:
        return []
    allowed = np.array([record.density for record in records if record.density is not None])
    # a label may allow two letters (MIAS D is c or d): letters that always go together count as one class
    merged = _merge(allowed)
    truth = (allowed @ merged).argmax(axis=1)
    said = (density[rows] @ merged).argmax(axis=1)
    group = np.asarray(patients(records))[rows].tolist()
    classes = merged.shape[1]
    return [
        share(f"{name}: density, {classes} classes, accuracy", truth == said, group),
        kappa(f"{name}: density, {classes} classes, quadratic kappa", truth, said, group),
    ]


def _merge(allowed: Floats) -> Floats:
    """(4, classes): which class each letter belongs to."""
    joined = (allowed[:, :-1] > 0) & (allowed[:, 1:] > 0)
    classes = np.concatenate([[0], np.cumsum(~joined.any(axis=0))])
    return np.asarray(np.eye(classes[-1] + 1)[classes])
