"""`predict`: read the images of one exam and say what the release makes of them."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.admission import ImageInput
from inference.cli import NOTICE
from inference.cli.files import inputs
from inference.cli.overlay import draw
from inference.cli.text import report
from inference.pipeline import load
from inference.release import ReleaseError
from inference.results import ExamResult


def main(argv: Sequence[str]) -> int:
    """Read and print; 0 where something was scored, 3 where nothing could be, 1 where the command cannot run."""
    args = _parser().parse_args(argv)
    if args.threads:
        os.environ["OVERREAD_THREADS"] = str(args.threads)
    try:
        images = inputs(args.paths)
        result = load(args.release, args.device).read_exam(images)
    except (ReleaseError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    text = json.dumps({**result.to_dict(), "notice": NOTICE}, indent=2) if args.json else report(result)
    sys.stdout.write(text + "\n")
    if args.out:
        _draw_all(images, result, args.out)
    return 0 if result.scored else 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference predict", description=f"{__doc__} {NOTICE}")
    parser.add_argument("paths", nargs="+", type=Path, help="DICOM, PNG or JPEG files, or folders of them: one exam")
    parser.add_argument("--release", help="a release's folder, or a bundled one's name (default: the newest bundled)")
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    parser.add_argument("--out", type=Path, help="write an overlay PNG for each scored image into this folder")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 (default: auto)")
    parser.add_argument("--threads", type=int, help="CPU threads (default: all)")
    return parser


def _draw_all(images: Sequence[ImageInput], result: ExamResult, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for image, found in zip(images, result.images, strict=True):
        if found.scored:
            name = image.key.strip("/").replace("/", "_") + ".png"
            draw(image.data, found).save(folder / name)
