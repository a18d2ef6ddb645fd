"""Small plots as inline SVG, so that a report is one file that asks nothing of the network or of a plotting library."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from inference.evaluation.curves import Curve

SIDE: Final = 220
"""Length of both axes, in SVG units."""
LEFT: Final = 44
BOTTOM: Final = 40
COLOURS: Final = ("#1f6feb", "#bf3989", "#1a7f37", "#9a6700", "#8250df", "#0a7ea4", "#cf222e", "#57606a")


@dataclass(frozen=True)
class Line:
    """A named curve; one without a name is drawn and not listed. dots: also mark each point. colour: "" for the next."""

    name: str
    curve: Curve
    dots: bool = False
    colour: str = ""


def plot(title: str, across: str, up: str, lines: Sequence[Line], *, diagonal: bool = False, most: float = 1.0) -> str:
    """One square plot from (0, 0) to (`most`, 1); the title is also what a screen reader is told."""
    named = [line.name for line in lines if line.name]
    wide, tall = SIDE + LEFT + 12, SIDE + BOTTOM + 24 + 14 * len(named)
    parts = [
        f'<svg viewBox="0 0 {wide} {tall}" width="{wide}" height="{tall}" role="img" aria-label="{escape(title)}">',
        f'<text x="{LEFT}" y="14" class="t">{escape(title)}</text>',
        f'<rect x="{LEFT}" y="22" width="{SIDE}" height="{SIDE}" class="f"/>',
        *_ticks(most),
        f'<text x="{LEFT + SIDE / 2}" y="{SIDE + 22 + 34}" class="m">{escape(across)}</text>',
        f'<text transform="translate(11 {22 + SIDE / 2}) rotate(-90)" class="m">{escape(up)}</text>',
    ]
    if diagonal:
        parts.append(f'<path d="M{LEFT} {22 + SIDE}L{LEFT + SIDE} 22" class="d"/>')
    for number, line in enumerate(lines):
        parts += _line(line, line.colour or COLOURS[number % len(COLOURS)], most)
        if line.name:
            y = SIDE + BOTTOM + 30 + 14 * named.index(line.name)
            parts.append(
                f'<text x="{LEFT}" y="{y}" style="fill:{line.colour or COLOURS[number % len(COLOURS)]}">{escape(line.name)}</text>'
            )
    return "".join(parts) + "</svg>"


def _ticks(most: float) -> list[str]:
    found = []
    for step in range(5):
        share = step / 4
        x, y = LEFT + share * SIDE, 22 + (1 - share) * SIDE
        found.append(f'<text x="{x:.0f}" y="{SIDE + 22 + 15}" class="m">{share * most:.3g}</text>')
        found.append(f'<text x="{LEFT - 5}" y="{y + 4:.0f}" class="e">{share:.2g}</text>')
    return found


def _line(line: Line, colour: str, most: float) -> list[str]:
    points = [
        (LEFT + min(float(x), most) / most * SIDE, 22 + (1 - float(y)) * SIDE)
        for x, y in zip(line.curve.x, line.curve.y, strict=True)
        if float(x) <= most
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    found = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>']
    if line.dots:
        found += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>' for x, y in points]
    return found
