"""How faithful each saliency method is on outlined cancers, and which of them is the one to show.

The rule of choice stands before the measuring: the network's own evidence is shown, unless a method whose map falls apart
when the weights are shuffled points at the outlines more often by a margin whose 95 % interval leaves out 0.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from tqdm import tqdm

from inference.datasets.records import Record
from inference.evaluation.metrics import Figure
from inference.preprocess import InputSpec
from inference.saliency.readings import NetworkOf, Reading, Subject, read
from inference.saliency.verdict import choose, summarise

USUAL: Final = (
    "evidence",
    "grad-cam",
    "grad-cam-finer",
    "input-x-gradient",
    "integrated-gradients",
    "brightness",
    "random",
)
"""Occlusion is left out for its time: some 165 forwards an image."""


@dataclass(frozen=True)
class Faithfulness:
    """figures: every measured value with n and interval. best: the method to show. seen: by a network that trained on them."""

    figures: tuple[Figure, ...]
    best: str
    seen: bool

    def to_dict(self) -> dict[str, Any]:
        """JSON- and TOML-able: no None inside."""
        rows = [{k: v for k, v in asdict(figure).items() if v is not None} for figure in self.figures]
        return {"best": self.best, "in_sample": self.seen, "figures": rows}


def measure(
    network_of: NetworkOf,
    records: Sequence[Record],
    spec: InputSpec,
    *,
    methods: Sequence[str] = USUAL,
    limit: int = 24,
    with_curves: int = 6,
    with_cascade: int = 2,
    seed: int = 0,
    seen: bool = False,
) -> Faithfulness:
    """Measure `methods` on up to `limit` images a set that have a malignant outline, drawn by `seed`.

    network_of: the network that reads record number i (one that has not seen its patient; else say seen=True).
    with_curves, with_cascade: images a set for the two dear measures.
    Raises ValueError where no image has a malignant outline.
    """
    found: list[Reading] = []
    for name, rows in _drawn(records, limit, seed).items():
        for place, row in enumerate(tqdm(rows, desc=name, unit="image", disable=None)):
            subject = Subject.of(records[row], spec)
            if not (subject.outlined * subject.breast).any():
                continue
            wanted = {"with_curves": place < with_curves, "with_cascade": place < with_cascade}
            found += read(subject, network_of(row), methods, **wanted)
    if not found:
        raise ValueError("no image has a malignant outline: faithfulness cannot be measured on these sets")
    return Faithfulness(tuple(summarise(found, methods)), choose(found), seen)


def _drawn(records: Sequence[Record], limit: int, seed: int) -> dict[str, list[int]]:
    rng = np.random.default_rng(seed)
    outlined: dict[str, list[int]] = {}
    for row, record in enumerate(records):
        if any(region.malignant for region in record.regions):
            outlined.setdefault(record.dataset, []).append(row)
    return {name: [int(row) for row in rng.permutation(rows)[:limit]] for name, rows in sorted(outlined.items())}


HEAD: Final = """## Where the map points

Share of cancers whose strongest cell lies in the outline, and how much of the map lies there ({sample}; 95 % interval by
bootstrap over patients, n images). `brightness` and `random` know nothing of the network. Deletion is the mean fall of the
logit of malignancy as the map's strongest 1, 3, 10 and 30 % of the breast lose their detail, insertion its mean rise as
they alone have any: the higher, the more faithful. Likeness is the rank correlation with the map of the network whose
weights were shuffled: near 0 for a map that shows what was learned. Shown by default: **{best}**.
"""


def as_markdown(found: Faithfulness) -> str:
    """The card's section: a row for each set and method; a measure not taken is left empty."""
    values: dict[tuple[str, str], dict[str, Figure]] = {}
    for figure in found.figures:
        dataset, method, title = figure.name.split(": ", 2)
        values.setdefault((dataset, method), {})[title] = figure
    titles = list(dict.fromkeys(title for row in values.values() for title in row))
    lines = ["| set | method | " + " | ".join(titles) + " |", "|---" * (len(titles) + 2) + "|"]
    for (dataset, method), row in values.items():
        lines.append(f"| {dataset} | {method} | " + " | ".join(_cell(row.get(title)) for title in titles) + " |")
    sample = "the network was trained on them" if found.seen else "out of fold"
    return HEAD.format(sample=sample, best=found.best) + "\n" + "\n".join(lines) + "\n"


def _cell(figure: Figure | None) -> str:
    return "" if figure is None else f"{figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f}), {figure.n}"
