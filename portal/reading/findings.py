"""Findings of any opinion in one shape, and how sure it is that two of them are the same lesion.

The same lesion by the first of these that can be asked, always on one side and never in two quadrants:
1. Both lie on one image: their marks overlap, or the gap between them is NEAR at most. Marks on one image that are all
   further apart are two lesions, whatever else is said. A finding that is marked in both views, and a suggested region
   with its pair, lies on both: so CC and MLO are linked.
2. One lies on the view from above alone and the other on one from the side: as far from the nipple, give or take SLACK
   (`nipple.py`); further apart they are two lesions. Of several that could be it, none is it.
3. Both say a quadrant, or an hour that lies in one alone: the same.
4. One of them says no place on that side that the other's could be held against: the same side. Not where they lie on
   two views and nothing tells how far from the nipple: those could be the same, and are not linked.
Where kinds are stated and differ the findings are no less the same: a mass to one is an asymmetry to another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import hypot
from typing import Any

from django.utils.translation import gettext

from portal.base.language import inside
from portal.reading.lexicon import LEXICONS
from portal.reading.lexicon.shape import QUADRANTS
from portal.reading.nipple import SLACK, Frames, Point, Spot, across_views, distances, nearest, nipples_in
from portal.reading.place import quadrant_at

NEAR = 1 / 16  # of the image's longer side: 15 mm on a detector of 24 cm
BENIGN = ("1", "2")
TITLES = {code: kind.title for words in LEXICONS.values() for code, kind in words.kinds.items()}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of one opinion."""

    key: str  # its id within the opinion
    side: str  # "R" | "L" | "" where none is said
    kind: str | None = None
    quadrant: str | None = None
    category: str | None = None
    size_mm: float | None = None
    score: int | None = None  # 1..100, of a suggested region
    spots: tuple[Spot, ...] = ()
    counts: bool = True  # whether its absence from another opinion is a difference
    nipple_mm: float | None = None  # as its opinion states it
    nipples: tuple[tuple[str, Point], ...] = ()  # where its opinion has the nipple, by image

    @property
    def name(self) -> str:
        """In words, e.g. "mass, upper outer"; "region" for a suggested one."""
        unnamed = gettext("finding") if self.score is None else gettext("region")
        kind = inside(gettext(TITLES[self.kind])) if self.kind else unnamed
        return f"{kind}, {inside(gettext(QUADRANTS[self.quadrant]))}" if self.quadrant else kind

    @property
    def said(self) -> str:
        """What the opinion says of it, e.g. "category 4B, 12 mm" or "score 62"."""
        if self.score is not None:
            return gettext("score %(score)s") % {"score": self.score}
        size = f"{self.size_mm:g} mm" if self.size_mm else ""
        category = gettext("category %(category)s") % {"category": self.category} if self.category else ""
        return ", ".join(each for each in (category, size) if each) or gettext("named")


ONE_IMAGE, NIPPLE_AND_QUADRANT, NIPPLE, QUADRANT, SIDE, UNSURE = range(6)  # how sure it is, the surest first
BY_NIPPLE = (NIPPLE_AND_QUADRANT, NIPPLE)  # a link only where no other finding could be it as well


def apart(one: Finding, other: Finding) -> tuple[int, float] | None:
    """How sure it is that two findings are the same lesion, least first; None for two lesions. The same both ways round.

    UNSURE: they could be the same, and nothing tells.
    """
    if not one.side or one.side != other.side:
        return None
    images = {spot.image for spot in one.spots} & {spot.image for spot in other.spots}
    if images:
        pairs = ((a, b) for a in one.spots for b in other.spots if a.image == b.image and a.image in images)
        gap, centres = min((_gap(a, b), hypot(a.x - b.x, a.y - b.y)) for a, b in pairs)
        # of several that overlap, the one whose middle is nearest
        return (ONE_IMAGE, gap + centres / 100) if gap <= NEAR else None
    agree = bool(one.quadrant) and one.quadrant == other.quadrant
    if one.quadrant and other.quadrant and not agree:
        return None
    if across_views(one.spots, other.spots):
        return _by_nipple(one, other, agree)
    return (QUADRANT if agree else SIDE, 0.0)


