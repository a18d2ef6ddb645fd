"""Where marks lie, and how far from the nipple: what a view from above and one from the side have in common.

Readers carry a lesion from CC to MLO along the arc at its distance from the nipple, which stays about the same
(van Engeland and Karssemeijer, MICCAI 2001, LNCS 2208; docs/decisions/linked-by-the-nipple.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from math import hypot
from typing import Any

SLACK = 10.0  # mm by which the distance may differ between the views; what the viewer's dotted arcs show as well
ABOVE = frozenset({"CC", "XCC", "XCCL", "XCCM", "FB"})
ASIDE = frozenset({"MLO", "ML", "LM", "LMO", "SIO", "ISO"})
DISPLACED = frozenset(  # the breast is pressed or turned otherwise: no distance is held against another's
    {"spot", "magnification", "cleavage", "tangential", "implant-displaced", "anterior-compression"}
)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """One image of the exam, as far as places on it are compared."""

    long: float  # its longer side in stored pixels
    seen: str = ""  # "above" | "aside" | "" where its distances are comparable to no other view's
    mm: Point | None = None  # of a stored pixel, down and across; None where the header has none, or nobody asked


Frames = Mapping[str, Frame]  # by image id


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on an image as a circle, in shares of the image's longer side."""

    image: str
    x: float
    y: float
    r: float
    seen: str = ""
    mm: Point | None = None  # of one longer side, across and down


def seen_from(view: str, modifiers: Iterable[str]) -> str:
    """From where a view shows the breast, as `Frame.seen`."""
    if not DISPLACED.isdisjoint(modifiers) or any(each.startswith("rolled") for each in modifiers):
        return ""
    return "above" if view in ABOVE else "aside" if view in ASIDE else ""


def nipples_in(body: Mapping[str, Any], frames: Frames) -> dict[str, Point]:
    """Where a read has the nipple, by image, in shares of the longer side; a proposed one that nobody touched is none."""
    marked = (each for each in body.get("landmarks", ()) if each["tool"] == "nipple" and not each.get("proposed"))
    placed = ((each["image"], each["points"][0]) for each in marked if each["image"] in frames)
    return {image: (x / frames[image].long, y / frames[image].long) for image, (x, y) in placed}


def across_views(ones: Iterable[Spot], others: Iterable[Spot]) -> bool:
    """Whether one lies on views from above alone and the other on views from the side alone."""
    return {frozenset(each.seen for each in spots) for spots in (ones, others)} == {
        frozenset({"above"}), frozenset({"aside"}),
    }  # fmt: skip


def distances(spots: Iterable[Spot], nipples: Mapping[str, Point]) -> list[float]:
    """How far each spot lies from the nipple of its image, in mm; without those of which that is not known."""
    return [
        hypot((spot.x - at[0]) * spot.mm[0], (spot.y - at[1]) * spot.mm[1])
        for spot in spots
        if spot.mm is not None and (at := nipples.get(spot.image)) is not None
    ]


def nearest(ones: Iterable[float | None], others: Iterable[float | None]) -> Point | None:
    """The two distances that differ least; None where one of the two is not known at all."""
    known = [(one, other) for one, other in product(ones, others) if one is not None and other is not None]
    return min(known, key=lambda pair: (abs(pair[0] - pair[1]), min(pair)), default=None)
