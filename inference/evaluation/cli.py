"""`evaluate`: a release against labelled images."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from inference.datasets.records import DatasetError, Record, read_pixels
from inference.datasets.registry import read_sets
from inference.evaluation.metrics import Figure
from inference.evaluation.tasks import Predictions, calibration, composition, ranking
from inference.networks.evidence import Evidence
from inference.preprocess import prepare
from inference.release import Release, ReleaseError, find
from inference.rules import Rules
from inference.weights import load_network

SEEN = (
    "{name} is one of the sets this release was trained on: these figures flatter it. Its card has those out of fold."
)


def main(argv: Sequence[str]) -> int:
    """Read every image of a set with a release and print the figures; 0, or 1 with a reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m inference evaluate", description=__doc__)
    parser.add_argument("release", help="a release's folder, or a bundled one's name")
    parser.add_argument("set", help="mias, cdd-cesm, or the path of a CSV (see inference/datasets/table.py)")
    parser.add_argument("--data", type=Path, default=Path(), help="the folder that holds the sets")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    try:
        release = find(args.release)
        records = read_sets([args.set], args.data)
        found = evaluate(release, records)
    except (DatasetError, ReleaseError, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if args.set in release["training"]["data"]:
        sys.stderr.write(SEEN.format(name=args.set) + "\n")
    sys.stdout.write(json.dumps([asdict(f) for f in found], indent=1) + "\n" if args.json else as_text(found))
    return 0


def evaluate(release: Release, records: Sequence[Record]) -> list[Figure]:
    """Figures of `release` on single images, calibrated as it calibrates them."""
    rules, network = Rules.of(release), load_network(release)
    said: list[Evidence] = []
    for record in tqdm(records, desc="read", unit="image", disable=None):
        prepared = prepare(read_pixels(record.path), record.laterality, rules.spec)
        with torch.inference_mode():
            said.append(network(prepared.tensor[None]))
    malignancy = np.array([rules.malignancy.probability(float(one.malignancy)) for one in said])
    abnormality = np.array([rules.abnormality.probability(float(one.abnormality)) for one in said])
    density = np.array([one.density[0].exp().tolist() for one in said])
    predictions = Predictions(malignancy, abnormality, density)
    return [
        *ranking(records, predictions),
        *calibration(records, malignancy),
        *composition(records, density),
    ]


def as_text(figures: Sequence[Figure]) -> str:
    """One line for each figure, with its interval and n."""
    return "".join(f"{f.name}: {f.value:.3f} ({f.low:.3f} to {f.high:.3f}), n = {f.n}\n" for f in figures)
