"""`simulate`: what single, double, triaged or MASAI reading of a worklist would save, find and miss. See docs/evaluation.md."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.datasets.records import DatasetError
from inference.evaluation.joined import join, wholes
from inference.evaluation.labels import read_labels
from inference.evaluation.metrics import Bools, Floats
from inference.evaluation.predictions import read_predictions
from inference.evaluation.study import Study
from inference.evaluation.worklist.readers import assumed, real
from inference.evaluation.worklist.rules import Rule, usual
from inference.evaluation.worklist.simulate import ASSUMPTIONS, Outcome, Worklist, simulate


def main(argv: Sequence[str]) -> int:
    """Simulate and print; 0, or 2 with a reason on stderr."""
    parser = _parser()
    args = parser.parse_args(argv)
    if bool(args.scores) == bool(args.predictions) or bool(args.predictions) != bool(args.labels):
        parser.error("give --scores, or --predictions with --labels")
    try:
        worklist = _from_study(args) if args.scores else _from_predictions(args)
        rules = usual(args.clear, args.double, args.model_recalls) | {r.name: r for r in map(Rule.of, args.rule)}
        found = simulate(worklist, rules)
        if args.json and args.json != "-":
            Path(args.json).write_text(_json(found, worklist), encoding="utf-8")
    except (DatasetError, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(_json(found, worklist) if args.json == "-" else as_text(found, worklist))
    return 0


def _from_study(args: argparse.Namespace) -> Worklist:
    """Exams of a reader study: an exam's score, and each reader's, is the highest of its rows."""
    study = Study(args.scores, truth=args.truth, patient=args.exam, readers=args.readers, models=args.model)
    if len(study.models) != 1:
        raise ValueError(f"--model {args.model} names {len(study.models)} columns: name one")
    exams, group = np.unique(np.asarray(study.patients), return_inverse=True)
    [score] = [_highest(model, group, len(exams)) for model in study.models.values()]
    truth = _highest(study.truth.astype(np.float64), group, len(exams)) > 0
    if args.reader:
        chances = assumed(truth, *args.reader)
    else:
        ratings = np.array([_highest(rating, group, len(exams)) for rating in study.readers.values()])
        chances = real(_recalls(ratings, args.recall_at))
    return Worklist(truth, score, chances, exams.tolist(), args.prevalence)


def _recalls(ratings: Floats, cut: float) -> Bools:
    return np.asarray(ratings >= cut, dtype=np.bool_)


def _highest(values: Floats, group: NDArray[np.intp], count: int) -> Floats:
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, group, values)
    return highest


def _from_predictions(args: argparse.Namespace) -> Worklist:
    if not args.reader:
        raise ValueError("predictions hold no readers: say how one reads, --reader SENSITIVITY SPECIFICITY")
    predictions = read_predictions(args.predictions)
    exams = wholes(predictions, join(predictions, read_labels(args.labels)).scored, breasts=False)
    if not exams:
        raise ValueError("no exam has both a score and a label")
    truth = np.array([exam.malignant for exam in exams])
    score = np.array([exam.score for exam in exams])
    return Worklist(truth, score, assumed(truth, *args.reader), [e.patient for e in exams], args.prevalence)


def as_text(found: Sequence[Outcome], worklist: Worklist) -> str:
    """A block for each rule, then what was assumed."""
    share = worklist.truth.mean() if worklist.prevalence is None else worklist.prevalence
    lines = [
        f"{found[0].n} exams, {found[0].cancers} with cancer; for each 1,000 exams of which {share:.2%} have cancer"
    ]
    for outcome in found:
        lines.append(f"\n{outcome.rule}")
        for amount in outcome.amounts:
            digits = 3 if amount.name.startswith("share") else 1
            low, high = (f"{edge:.{digits}f}" for edge in (amount.low, amount.high))
            lines.append(f"  {amount.name}: {amount.value:.{digits}f} ({low} to {high})")
    return "\n".join([*lines, "", "Assumed:", *(f"- {line}" for line in ASSUMPTIONS)]) + "\n"


def _json(found: Sequence[Outcome], worklist: Worklist) -> str:
    told = {"per": 1000, "prevalence": worklist.prevalence, "assumptions": list(ASSUMPTIONS)}
    return json.dumps({**told, "rules": [outcome.to_dict() for outcome in found]}, indent=1) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference simulate", description=__doc__)
    parser.add_argument("--scores", type=Path, help="a reader study: a CSV of truth, readers' and models' scores")
    parser.add_argument("--truth", default="label", help="its column of truth; above 0 is cancer (default: label)")
    parser.add_argument("--exam", default="patient", help="its column of exams; rows of one are joined (patient)")
    parser.add_argument("--model", default="AI*", metavar="COLUMN", help="its column of the model's scores")
    parser.add_argument("--readers", default="Reader*", metavar="PATTERN", help="its readers' columns (Reader*)")
    parser.add_argument("--recall-at", type=float, default=0.02, help="a reader recalls from this score up (0.02)")
    parser.add_argument("--predictions", type=Path, help="what predict --json wrote, instead of --scores")
    parser.add_argument("--labels", type=Path, help="its labels, as for evaluate")
    parser.add_argument("--reader", type=float, nargs=2, metavar=("SENS", "SPEC"), help="assume readers like this")
    parser.add_argument("--prevalence", type=float, help="weigh the exams to this share of cancers, such as 0.006")
    parser.add_argument("--clear", type=float, default=0.3, help="lowest share that triage leaves unread (0.3)")
    parser.add_argument("--double", type=float, default=0.1, help="highest share that MASAI reads twice (0.1)")
    parser.add_argument("--model-recalls", type=float, default=0.1, help="share it recalls as second reader (0.1)")
    parser.add_argument("--rule", action="append", default=[], help="a further rule: NAME=SHARE:READERS,...")
    parser.add_argument("--json", nargs="?", const="-", help="the outcome as JSON, into a file or printed")
    return parser
