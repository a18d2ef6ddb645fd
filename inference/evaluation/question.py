"""One yes-or-no question put to one score: every figure that answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.evaluation.curves import Curve, average_precision, precision_recall, roc
from inference.evaluation.metrics import Bools, Figure, Floats, auc, bootstrap, brier, calibration_error
from inference.evaluation.points import Point, point, usual_points
from inference.evaluation.roc import delong, partial
from inference.evaluation.subgroups import Subgroup, subgroups


@dataclass(frozen=True)
class Answer:
    """What was found. roc, recall: to draw. reliability: mean score and share of positives by tenths of the rows."""

    name: str
    n: int
    positives: int
    figures: tuple[Figure, ...]
    points: tuple[Point, ...]
    subgroups: tuple[Subgroup, ...]
    roc: Curve
    recall: Curve
    reliability: Curve


@dataclass(frozen=True)
class Question:
    """Rows with a truth and a score. columns: what to break the rows down by, each a value for every row."""

    name: str
    truth: Bools
    score: Floats
    patients: Sequence[str]
    columns: Mapping[str, Sequence[str]]

    @property
    def answerable(self) -> bool:
        """Both classes are there, in two patients each."""
        names = np.asarray(self.patients)
        return all(len(set(names[self.truth == value])) > 1 for value in (True, False))


def answer(
    question: Question,
    cuts: Mapping[str, float] | None = None,
    *,
    probability: bool = True,
    prevalence: float | None = None,
) -> Answer:
    """All figures; ValueError where the question is not answerable.

    cuts: further operating points by name, such as those of a release. probability: the score claims to be one, so that
    Brier score and calibration error mean something. prevalence: see `points.point`.
    """
    truth, score, patients = question.truth, question.score, question.patients
    figures = [
        delong(f"{question.name}: AUC", truth, score, patients),
        auc(f"{question.name}: AUC", truth, score, patients),
        partial(f"{question.name}: partial AUC, specificity 80 % and over", truth, score, patients),
        average_precision(f"{question.name}: average precision", truth, score, patients),
    ]
    if probability:
        figures += [
            _bootstrapped(f"{question.name}: Brier score", brier, question),
            _bootstrapped(f"{question.name}: expected calibration error", calibration_error, question),
        ]
    points = usual_points(truth, score, patients, prevalence)
    points += [point(name, truth, score, patients, cut, prevalence) for name, cut in (cuts or {}).items()]
    return Answer(
        question.name,
        len(truth),
        int(truth.sum()),
        tuple(figures),
        tuple(points),
        tuple(subgroups(truth, score, patients, question.columns)),
        roc(truth, score),
        precision_recall(truth, score),
        reliability(truth, score),
    )


def reliability(truth: Bools, score: Floats, bins: int = 10) -> Curve:
    """Mean score against the share of positives in groups of equal count."""
    groups = [rows for rows in np.array_split(np.argsort(score, kind="stable"), bins) if len(rows)]
    said = [float(score[rows].mean()) for rows in groups]
    return Curve(np.array(said), np.array([float(truth[rows].mean()) for rows in groups]))


def _bootstrapped(name: str, measure: Any, question: Question) -> Figure:
    truth, score = question.truth, question.score
    positives = int(truth.sum())
    return bootstrap(name, lambda rows: float(measure(truth[rows], score[rows])), question.patients, positives, 0)
