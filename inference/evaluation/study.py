"""A reader study: a CSV with a row for each breast or exam, its truth, and a column of scores for each reader and model."""

import csv
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from itertools import product
from pathlib import Path

import numpy as np

from inference.datasets.records import DatasetError
from inference.evaluation import mrmc
from inference.evaluation.curves import roc
from inference.evaluation.evaluation import Evaluation
from inference.evaluation.metrics import Bools, Figure, Floats, area_under_curve
from inference.evaluation.question import Question, answer
from inference.evaluation.roc import Difference, delong, paired


class Study:
    """truth: (n,). patients: (n,). columns: what subgroups go by. readers, models: scores (n,) by column name.

    aided: the readers' scores with help, in the order of `readers`; empty where the study has one modality.
    """

    def __init__(
        self,
        path: Path,
        *,
        truth: str,
        patient: str,
        readers: str,
        models: str,
        groups: Sequence[str] = (),
        aided: str | None = None,
    ) -> None:
        """Read the CSV; `readers` and `models` are patterns such as "Reader*". DatasetError names what is wrong."""
        names, rows = _rows(path)
        missing = [name for name in (truth, patient, *groups) if name not in names]
        if missing:
            raise DatasetError(f"{path} has no column {', '.join(missing)}; it has {', '.join(names)}")
        self.name = path.stem
        self.truth: Bools = _numbers(path, rows, truth) > 0
        self.patients = [row[patient] for row in rows]
        self.columns = {name: [row[name] for row in rows] for name in groups}
        self.aided = _scores(path, names, rows, aided, (truth, patient)) if aided else {}
        self.readers = _scores(path, names, rows, readers, (truth, patient, *self.aided))
        self.models = _scores(path, names, rows, models, (truth, patient, *self.readers, *self.aided))
        if aided and len(self.aided) != len(self.readers):
            told = f"{len(self.readers)} columns like {readers} and {len(self.aided)} like {aided}"
            raise DatasetError(f"{path} has {told}: every reader must have read in both ways, in the same order")
        if not self.readers and not self.models:
            raise DatasetError(f"{path} has no column like {readers} or {models}; it has {', '.join(names)}")


def evaluate(study: Study, prevalence: float | None = None) -> Evaluation:
    """Areas of all; the readers' mean; each model against it; the models against the first of them.

    prevalence: see `points.point`.
    """
    figures = [delong(f"{name}: AUC", study.truth, score, study.patients) for name, score in study.readers.items()]
    warnings = []
    figures += [delong(f"{name}: AUC", study.truth, score, study.patients) for name, score in study.aided.items()]
    if len(study.readers) > 1:
        figures += [_mean(study.readers, study, "readers' mean", jackknifed) for jackknifed in (False, True)]
        if study.aided:
            figures.append(_mean(study.aided, study, "readers' mean with help", jackknifed=False))
    elif study.readers:
        warnings.append("One reader is no sample of readers: no mean, and no test against it.")
    answers = [
        answer(
            Question(name, study.truth, score, study.patients, study.columns),
            probability=_is_probability(score),
            prevalence=prevalence,
        )
        for name, score in study.models.items()
    ]
    curves = tuple(roc(study.truth, score) for score in study.readers.values())
    return Evaluation(
        study.name, tuple(warnings), tuple(answers), tuple(figures), tuple(_comparisons(study)), readers=curves
    )


def _method(readers: int, df: float, jackknifed: bool) -> str:
    """How an interval over readers was had; with jackknifed covariances Obuchowski and Rockette's is DBM's."""
    name = "Dorfman-Berbaum-Metz (jackknife over patients)" if jackknifed else "Obuchowski-Rockette"
    return f"{name}, {readers} readers and patients random, {df:.1f} df"


def _mean(scores: Mapping[str, Floats], study: Study, title: str, jackknifed: bool) -> Figure:
    ratings = np.array(list(scores.values()))
    mean = mrmc.readers_mean(study.truth, ratings, study.patients, jackknifed=jackknifed)
    each = [area_under_curve(study.truth, row) for row in ratings]
    method = _method(len(ratings), mean.df, jackknifed)
    name = f"{title}: AUC (readers from {min(each):.3f} to {max(each):.3f})"
    return Figure(name, mean.value, mean.low, mean.high, len(study.truth), int(study.truth.sum()), method)


def _comparisons(study: Study) -> list[Difference]:
    found = []
    n = len(study.truth)
    if len(study.readers) > 1:
        ratings = np.array(list(study.readers.values()))
        for (name, score), jackknifed in product(study.models.items(), (False, True)):
            gap, p = mrmc.model_against_readers(study.truth, score, ratings, study.patients, jackknifed=jackknifed)
            method = _method(len(ratings), gap.df, jackknifed)
            found.append(Difference(f"{name} minus readers' mean, AUC", gap.value, gap.low, gap.high, p, n, method))
        if study.aided:
            found += [_help(study, ratings, jackknifed) for jackknifed in (False, True)]
    first, *others = study.models or [""]
    for name in others:
        title = f"{first} minus {name}, AUC"
        found.append(paired(title, study.truth, study.models[first], study.models[name], study.patients))
    return found


def _help(study: Study, ratings: Floats, jackknifed: bool) -> Difference:
    """What help does to the readers' mean."""
    aided = np.array(list(study.aided.values()))
    found = mrmc.two_modalities(study.truth, aided, ratings, study.patients, jackknifed=jackknifed)
    gap, method = found.difference, _method(len(ratings), found.df2, jackknifed)
    name = "readers' mean with help minus without, AUC"
    return Difference(name, gap.value, gap.low, gap.high, found.p, len(study.truth), method)


def _rows(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
            return list(reader.fieldnames or []), rows
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path}: the scores cannot be read: {error}") from error


def _scores(
    path: Path, names: Sequence[str], rows: Sequence[dict[str, str]], pattern: str, taken: Sequence[str]
) -> dict[str, Floats]:
    chosen = [name for name in names if fnmatch(name, pattern) and name not in taken]
    return {name: _numbers(path, rows, name) for name in chosen}


def _numbers(path: Path, rows: Sequence[dict[str, str]], column: str) -> Floats:
    values = []
    for line, row in enumerate(rows, start=2):
        try:
            values.append(float(row[column]))
        except (TypeError, ValueError) as error:
            raise DatasetError(f"{path}, line {line}: {column} is {row[column]!r}, not a number") from error
    found = np.array(values)
    if not np.isfinite(found).all():
        raise DatasetError(f"{path}: {column} holds NaN or infinity: leave those rows out of the study")
    return found


def _is_probability(score: Floats) -> bool:
    return bool((score >= 0).all() and (score <= 1).all())
