"""`saliency`: how faithful each kind of map is on the outlined cancers of labelled sets."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.cli.arguments import add_threads, not_negative, positive
from inference.datasets.records import DatasetError
from inference.datasets.registry import READERS, read_sets
from inference.device import limit_threads
from inference.release import Release, ReleaseError, find
from inference.rules import Rules
from inference.saliency.faithfulness import USUAL, Faithfulness, as_markdown, measure
from inference.saliency.methods import METHODS, NoCaptum
from inference.weights import load_network


def main(argv: Sequence[str]) -> int:
    """Measure and print the table; 0, or 2 with a reason on stderr."""
    parser = _parser()
    args = parser.parse_args(argv)
    if bool(args.run) != bool(args.config):
        parser.error("--run needs --config, the configuration of that run")
    try:
        limit_threads(args.threads)
        found = _measured(find(args.release), args)
    except (DatasetError, ReleaseError, NoCaptum, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if args.json:
        args.json.write_text(json.dumps(found.to_dict(), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(as_markdown(found))
    return 0


def _measured(release: Release, args: argparse.Namespace) -> Faithfulness:
    unknown = sorted(set(args.methods) - set(METHODS))
    if unknown:
        raise ValueError(f"no saliency method {', '.join(unknown)}: choose from {', '.join(METHODS)}")
    rules = Rules.of(release)
    if args.run:
        return _out_of_fold(args)
    network = load_network(release)
    trained_on = release.tables.get("training", {}).get("data", {})
    records = read_sets(args.sets or [name for name in READERS if name in trained_on], args.data)
    return measure(
        lambda row: network,
        records,
        rules.spec,
        methods=args.methods,
        limit=args.limit,
        with_curves=min(args.curves, args.limit),
        with_cascade=min(args.cascade, args.limit),
        seen=any(record.dataset in trained_on for record in records),
    )


def _out_of_fold(args: argparse.Namespace) -> Faithfulness:
    from inference.saliency.folds import measure_out_of_fold  # training's modules: only where a run is asked about
    from inference.training.config import TrainingConfig

    config = TrainingConfig.read(args.config)
    return measure_out_of_fold(
        config,
        read_sets(config.sets, args.data),
        args.run,
        methods=args.methods,
        limit=args.limit,
        with_curves=min(args.curves, args.limit),
        with_cascade=min(args.cascade, args.limit),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference saliency", description=__doc__)
    parser.add_argument("release", help="a release's folder, or a bundled one's name")
    parser.add_argument("--data", type=Path, default=Path(), help="the folder that holds the sets")
    parser.add_argument("--sets", nargs="+", help="names or CSV paths (default: those the release was trained on)")
    parser.add_argument("--methods", nargs="+", default=list(USUAL), metavar="METHOD", help=", ".join(METHODS))
    parser.add_argument("--limit", type=positive, default=24, help="images a set, drawn by seed (default: 24)")
    parser.add_argument(
        "--curves", type=not_negative, default=6, help="of them, with deletion and insertion (default: 6)"
    )
    parser.add_argument("--cascade", type=not_negative, default=2, help="of them, with shuffled weights (default: 2)")
    parser.add_argument("--run", type=Path, help="the release's training run: read out of fold by its fold networks")
    parser.add_argument("--config", type=Path, help="the configuration of that run")
    parser.add_argument("--json", type=Path, help="write the figures here")
    add_threads(parser)
    return parser
