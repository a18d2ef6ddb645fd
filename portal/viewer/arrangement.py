"""Layouts of a practice's or a person's own, written as lines: `CC over prior = RCC LCC / RCC-prior LCC-prior`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from portal.viewer.hanging import Earlier, prior_to_hang
from portal.viewer.slots import SIDES, VIEWS, Cell, Hangable, cell
from portal.viewer.steps import Layout, layout

SLOTS = tuple(f"{side}{view}{then}" for then in ("", "-prior") for view in VIEWS for side in SIDES)
EMPTY = "."
MOST_LINES, MOST_ROWS, MOST_COLUMNS = 8, 3, 4
STANDARD = {
    "4up:prior": "Prior, four images",
    "4up": "CC + MLO",
    "cc:over": "CC with prior",
    "mlo:over": "MLO with prior",
    "cc": "CC",
    "mlo": "MLO",
    "displaced": "Implant displaced",
    "tomo": "Tomosynthesis",
}
GRIDS = {  # what a standard step looks like for an exam of four views and a prior of four
    "4up:prior": [["RCC-prior", "LCC-prior"], ["RMLO-prior", "LMLO-prior"]],
    "4up": [["RCC", "LCC"], ["RMLO", "LMLO"]],
    "cc:over": [["RCC", "LCC"], ["RCC-prior", "LCC-prior"]],
    "mlo:over": [["RMLO", "LMLO"], ["RMLO-prior", "LMLO-prior"]],
    "cc": [["RCC", "LCC"]],
    "mlo": [["RMLO", "LMLO"]],
    "displaced": [["RCC", "LCC"], ["RMLO", "LMLO"]],
    "tomo": [["RCC", "LCC"], ["RMLO", "LMLO"]],
}


class Malformed(ValueError):
    """A line that is no layout; the message says what to change."""


def parsed(text: str) -> dict[str, list[list[str]]]:
    """`{name: rows of slots}` of the lines; raises Malformed with the line's number and what to do."""
    found: dict[str, list[list[str]]] = {}
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise Malformed(f"At most {MOST_LINES} layouts can be kept.")
    for number, line in lines:
        name, rows = _line(number, line)
        if name in {*found, *STANDARD.values()}:
            raise Malformed(f"Line {number}: “{name}” is the name of another layout. Choose another.")
        found[name] = rows
    return found


def _line(number: int, line: str) -> tuple[str, list[list[str]]]:
    name, sign, places = (part.strip() for part in line.partition("="))
    if not sign or not re.fullmatch(r"[^\x00-\x1f<>]{1,30}", name):
        raise Malformed(f"Line {number}: write a name of at most 30 letters, “=”, then the places.")
    rows = [row.split() for row in places.split("/")]
    for slot in (slot for row in rows for slot in row):
        if slot not in SLOTS and slot != EMPTY:
            raise Malformed(
                f"Line {number}: “{slot[:20]}” is no place. Use {', '.join(SLOTS)}, or {EMPTY} for an empty one."
            )
    if not all(rows) or len({len(row) for row in rows}) > 1:
        raise Malformed(f"Line {number}: every row needs the same number of places, and at least one.")
    if len(rows) > MOST_ROWS or len(rows[0]) > MOST_COLUMNS:
        raise Malformed(f"Line {number}: at most {MOST_ROWS} rows of {MOST_COLUMNS} places.")
    if all(slot == EMPTY for row in rows for slot in row):
        raise Malformed(f"Line {number}: it shows nothing.")
    return name, rows


def as_text(layouts: Mapping[str, list[list[str]]]) -> str:
    """The lines that `parsed` reads."""
    return "\n".join(f"{name} = {' / '.join(' '.join(row) for row in rows)}" for name, rows in layouts.items())


def own(chosen: Any, images: Sequence[Hangable], priors: Sequence[Earlier]) -> list[Layout]:
    """The layouts that `chosen` ({"layouts": {name: rows}}) adds for this exam; one that shows nothing of it is left out."""
    kept = chosen.get("layouts") if isinstance(chosen, Mapping) else None
    before = prior_to_hang(images, priors)
    found = []
    for name, rows in (kept if isinstance(kept, Mapping) else {}).items():
        cells = [[_cell(slot, images, before) for slot in row] for row in rows]
        if any(one.image for row in cells for one in row):
            found.append(layout(code_of(name), name, cells))
    return found


def code_of(name: str) -> str:
    """The id of a layout of one's own, made of its name: another name is another layout."""
    return (
        "own:" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        if name.isascii()
        else f"own:{name.encode().hex()[:40]}"
    )


def _cell(slot: str, images: Sequence[Hangable], before: Earlier | None) -> Cell:
    if slot == EMPTY:
        return Cell(None)
    place, _, then = slot.partition("-")
    side, view = place[0], place[1:]
    if not then:
        return cell(images, side, view)
    return cell(before.images, side, view, f"not in {before.name}") if before else Cell(None, "No earlier exam")
