"""`bench`: the time of one four-view exam, all stages, against the network's forward alone, and the memory it takes."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from inference.cli.arguments import device, not_negative, positive
from inference.cli.measure import Asked, Figures, alone, exam, precisions, stack, write_exam, write_stack
from inference.release import ReleaseError, find

BROUGHT = "bench times our own kind of network: {name} is a published model that was brought; name another release"


def main(argv: Sequence[str]) -> int:
    """Measure and print medians over the runs, in seconds, the ratio of the exam to the forward, and peaks of memory.

    0, or 2 with a reason on stderr.
    """
    parser = argparse.ArgumentParser(prog="python -m inference bench", description=__doc__)
    parser.add_argument("--release", help="a release's folder, or a bundled one's name")
    parser.add_argument("--device", default="auto", type=device)
    parser.add_argument("--runs", type=positive, default=3)
    parser.add_argument("--rows", type=positive, default=3328)
    parser.add_argument("--cols", type=positive, default=2560)
    parser.add_argument(
        "--slices", type=not_negative, default=60, help="of a tomosynthesis stack of 2500 x 2000; 0: none"
    )
    parser.add_argument("--precisions", action="store_true", help="also compare float32 with bfloat16 and float16")
    args = parser.parse_args(argv)
    try:
        release = find(args.release)
        if "adapter" in release["network"]:
            raise ReleaseError(BROUGHT.format(name=f"{release.name} {release.version}"))
        asked = Asked(args.release, args.device, args.runs, args.rows, args.cols, args.slices)
        figures = measured(asked, args.precisions)
    except (ReleaseError, ValueError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps({"release": f"{release.name} {release.version}", **figures}, indent=2) + "\n")
    return 0


def measured(asked: Asked, halves: bool) -> Figures:
    """The exam's figures, those of the precisions where `halves`, and those of a tomosynthesis stack."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        alone(write_exam, folder, asked)
        found = alone(exam, folder, asked)
        if halves:
            found["precisions"] = alone(precisions, folder, asked)
    if asked.slices:
        with TemporaryDirectory() as scratch:
            alone(write_stack, Path(scratch), asked)
            found["tomosynthesis"] = alone(stack, Path(scratch), asked)
    return found
