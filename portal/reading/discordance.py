"""Two opinions held against each other by the protocol's rule."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from django.utils.translation import gettext

from portal.cases.protocols import Protocol
from portal.reading.findings import alone
from portal.reading.lexicon import SIDES, TISSUE, rank
from portal.reading.opinions import Opinion


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which two opinions are discordant, and the sentence that says so."""

    field: str  # one of the protocol's
    between: tuple[str, str]
    side: str  # "R", "L" or "" for the exam
    say: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-able values."""
        return asdict(self)


def compare(one: Opinion, other: Opinion, protocol: Protocol) -> list[Difference]:
    """The differences that the protocol counts. What one of the two does not state is never a difference."""
    rules = {"category": _category, "recall": _recall, "laterality": _laterality, "finding": _finding}
    return [found for name in protocol.discordance for found in rules[name](one, other, protocol)]


def among(opinions: Iterable[Opinion], protocol: Protocol) -> list[Difference]:
    """The differences between any two human opinions: the suggestion alone never sends a case to arbitration."""
    people = [each for each in opinions if each.human]
    return [found for one, other in combinations(people, 2) for found in compare(one, other, protocol)]


def apart(one: str, other: str, step: int) -> bool:
    """Whether two categories are discordant: `step` or more apart, or only one of them advises tissue.

    0 (incomplete) and 6 (proven) are no degree of suspicion: each differs from everything but itself.
    """
    first, second = rank(one), rank(other)
    if first is None or second is None:
        return one != other
    return abs(first - second) >= step or (one in TISSUE) != (other in TISSUE)


def _category(one: Opinion, other: Opinion, protocol: Protocol) -> Iterator[Difference]:
    shared = sorted(set(one.categories) & set(other.categories))
    pairs = [(side, one.categories[side], other.categories[side]) for side in shared]
    if not shared and one.worst and other.worst:
        pairs = [("", one.worst, other.worst)]
    for side, first, second in pairs:
        if apart(first, second, protocol.category_step):
            where = _breast(side) if side else gettext("Exam")
            say = gettext("%(where)s: %(one)s says category %(first)s, %(other)s says %(second)s.") % {
                "where": where, "one": gettext(one.who), "first": first, "other": gettext(other.who), "second": second,
            }  # fmt: skip
            yield Difference("category", (one.who, other.who), side, say)


def _recall(one: Opinion, other: Opinion, protocol: Protocol) -> Iterator[Difference]:
    if None not in (one.recall, other.recall) and one.recall != other.recall:
        wants, rests = (one, other) if one.recall else (other, one)
        say = gettext("%(one)s recalls, %(other)s does not.") % _both(wants, rests)
        yield Difference("recall", (one.who, other.who), "", say)


def _laterality(one: Opinion, other: Opinion, protocol: Protocol) -> Iterator[Difference]:
    first, second = one.suspicious_sides, other.suspicious_sides
    if first and second and first != second:
        sides = {**_both(one, other), "first": _words(first), "second": _words(second)}
        say = gettext("%(one)s suspects %(first)s, %(other)s %(second)s.") % sides
        yield Difference("laterality", (one.who, other.who), "", say)


def _finding(one: Opinion, other: Opinion, protocol: Protocol) -> Iterator[Difference]:
    if one.findings is None or other.findings is None:
        return
    shared = one.sides & other.sides
    mine, theirs = ([each for each in voice.findings or () if each.side in shared] for voice in (one, other))
    for has, lacks, left in zip((one, other), (other, one), alone(mine, theirs), strict=True):
        for found in left:
            said = {**_both(has, lacks), "where": _breast(found.side), "finding": found.name}
            say = gettext("%(where)s: %(one)s has a finding (%(finding)s) that %(other)s lacks.") % said
            yield Difference("finding", (one.who, other.who), found.side, say)


def _words(sides: frozenset[str]) -> str:
    return gettext(" and ").join(gettext(SIDES[side].lower()) for side in ("R", "L") if side in sides)


def _breast(side: str) -> str:
    return gettext("Right breast") if side == "R" else gettext("Left breast")


def _both(one: Opinion, other: Opinion) -> dict[str, str]:
    return {"one": gettext(one.who), "other": gettext(other.who)}
