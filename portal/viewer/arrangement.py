"""Layouts of a practice's or a person's own, written as lines: `CC over prior = RCC LCC / RCC-prior LCC-prior`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, gettext_noop

from portal.viewer.hanging import Earlier, prior_to_hang
from portal.viewer.slots import SIDES, VIEWS, Cell, Hangable, cell, not_in
from portal.viewer.steps import Layout, layout

SLOTS = tuple(f"{side}{view}{then}" for then in ("", "-prior") for view in VIEWS for side in SIDES)
EMPTY = "."
MOST_LINES, MOST_ROWS, MOST_COLUMNS = 8, 3, 4
STANDARD = {
    "4up:prior": gettext_noop("Prior, four images"),
    "4up": gettext_noop("CC + MLO"),
    "cc:over": gettext_noop("CC with prior"),
    "mlo:over": gettext_noop("MLO with prior"),
    "cc": gettext_noop("CC"),
    "mlo": gettext_noop("MLO"),
    "displaced": gettext_noop("Implant displaced"),
    "tomo": gettext_noop("Tomosynthesis"),
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
        raise Malformed(gettext("At most %(most)s layouts can be kept.") % {"most": MOST_LINES})
    for number, line in lines:
        name, rows = _line(number, line)
        if name in {*found, *STANDARD.values(), *(gettext(one) for one in STANDARD.values())}:
            words = gettext("Line %(number)s: “%(name)s” is the name of another layout. Choose another.")
            raise Malformed(words % {"number": number, "name": name})
        found[name] = rows
    return found


def _line(number: int, line: str) -> tuple[str, list[list[str]]]:
    name, sign, places = (part.strip() for part in line.partition("="))
    if not sign or not re.fullmatch(r"[^\x00-\x1f<>]{1,30}", name):
        words = gettext("Line %(number)s: write a name of at most 30 letters, “=”, then the places.")
        raise Malformed(words % {"number": number})
    rows = [row.split() for row in places.split("/")]
    for slot in (slot for row in rows for slot in row):
        if slot not in SLOTS and slot != EMPTY:
            words = gettext("Line %(number)s: “%(slot)s” is no place. Use %(slots)s, or %(empty)s for an empty one.")
            said = {"number": number, "slot": slot[:20], "slots": ", ".join(SLOTS), "empty": EMPTY}
            raise Malformed(words % said)
    if not all(rows) or len({len(row) for row in rows}) > 1:
        words = gettext("Line %(number)s: every row needs the same number of places, and at least one.")
        raise Malformed(words % {"number": number})
    if len(rows) > MOST_ROWS or len(rows[0]) > MOST_COLUMNS:
        words = gettext("Line %(number)s: at most %(rows)s rows of %(columns)s places.")
        raise Malformed(words % {"number": number, "rows": MOST_ROWS, "columns": MOST_COLUMNS})
    if all(slot == EMPTY for row in rows for slot in row):
        raise Malformed(gettext("Line %(number)s: it shows nothing.") % {"number": number})
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
    if not before:
        return Cell(None, gettext("No earlier exam"))
    return cell(before.images, side, view, not_in(before.name, side, view))