def from_nipple(one: Finding, other: Finding) -> Point | None:
    """How far each of two findings on different views lies from the nipple, in mm; None where it is not known of both.

    By the nipple of its own opinion, else of the other's; where the view has none, as its opinion states it.
    """
    mine, theirs = dict(one.nipples), dict(other.nipples)
    return nearest(
        distances(one.spots, theirs | mine) or [one.nipple_mm],
        distances(other.spots, mine | theirs) or [other.nipple_mm],
    )


def _by_nipple(one: Finding, other: Finding, agree: bool) -> tuple[int, float] | None:
    found = from_nipple(one, other)
    if found is None:
        return (QUADRANT if agree else UNSURE, 0.0)
    off = abs(found[0] - found[1])
    return (NIPPLE_AND_QUADRANT if agree else NIPPLE, off) if off <= SLACK else None


Node = tuple[int, int]  # voice, finding of the voice
Lesion = dict[int, Node]  # by voice


def grouped(voices: Sequence[Sequence[Finding]]) -> list[Lesion]:
    """The findings of all voices as lesions, the surest pairs first, in no order.

    A lesion holds one finding of a voice at most, and any two of a lesion could be the same. Where two findings of one
    voice lie as far from the nipple as one of another's, that one is linked to neither.
    """
    group = {(at, to): {at: (at, to)} for at, findings in enumerate(voices) for to in range(len(findings))}
    barred: set[tuple[Node, int]] = set()  # a finding, and the voice of which it could be several

    def open_to(one: Node, other: Node) -> bool:
        mine, theirs = group[one], group[other]
        return not (
            {(one, other[0]), (other, one[0])} & barred or set(mine) & set(theirs) or not fit(voices, mine, theirs)
        )

    for level, ranked in groupby(_ranked(voices), key=lambda pair: pair[0][0]):
        pairs = [(one, other) for _, one, other in ranked if open_to(one, other)] if level != UNSURE else []
        if level in BY_NIPPLE:
            barred |= _contested(pairs)
        for one, other in pairs:
            if open_to(one, other):
                group[one] |= group[other]
                for node in group[other].values():
                    group[node] = group[one]
    return list({id(each): each for each in group.values()}.values())


def _ranked(voices: Sequence[Sequence[Finding]]) -> list[tuple[tuple[int, float], Node, Node]]:
    """Pairs of different voices that could be the same lesion, the surest first, in an order that hangs on no voice."""
    nodes = [(at, to) for at, findings in enumerate(voices) for to in range(len(findings))]
    found = [
        (how, one, other)
        for one in nodes
        for other in nodes
        if one[0] < other[0] and (how := apart(voices[one[0]][one[1]], voices[other[0]][other[1]])) is not None
    ]
    return sorted(found, key=lambda pair: (pair[0], pair[1][1] + pair[2][1], min(pair[1][1], pair[2][1]), pair[1:]))


def _contested(pairs: Sequence[tuple[Node, Node]]) -> set[tuple[Node, int]]:
    """Who of a pair has another candidate in the same voice; then neither is linked to the other's voice."""
    count = Counter((node, voice) for one, other in pairs for node, voice in ((one, other[0]), (other, one[0])))
    several = [(one, other) for one, other in pairs if count[one, other[0]] > 1 or count[other, one[0]] > 1]
    return {each for one, other in several for each in ((one, other[0]), (other, one[0]))}


def fit(voices: Sequence[Sequence[Finding]], mine: Lesion, theirs: Lesion) -> bool:
    """Whether any finding of one lesion could be the same as any of the other's."""
    pairs = ((voices[at][to], voices[other][another]) for at, to in mine.values() for other, another in theirs.values())
    return all(apart(one, other) is not None for one, other in pairs)


