"""`predict`: read the images of one or more exams and say what a release makes of them."""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from inference.admission import ImageInput
from inference.cli import NOTICE
from inference.cli.answer import exam_entry, image_entry
from inference.cli.arguments import add_threads, device
from inference.cli.exams import exams
from inference.cli.files import Given, given
from inference.cli.maps import check, write_maps
from inference.cli.overlay import draw
from inference.cli.sides import with_sides
from inference.cli.text import report
from inference.pipeline import Analyst, load
from inference.release import ReleaseError
from inference.results import ExamResult, ImageResult
from inference.saliency import encode_png

DONE, NOT_ALL_SCORED, BAD_INPUT = 0, 3, 2


def main(argv: Sequence[str]) -> int:
    """Read and tell; 0 where every image was scored, 3 where some were not, 2 where the command cannot run."""
    args = _parser().parse_args(argv)
    if args.threads:
        os.environ["OVERREAD_THREADS"] = str(args.threads)
    try:
        files = _files(args.paths, args.csv)
        analyst = load(args.release, args.device)
        check(args.saliency, analyst, args.out)
        answer = _read(analyst, exams(files), args.out, args.saliency, quiet=args.json is not None)
        if args.json is not None:
            _write(answer, args.json)
    except (ReleaseError, OSError, ValueError, FloatingPointError, ModuleNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    return DONE if all(image["status"] == "scored" for image in answer["images"]) else NOT_ALL_SCORED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference predict", description=f"{__doc__} {NOTICE}")
    parser.add_argument("paths", nargs="+", type=Path, help="DICOM, PNG or JPEG files, or folders of them")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the whole result to this file; - prints it")
    parser.add_argument("--csv", type=Path, help="a table of file, laterality, view, exam, age, density, prior")
    parser.add_argument("--release", help="a release's folder, or a bundled one's name (default: the newest bundled)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write each image's saliency map and an overlay here")
    parser.add_argument(
        "--saliency", action="append", default=[], metavar="METHOD", help="also write maps by this method"
    )
    parser.add_argument("--device", default="auto", type=device, help="auto, cpu, cuda, cuda:1 (default: auto)")
    add_threads(parser)
    return parser


def _files(paths: Sequence[Path], table: Path | None) -> list[Given]:
    files = given(paths)
    if table is None:
        return files
    files, others = with_sides(files, table)
    if others:
        sys.stderr.write(f"{table}: {len(others)} of its rows name files that were not handed in, as {others[0]!r}\n")
    return files


def _read(
    analyst: Analyst, grouped: Mapping[str, list[Given]], out: Path | None, methods: Sequence[str], *, quiet: bool
) -> dict[str, Any]:
    """Read exam by exam, so that no more than one exam's maps are held; print each, unless `quiet`."""
    names = _names([file for files in grouped.values() for file in files])
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    answer: dict[str, Any] = {"release": asdict(analyst.release.ref), "notice": NOTICE, "images": [], "exams": []}
    for name, files in tqdm(grouped.items(), desc="read", unit="exam", disable=None if len(grouped) > 1 else True):
        images = [ImageInput(file.key, file.path, file.laterality, file.view, file.context) for file in files]
        result = analyst.read_exam(images)
        for file, image, found in zip(files, images, result.images, strict=True):
            drawn = None if out is None else _drawn(file, found, out / names[file.key])
            maps = {} if out is None else write_maps(analyst, image, methods, out / names[file.key])
            answer["images"].append({**image_entry(file, found, name, drawn), "maps": maps})
        answer["exams"].append(exam_entry(name, files, result))
        if not quiet:
            _print(name, result, several=len(grouped) > 1)
    return answer


def _print(name: str, result: ExamResult, *, several: bool) -> None:
    sys.stdout.write(f"== {name}\n" if several else "")
    sys.stdout.write(report(result) + "\n")


def _names(files: Sequence[Given]) -> dict[str, str]:
    """What the pictures of each file are called: its bare name, numbered where two files share it."""
    often = Counter(file.path.name for file in files)
    return {f.key: f.path.name if often[f.path.name] == 1 else f"{n}-{f.path.name}" for n, f in enumerate(files)}


def _drawn(file: Given, found: ImageResult, stem: Path) -> Path | None:
    """Write the map and the overlay of a scored image; the path of the map."""
    if found.saliency is None:
        return None
    draw(file.path, found).save(stem.with_name(f"{stem.name}.png"))
    path = stem.with_name(f"{stem.name}.saliency.png")
    path.write_bytes(encode_png(found.saliency))
    return path


def _write(answer: Mapping[str, Any], path: Path) -> None:
    text = json.dumps(answer, indent=2, allow_nan=False) + "\n"
    if str(path) == "-":
        sys.stdout.write(text)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
