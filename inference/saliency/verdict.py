"""From readings to figures, and from figures to the method to show."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from inference.evaluation.metrics import Figure, bootstrap
from inference.saliency.methods import CONTROLS
from inference.saliency.readings import Reading

DEFAULT: Final = "evidence"
LIKE: Final = 0.5
"""A map this much like its shuffled network's, after the whole cascade, does not depend on what was learned."""


def summarise(readings: Sequence[Reading], methods: Sequence[str]) -> list[Figure]:
    """Each measure of each method, set by set, with intervals by bootstrap over patients."""
    found = []
    for dataset in sorted({reading.dataset for reading in readings}):
        for method in methods:
            part = [r for r in readings if r.dataset == dataset and r.method == method]
            for title, value in MEASURES:
                kept = [(r, v) for r in part if (v := value(r)) is not None]
                if kept:
                    patients = [r.patient for r, _ in kept]
                    found.append(_mean(f"{dataset}: {method}: {title}", [v for _, v in kept], patients))
    return found


MEASURES: Final[tuple[tuple[str, Callable[[Reading], float | None]], ...]] = (
    ("pointing", lambda r: float(r.pointed.hit)),
    ("energy inside", lambda r: r.pointed.energy),
    ("area outlined", lambda r: r.pointed.area),
    ("deletion", lambda r: r.deletion),
    ("insertion", lambda r: r.insertion),
    ("likeness, last third shuffled", lambda r: r.cascade[0] if r.cascade else None),
    ("likeness, all shuffled", lambda r: r.cascade[-1] if r.cascade else None),
)


def _mean(name: str, values: Sequence[float], patients: Sequence[str]) -> Figure:
    array = np.asarray(values)
    return bootstrap(name, lambda rows: float(array[rows].mean()), patients, None, 0)


def choose(readings: Sequence[Reading]) -> str:
    """The method to show, by the rule of `inference.saliency.faithfulness`."""
    hits = _hits(readings, DEFAULT)
    rivals = {r.method for r in readings} - {DEFAULT, *CONTROLS}
    won: dict[str, float] = {}
    for method in sorted(rivals):
        likes = [abs(r.cascade[-1]) for r in readings if r.method == method and r.cascade]
        other = _hits(readings, method)
        if not likes or float(np.mean(likes)) >= LIKE or other.keys() != hits.keys():
            continue
        gain = [other[key] - hits[key] for key in hits]
        figure = _mean(method, gain, [patient for patient, _ in hits])
        if figure.low > 0:
            won[method] = figure.value
    return max(won, key=lambda method: won[method]) if won else DEFAULT


def _hits(readings: Sequence[Reading], method: str) -> dict[tuple[str, int], float]:
    """Hits by (patient, place in the order read): one patient may have several images."""
    part = [r for r in readings if r.method == method]
    return {(f"{r.dataset}/{r.patient}", place): float(r.pointed.hit) for place, r in enumerate(part)}
