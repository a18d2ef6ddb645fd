"""`evaluate`: predictions against labels, a release on a labelled set, or a reader study. See docs/evaluation.md."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.cli.arguments import add_threads, chance
from inference.datasets.records import DatasetError
from inference.evaluation import scored, study
from inference.evaluation.evaluation import Evaluation, as_text
from inference.evaluation.html import as_html
from inference.evaluation.labels import read_labels
from inference.evaluation.predictions import read_predictions
from inference.release import ReleaseError, find


def main(argv: Sequence[str]) -> int:
    """Print the figures and write the reports asked for; 0, or 2 with a reason on stderr."""
    parser = _parser()
    args = parser.parse_args(argv)
    try:
        found = _evaluation(parser, args)
        if args.html:
            args.html.write_text(as_html(found), encoding="utf-8")
        text = json.dumps(found.to_dict(), indent=1) + "\n"
        if args.json and args.json != "-":
            Path(args.json).write_text(text, encoding="utf-8")
    except (DatasetError, ReleaseError, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(text if args.json == "-" else as_text(found))
    return 0


def _evaluation(parser: argparse.ArgumentParser, args: argparse.Namespace) -> Evaluation:
    ways = [bool(args.predictions), bool(args.scores), bool(args.release)]
    if sum(ways) != 1 or bool(args.predictions) != bool(args.labels) or bool(args.release) != bool(args.set):
        parser.error("give --predictions with --labels, or --scores, or a release and a set")
    if args.scores:
        groups = args.groups or ()
        told = study.Study(
            args.scores,
            truth=args.truth,
            patient=args.patient,
            readers=args.readers,
            models=args.models,
            groups=groups,
            aided=args.aided,
        )
        return study.evaluate(told, args.prevalence)
    if args.release:
        from inference.evaluation.release_on_set import evaluate  # torch: only where a network must read

        return evaluate(args.release, args.set, args.data, args.threads)
    return _predictions(args)


def _predictions(args: argparse.Namespace) -> Evaluation:
    predictions, labels = read_predictions(args.predictions), read_labels(args.labels)
    found = scored.evaluate(predictions, labels, cuts=_cuts(args.cuts_of, args.cut), prevalence=args.prevalence)
    if args.against:
        gaps = scored.compare(predictions, read_predictions(args.against), labels)
        if not gaps:
            raise ValueError("the two files share no scored images of both classes: there is nothing to compare")
        return Evaluation(found.title, found.warnings, found.answers, found.figures, tuple(gaps), found.froc)
    return found


def _cuts(release: str | None, extra: Sequence[float]) -> dict[str, float]:
    """Operating points of a release's card, and cuts given by hand."""
    table = find(release).tables.get("operating_points", {}) if release else {}
    named = {f"the release's {name}": float(point["cut"]) for name, point in table.items()}
    return {**named, **{f"cut {cut:g}": cut for cut in extra}}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference evaluate", description=__doc__)
    parser.add_argument("release", nargs="?", help="a release's folder, or a bundled one's name")
    parser.add_argument("set", nargs="?", help="a set's name, or the path of a CSV (see docs/datasets.md)")
    parser.add_argument("--data", type=Path, default=Path(), help="the folder that holds the sets")
    parser.add_argument("--predictions", type=Path, help="what predict --json wrote")
    parser.add_argument("--labels", type=Path, help="a CSV: file or sha256, malignant, abnormal, density, ...")
    parser.add_argument("--against", type=Path, help="other predictions of the same images, to compare with")
    parser.add_argument("--cuts-of", metavar="RELEASE", help="also judge this release's operating points")
    parser.add_argument("--cut", type=float, action="append", default=[], help="also judge this probability's cut")
    parser.add_argument("--scores", type=Path, help="a reader study: a CSV of truth, readers' and models' scores")
    parser.add_argument("--truth", default="label", help="its column of truth; above 0 is positive (default: label)")
    parser.add_argument("--patient", default="patient", help="its column of patients or exams (default: patient)")
    parser.add_argument("--readers", default="Reader*", metavar="PATTERN", help="its readers' columns (Reader*)")
    parser.add_argument("--aided", metavar="PATTERN", help="the readers' columns with help, in the same order")
    parser.add_argument("--models", default="AI*", metavar="PATTERN", help="its models' columns (AI*)")
    parser.add_argument("--groups", nargs="+", metavar="COLUMN", help="its columns to break the figures down by")
    parser.add_argument("--prevalence", type=chance, metavar="P", help="also tell PPV and NPV where a share P is ill")
    parser.add_argument("--json", nargs="?", const="-", help="figures as JSON, into a file or printed")
    parser.add_argument("--html", type=Path, help="a report with plots, one file")
    add_threads(parser)
    return parser
