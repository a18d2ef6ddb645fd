"""How often what was called p came true: bins of a reliability diagram, as a table, as Markdown and as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BINS: Final = 8
Z95: Final = 1.959964
SIDE: Final = 260
"""Length of a panel's axes in the drawing, in its pixels."""
GAP: Final = 60


@dataclass(frozen=True)
class Bin:
    """Images or exams of like probability: the mean of it, and the share with cancer with its 95 % interval (Wilson)."""

    n: int
    mean: float
    share: float
    low: float
    high: float


def bins(truth: Bools, chance: Floats, count: int = BINS) -> list[Bin]:
    """`count` bins of equal size along the probability `chance` (n,); each n >= 1."""
    order = np.array_split(np.argsort(chance, kind="stable"), count)
    return [_bin(truth[rows], chance[rows]) for rows in order if len(rows)]


def _bin(truth: Bools, chance: Floats) -> Bin:
    low, high = wilson(int(truth.sum()), len(truth))
    return Bin(len(truth), float(chance.mean()), float(truth.mean()), low, high)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    p, z2 = hits / n, Z95**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def as_table(found: Sequence[Bin]) -> dict[str, list[Any]]:
    """Columns for release.toml."""
    return {name: [getattr(one, name) for one in found] for name in Bin.__dataclass_fields__}


def as_markdown(panels: Mapping[str, Sequence[Bin]]) -> str:
    """One table, a row for each bin of each panel."""
    rows = ["| what | n | mean probability | share with cancer | 95 % interval |", "|---|---|---|---|---|"]
    for name, found in panels.items():
        rows += [f"| {name} | {b.n} | {b.mean:.3f} | {b.share:.3f} | {b.low:.3f} to {b.high:.3f} |" for b in found]
    return "\n".join(rows)


def as_svg(panels: Mapping[str, Sequence[Bin]], title: str) -> str:
    """A reliability diagram for each panel beside the others; the dashed line is where probability and share agree."""
    width, height = len(panels) * (SIDE + GAP) + 20, SIDE + 90
    drawn = "".join(
        f'<g transform="translate({GAP + number * (SIDE + GAP)} 40)">{_panel(name, found)}</g>'
        for number, (name, found) in enumerate(panels.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" '
        f'font-size="12"><title>{title}</title><rect width="100%" height="100%" fill="white"/>{drawn}</svg>\n'
    )


def _panel(name: str, found: Sequence[Bin]) -> str:
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    axis = "".join(
        f'<text x="{SIDE * t:.0f}" y="{SIDE + 16}" text-anchor="middle">{t:g}</text>'
        f'<text x="-6" y="{SIDE * (1 - t) + 4:.0f}" text-anchor="end">{t:g}</text>'
        for t in ticks
    )
    marks = "".join(_mark(one) for one in found)
    return (
        f'<text x="{SIDE / 2}" y="-14" text-anchor="middle" font-weight="bold">{name}</text>'
        f'<path d="M0 0V{SIDE}H{SIDE}" fill="none" stroke="#444"/><path d="M0 {SIDE}L{SIDE} 0" stroke="#888" '
        f'stroke-dasharray="4 4"/>{axis}{marks}<text x="{SIDE / 2}" y="{SIDE + 36}" text-anchor="middle">'
        f'mean probability</text><text transform="translate(-38 {SIDE / 2}) rotate(-90)" text-anchor="middle">'
        "share with cancer</text>"
    )


def _mark(one: Bin) -> str:
    x, y = SIDE * one.mean, SIDE * (1 - one.share)
    return (
        f'<path d="M{x:.1f} {SIDE * (1 - one.low):.1f}V{SIDE * (1 - one.high):.1f}" stroke="#0b5fa5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#0b5fa5"><title>n = {one.n}</title></circle>'
    )