def same(ones: Sequence[Finding], others: Sequence[Finding]) -> list[tuple[int, int]]:
    """Pairs (index in `ones`, index in `others`) of the same lesion; no finding is in two pairs."""
    return sorted((each[0][1], each[1][1]) for each in grouped([ones, others]) if len(each) > 1)


def alone(ones: Sequence[Finding], others: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Those of each that the other has not; what its own voice calls benign is not missed by anybody."""
    pairs = same(ones, others)
    left, right = {at for at, _ in pairs}, {to for _, to in pairs}
    return (
        [each for at, each in enumerate(ones) if at not in left and each.counts],
        [each for at, each in enumerate(others) if at not in right and each.counts],
    )


def of_read(body: Mapping[str, Any], frames: Frames) -> tuple[Finding, ...]:
    """The findings of a read's body; marks on images that `frames` does not know are left out."""
    nipples = tuple(sorted(nipples_in(body, frames).items()))
    return tuple(
        Finding(
            key=each["id"],
            side=each["laterality"] or "",
            kind=each["kind"],
            quadrant=each["quadrant"] or quadrant_at(each["laterality"], each.get("clock")),
            category=each["category"],
            size_mm=each["size_mm"],
            spots=tuple(_of_mark(mark, frames) for mark in each["marks"] if mark["image"] in frames),
            counts=each["category"] not in BENIGN,
            nipple_mm=each.get("nipple_mm"),
            nipples=nipples,
        )
        for each in body["findings"]
    )


def of_result(result: Mapping[str, Any], frames: Frames) -> tuple[Finding, ...]:
    """The regions of a run's result, a region and its pair as one; on each side the highest score counts."""
    regions = [(image, each) for image in result.get("images") or [] for each in image.get("findings") or []]
    regions.sort(key=lambda pair: -(pair[1].get("score") or 0.0))
    made: list[Finding] = []
    taken: set[str] = set()
    for image, each in regions:
        if each["id"] in taken:
            continue
        pair = next((one for one in regions if one[1]["id"] == each.get("pairs_with") != each["id"]), None)
        both = [(image, each), *([pair] if pair and pair[1]["id"] not in taken else [])]
        taken |= {one["id"] for _, one in both}
        side = image.get("laterality") or ""
        score = round(100 * (each.get("score") or 0.0))
        spots = tuple(spot for where, one in both if (spot := _of_box(where, one, frames)) is not None)
        first = all(found.side != side for found in made)
        made.append(Finding(key=each["id"], side=side, score=score, spots=spots, counts=first))
    return tuple(made)


def _of_mark(mark: Mapping[str, Any], frames: Frames) -> Spot:
    """An ellipse is its centre and the ends of two half axes; everything else is held by its box."""
    long = frames[mark["image"]].long
    points = [(x / long, y / long) for x, y in mark["points"]]
    if mark["tool"] == "ellipse" and len(points) > 1:
        (x, y), *ends = points
        return _spot(mark["image"], frames, x, y, max(hypot(a - x, b - y) for a, b in ends))
    return _held(mark["image"], frames, points)


def _of_box(image: Mapping[str, Any], region: Mapping[str, Any], frames: Frames) -> Spot | None:
    frame, box = frames.get(str(image.get("key"))), region.get("box")
    if frame is None or not box:
        return None
    x0, y0, x1, y1 = (each / frame.long for each in box)
    return _held(str(image["key"]), frames, [(x0, y0), (x1, y1)])


def _held(image: str, frames: Frames, points: Sequence[Point]) -> Spot:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    return _spot(image, frames, min(xs) + wide / 2, min(ys) + high / 2, max(wide, high) / 2)


def _spot(image: str, frames: Frames, x: float, y: float, r: float) -> Spot:
    frame = frames[image]
    mm = (frame.long * frame.mm[1], frame.long * frame.mm[0]) if frame.mm else None
    return Spot(image, x, y, r, frame.seen, mm)


def _gap(one: Spot, other: Spot) -> float:
    return max(0.0, hypot(one.x - other.x, one.y - other.y) - (one.r + other.r))
