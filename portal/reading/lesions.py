"""Lesions: the findings of several opinions, each row one lesion and what every voice says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.utils.translation import gettext, gettext_noop

from portal.analysis.models import Run
from portal.base.language import inside
from portal.cases.models import Case
from portal.reading.findings import BY_NIPPLE, UNSURE, Finding, apart, from_nipple, grouped
from portal.reading.lexicon import SIDES
from portal.reading.lexicon.shape import QUADRANTS
from portal.reading.models import Read
from portal.reading.nipple import Frames
from portal.reading.opinions import Opinion, of_body
from portal.reading.selectors import frames_of
from portal.reading.side_by_side import suggestion_of

SHAPES = ("circle", "square", "diamond", "triangle", "cross")  # of the voices, in their order; never colour alone


@dataclass(slots=True)
class Lesion:
    """One lesion: the finding of each voice that names it, by the voice's place in the row."""

    number: int
    side: str
    by: dict[int, Finding] = field(default_factory=dict)
    perhaps: dict[int, int] = field(default_factory=dict)  # lesions that this could be as well, and how sure it is

    @property
    def name(self) -> str:
        """In words, e.g. "R upper outer: mass, asymmetry"."""
        found = [self.by[at] for at in sorted(self.by)]
        where = next((inside(gettext(QUADRANTS[each.quadrant])) for each in found if each.quadrant), "")
        kinds = list(dict.fromkeys(each.name.split(",")[0] for each in found if each.kind or each.score is None))
        side = gettext(SIDES.get(self.side, gettext_noop("No side")))
        return f"{' '.join(part for part in (side, where) if part)}: {', '.join(kinds) or gettext('suggested region')}"

    def could_be(self, other: Lesion) -> int | None:
        """How sure it is that both are one lesion, which were not linked; None where they are two."""
        if set(self.by) & set(other.by):
            return None
        found = [apart(one, another) for one in self.by.values() for another in other.by.values()]
        return None if None in found else min(how for how, _ in (each for each in found if each))

    @property
    def note(self) -> str:
        """How marks on different views were linked, or why they were not; empty where nothing is to be said."""
        by_nipple = [
            found
            for one, other in combinations(self.by.values(), 2)
            if (how := apart(one, other)) and how[0] in BY_NIPPLE and (found := from_nipple(one, other))
        ]
        if by_nipple:
            return gettext("%(first)s and %(second)s mm from the nipple") % {
                "first": round(by_nipple[0][0]), "second": round(by_nipple[0][1]),
            }  # fmt: skip
        if not self.perhaps:
            return ""
        numbers = gettext(" or ").join(str(number) for number in sorted(self.perhaps))
        if UNSURE in self.perhaps.values():
            return gettext("could be lesion %(numbers)s: the nipple is not marked on both views") % {"numbers": numbers}
        return gettext("could be lesion %(numbers)s: as far from the nipple, more than one") % {"numbers": numbers}


def lesions_among(voices: Sequence[Sequence[Finding]]) -> list[Lesion]:
    """The findings of all voices as lesions, numbered: the right breast first, then in the order in which they are named."""

    def first(lesion: dict[int, tuple[int, int]]) -> Finding:
        at, to = lesion[min(lesion)]
        return voices[at][to]

    ordered = sorted(grouped(voices), key=lambda each: (first(each).side != "R", min(each.items())))
    found = [
        Lesion(number, first(each).side, {at: voices[at][to] for at, (_, to) in sorted(each.items())})
        for number, each in enumerate(ordered, 1)
    ]
    for one in found:
        for other in found:
            if one is not other and (how := one.could_be(other)) is not None:
                one.perhaps[other.number] = how
    return found


def linked(case: Case, reads: Iterable[Read], run: Run | None, *, without: Read | None = None) -> dict[str, Any]:
    """Rows and marks of the comparison: `{"voices", "lesions", "marks"}`; the caller has checked who may see which.

    A voice that states no findings has no column. `marks` are for the images, in stored pixels; those of `without` are
    left out, because its form draws them.
    """
    bodies = [(read, read.final_body) for read in reads]
    frames = frames_of(case.exam, *(body for _, body in bodies))
    held = [(read, of_body(read.place, body, frames)) for read, body in bodies]
    suggested = suggestion_of(run, frames)
    voices: list[Opinion] = [opinion for _, opinion in held]
    if suggested is not None and suggested.findings:
        voices.append(suggested)
    found = lesions_among([voice.findings or () for voice in voices])
    numbers = {(at, each.key): one.number for one in found for at, each in one.by.items()}
    return {
        "voices": [{"who": gettext(voice.who), "shape": SHAPES[at % len(SHAPES)]} for at, voice in enumerate(voices)],
        "lesions": [_row(one, voices, frames) for one in found],
        "marks": [
            mark
            for at, (read, voice) in enumerate(held)
            if read != without
            for mark in _marks(at, voice, bodies[at][1], numbers)
        ],
    }


def _row(lesion: Lesion, voices: Sequence[Opinion], frames: Frames) -> dict[str, Any]:
    cells = [
        {
            "who": gettext(voice.who),
            "said": lesion.by[at].said if at in lesion.by else "",
            "shape": SHAPES[at % len(SHAPES)],
        }
        for at, voice in enumerate(voices)
    ]
    spots = {spot.image: spot for each in reversed(lesion.by.values()) for spot in each.spots}
    places = [
        {"image": key, "at": [spot.x * frames[key].long, spot.y * frames[key].long]} for key, spot in spots.items()
    ]
    return {"number": lesion.number, "name": lesion.name, "note": lesion.note, "cells": cells, "places": places}


def _marks(at: int, voice: Opinion, body: dict[str, Any], numbers: dict[tuple[int, str], int]) -> list[dict[str, Any]]:
    return [
        {
            "image": mark["image"],
            "tool": mark["tool"],
            "points": mark["points"],
            "lesion": numbers[at, finding["id"]],
            "voice": at,
            "who": gettext(voice.who),
            "shape": SHAPES[at % len(SHAPES)],
            **({"frame": mark["frame"]} if "frame" in mark else {}),
        }
        for finding in body["findings"]
        for mark in finding["marks"]
    ]
