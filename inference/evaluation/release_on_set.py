"""A release read over a labelled set, as `predict` would read it, and the figures of its single images."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from inference.datasets.records import Record, read_pixels
from inference.datasets.registry import read_sets
from inference.device import limit_threads
from inference.evaluation.compared import judge
from inference.evaluation.evaluation import Evaluation
from inference.evaluation.metrics import Figure
from inference.evaluation.tasks import Predictions, calibration, composition, ranking
from inference.networks.evidence import Evidence
from inference.preprocess import prepare
from inference.release import Release, find
from inference.rules import Rules
from inference.weights import load_network

SEEN = (
    "{name} is one of the sets this release was trained on: these figures flatter it. Its card has those out of fold."
)


def evaluate(release: str, name: str, data: Path, threads: int | None = None) -> Evaluation:
    """Read every image of the set called `name` below `data`; errors as the release, the set and its files give them.

    threads: see `limit_threads`.
    """
    limit_threads(threads)
    chosen = find(release)
    records = read_sets([name], data)
    seen = name in chosen.tables.get("training", {}).get("data", {})
    warnings = (SEEN.format(name=name),) if seen else ()
    return Evaluation(f"{chosen.name} {chosen.version} on {name}", warnings, (), tuple(figures(chosen, records)))


def figures(release: Release, records: Sequence[Record]) -> list[Figure]:
    """Figures of `release` on images, each held against the other breast where `release` does so, calibrated as it calibrates them."""
    rules, network = Rules.of(release), load_network(release)
    said: list[Evidence] = []
    for record in tqdm(records, desc="read", unit="image", disable=None):
        prepared = prepare(read_pixels(record.path), record.laterality, rules.spec)
        with torch.inference_mode():
            said.append(network(prepared.tensor[None]))
    raw = np.array([[float(one.malignancy), float(one.abnormality)] for one in said]).reshape(-1, 2)
    logits = judge(records, raw[:, 0], raw[:, 1], rules.comparison)
    curves = [rules.curves(bool(compared)) for compared in logits.compared]
    malignancy = np.array([c.malignancy.probability(x) for c, x in zip(curves, logits.malignancy, strict=True)])
    abnormality = np.array([c.abnormality.probability(x) for c, x in zip(curves, logits.abnormality, strict=True)])
    density = np.array([one.density[0].exp().tolist() for one in said])
    predictions = Predictions(malignancy, abnormality, density)
    return [
        *ranking(records, predictions),
        *calibration(records, malignancy),
        *composition(records, density),
    ]
