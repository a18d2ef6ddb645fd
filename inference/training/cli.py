"""`train`: labelled images to a release folder."""

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch

from inference.cli.arguments import add_threads, device, not_negative, positive
from inference.datasets.records import DatasetError
from inference.datasets.registry import read_sets
from inference.device import choose, limit_threads
from inference.training import parallel
from inference.training.config import TrainingConfig
from inference.training.extras import faithful, unlike
from inference.training.features import DEFAULT_CACHE
from inference.training.publish import publish
from inference.training.run import train

TUNED: Final = """An EfficientNet-Lite0 backbone with ImageNet weights reads one mammogram at {height} x {width} pixels. Up to stride 8 it stays as
published; the blocks from there to stride 16 were fitted to lesions: crops at lesion scale of the training images and of
copies into which lesions of the same fold and set had been moved, every cell asked by the outlines. A linear
multiple-instance head gives each cell of the stride-16 map a malignancy and an abnormality logit; the image's logit is
{pooled}, so the saliency map is the evidence itself. Composition is an ordinal
score of the mean and deviation of the breast's features at stride 8."""
LOOKED: Final = """

Beside it a second network of the same kind looks at the whole image at 1/{reduction} of that size, fitted end to end on image labels alone. What
it says weighs {weight} of an image's logits and log-probabilities of composition, the cells the rest; what it saw is on no map."""


def main(argv: Sequence[str]) -> int:
    """Train, and print the figures; write the release where --out names a folder. 0, or 1 with a reason on stderr."""
    args = _parser().parse_args(argv)
    torch.use_deterministic_algorithms(True)
    try:
        limit_threads(args.threads)
        return _run(args)
    except (DatasetError, ValueError, OSError, ModuleNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _run(args: argparse.Namespace) -> int:
    config = TrainingConfig.read(args.config)
    records = read_sets(config.sets, args.data)
    run = args.run or args.cache / "runs" / args.config.stem
    trained = train(config, records, run, args.cache / "features", choose(args.device), args.processes)
    if parallel.rank() > 0:
        return 0
    for figure in trained.figures:
        interval = f"{figure.low:.3f} to {figure.high:.3f}"
        sys.stdout.write(f"{figure.name}: {figure.value:.3f} ({interval}), n = {figure.n}\n")
    if args.out:
        others = [json.loads((folder / "summary.json").read_text()) for folder in (run, *args.compare)]
        command = shlex.join(
            ["python", "-m", "inference", "train", args.config.as_posix(), "--data", "DATA", "--out", "RELEASES"]
        )
        others = others if args.compare else []
        about = TUNED if config.tune else ""
        if config.overview is not None:
            how = config.overview
            about += LOOKED.replace("{reduction}", str(how.reduction)).replace("{weight}", f"{how.weight:g}")
        extras = [unlike(config, records), *faithful(config, records, run, args.faithful)]
        target = publish(config, records, trained, args.out, command=command, others=others, about=about, extras=extras)
        sys.stdout.write(f"{target}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference train", description=__doc__)
    parser.add_argument("config", type=Path, help="a TOML file as in inference/training/configs")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the sets")
    parser.add_argument("--out", type=Path, help="write the release below this folder")
    parser.add_argument("--run", type=Path, help="checkpoints, logs and summary; a run that was cut off goes on here")
    parser.add_argument("--compare", type=Path, nargs="*", default=[], help="runs to list on the card as tried")
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="frozen features and runs")
    parser.add_argument(
        "--device", default="cpu", type=device, help="where a backbone is tuned: cpu (repeatable), cuda or auto"
    )
    parser.add_argument(
        "--faithful", type=not_negative, default=0, help="test the maps on so many images of each set, out of fold"
    )
    parser.add_argument(
        "--processes",
        default=1,
        type=positive,
        metavar="N",
        help="fits of a backbone at a time; give --threads too (1 for each core)",
    )
    add_threads(parser)
    return parser
