"""A reader study: a CSV with a row for each breast or exam, its truth, and a column of scores for each reader and model."""

import csv
from collections.abc import Sequence
from fnmatch import fnmatch
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
    """truth: (n,). patients: (n,). columns: what subgroups go by. readers, models: scores (n,) by column name."""

    def __init__(
        self, path: Path, *, truth: str, patient: str, readers: str, models: str, groups: Sequence[str] = ()
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
        self.readers = _scores(path, names, rows, readers, (truth, patient))
        self.models = _scores(path, names, rows, models, (truth, patient, *self.readers))
        if not self.readers and not self.models:
            raise DatasetError(f"{path} has no column like {readers} or {models}; it has {', '.join(names)}")


def evaluate(study: Study) -> Evaluation:
    """Areas of all; the readers' mean; each model against it; the models against the first of them."""
    figures = [delong(f"{name}: AUC", study.truth, score, study.patients) for name, score in study.readers.items()]
    warnings = []
    if len(study.readers) > 1:
        figures.append(_mean(study))
    elif study.readers:
        warnings.append("One reader is no sample of readers: no mean, and no test against it.")
    answers = [
        answer(Question(name, study.truth, score, study.patients, study.columns), probability=_is_probability(score))
        for name, score in study.models.items()
    ]
    curves = tuple(roc(study.truth, score) for score in study.readers.values())
    return Evaluation(
        study.name, tuple(warnings), tuple(answers), tuple(figures), tuple(_comparisons(study)), readers=curves
    )


def _mean(study: Study) -> Figure:
    ratings = np.array(list(study.readers.values()))
    mean = mrmc.readers_mean(study.truth, ratings, study.patients)
    each = [area_under_curve(study.truth, row) for row in ratings]
    method = f"Obuchowski-Rockette, {len(ratings)} readers and patients random, {mean.df:.1f} df"
    name = f"readers' mean: AUC (readers from {min(each):.3f} to {max(each):.3f})"
    return Figure(name, mean.value, mean.low, mean.high, len(study.truth), int(study.truth.sum()), method)


def _comparisons(study: Study) -> list[Difference]:
    found = []
    n = len(study.truth)
    if len(study.readers) > 1:
        ratings = np.array(list(study.readers.values()))
        for name, score in study.models.items():
            gap, p = mrmc.model_against_readers(study.truth, score, ratings, study.patients)
            method = f"Obuchowski-Rockette, readers and patients random, {gap.df:.1f} df"
            found.append(Difference(f"{name} minus readers' mean, AUC", gap.value, gap.low, gap.high, p, n, method))
    first, *others = study.models or [""]
    for name in others:
        title = f"{first} minus {name}, AUC"
        found.append(paired(title, study.truth, study.models[first], study.models[name], study.patients))
    return found


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
