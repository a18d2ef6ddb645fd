"""The evaluation of a file of predictions against labels: images, breasts, exams, density and lesions."""

from collections.abc import Mapping, Sequence

import numpy as np

from inference.evaluation.agreement import kappa
from inference.evaluation.detection import RATES, Marked, froc, lesion_sensitivity
from inference.evaluation.evaluation import Evaluation
from inference.evaluation.joined import Joined, Pair, Whole, join, wholes
from inference.evaluation.labels import COLUMNS, Label
from inference.evaluation.metrics import Figure, share
from inference.evaluation.predictions import Predictions
from inference.evaluation.question import Answer, Question, answer
from inference.evaluation.roc import Difference, paired, paired_bootstrap
from inference.evaluation.subgroups import age_band

LETTERS = "ABCD"


def evaluate(
    predictions: Predictions,
    labels: Sequence[Label],
    *,
    cuts: Mapping[str, float] | None = None,
    prevalence: float | None = None,
) -> Evaluation:
    """Every figure that the labels allow. cuts: operating points of the probability of malignancy, by name.

    prevalence: see `points.point`.

    Raises DatasetError where predictions and labels do not fit together, ValueError where no question can be answered.
    """
    joined = join(predictions, labels)
    asked = questions(predictions, joined)
    figures, warnings = _density(joined.scored), list(joined.warnings)
    marked = _marked(joined.scored)
    curve = froc(marked) if any(image.lesions for image in marked) else None
    if curve is not None:
        figures += [
            lesion_sensitivity(f"lesions found at {rate:g} false marks an image", marked, rate) for rate in RATES
        ]
    answers: list[Answer] = []
    for question in asked:
        if question.answerable:
            asked_at = cuts if question.name.startswith("malignant") else None
            answers.append(answer(question, asked_at, prevalence=prevalence))
        else:
            found = f"{int(question.truth.sum())} of {len(question.truth)} positive"
            warnings.append(f"{question.name}: no AUC without two patients of each class ({found}).")
    if not answers and not figures:
        raise ValueError("the labels answer no question: two patients with and two without the condition are needed")
    return Evaluation(predictions.release, tuple(warnings), tuple(answers), tuple(figures), froc=curve)


def questions(predictions: Predictions, joined: Joined) -> list[Question]:
    """What can be asked: of images, then of breasts and exams where these have scores of their own."""
    pairs = joined.scored
    malignant = [pair for pair in pairs if pair.label.malignant is not None and pair.image.malignancy is not None]
    abnormal = [pair for pair in pairs if pair.label.abnormal is not None and pair.image.abnormality is not None]
    found = [
        _question("malignant, images", malignant, [p.label.malignant for p in malignant], [p.image.malignancy for p in malignant]),
        _question("abnormal, images", abnormal, [p.label.abnormal for p in abnormal], [p.image.abnormality for p in abnormal]),
    ]  # fmt: skip
    for name, breasts in (("malignant, breasts", True), ("malignant, exams", False)):
        found.append(_of_wholes(name, wholes(predictions, pairs, breasts=breasts)))
    return [question for question in found if len(question.truth)]


def _question(
    name: str, pairs: Sequence[Pair], truth: Sequence[bool | None], score: Sequence[float | None]
) -> Question:
    columns = {column: [pair.column(column) for pair in pairs] for column in COLUMNS if column != "patient"}
    columns["age"] = [age_band(age) for age in columns["age"]]
    columns["density"] = [pair.label.density or "" for pair in pairs]
    kept = {column: values for column, values in columns.items() if any(values)}
    numbers = np.array(score, dtype=np.float64)
    return Question(name, np.array(truth, dtype=np.bool_), numbers, [pair.patient for pair in pairs], kept)


def _of_wholes(name: str, found: Sequence[Whole]) -> Question:
    truth, score = np.array([w.malignant for w in found], dtype=np.bool_), np.array([w.score for w in found])
    return Question(name, truth, score, [w.patient for w in found], {})


def _density(pairs: Sequence[Pair]) -> list[Figure]:
    known = [(pair, pair.label.density, pair.image.density) for pair in pairs]
    rows = [(pair.patient, letter, said) for pair, letter, said in known if letter and said]
    if not rows:
        return []
    truth = np.array([LETTERS.index(letter) for _, letter, _ in rows])
    likeliest = np.array([LETTERS.index(max(said, key=lambda name: said[name])) for _, _, said in rows])
    patients = [patient for patient, _, _ in rows]
    return [
        share("density: accuracy", truth == likeliest, patients),
        share("density: right or one letter off", np.abs(truth - likeliest) <= 1, patients),
        kappa("density: quadratic kappa", truth, likeliest, patients),
    ]


def _marked(pairs: Sequence[Pair]) -> list[Marked]:
    """Images whose lesions are told: outlined, or known to have none. A malignant one without an outline is left out."""
    told = [pair for pair in pairs if pair.label.outlined]
    clear = [pair for pair in told if pair.label.lesions or not (pair.label.malignant or pair.label.abnormal)]
    return [Marked(pair.patient, pair.image.marks, pair.label.lesions) for pair in clear]


def compare(first: Predictions, second: Predictions, labels: Sequence[Label]) -> list[Difference]:
    """First minus second on the images that both scored: AUCs by DeLong and by bootstrap over patients."""
    ours, theirs = ({q.name: q for q in questions(p, _shared(first, second, labels, p))} for p in (first, second))
    found = []
    for name, one in ours.items():
        other = theirs.get(name)
        if not one.answerable or other is None or len(other.truth) != len(one.truth):
            continue
        title = f"{name}: AUC of {first.release} minus {second.release}"
        found.append(paired(title, one.truth, one.score, other.score, one.patients))
        drawn = paired_bootstrap(title, one.truth, one.score, other.score, one.patients)
        p = float("nan")  # the bootstrap gives an interval, no test
        found.append(Difference(title, drawn.value, drawn.low, drawn.high, p, drawn.n, drawn.method))
    return found


def _shared(first: Predictions, second: Predictions, labels: Sequence[Label], wanted: Predictions) -> Joined:
    """`wanted` joined with the labels of images that both releases scored."""
    scored = [{label for label, pair in _by_label(p, labels).items() if pair.image.scored} for p in (first, second)]
    kept = [pair for label, pair in _by_label(wanted, labels).items() if label in scored[0] & scored[1]]
    return Joined(tuple(kept), ())


def _by_label(predictions: Predictions, labels: Sequence[Label]) -> dict[str, Pair]:
    return {pair.label.sha256 or pair.label.file: pair for pair in join(predictions, labels).pairs}
