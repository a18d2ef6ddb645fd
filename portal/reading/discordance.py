"""Two opinions held against each other by the protocol's rule."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from portal.cases.protocols import Protocol
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
            where = f"{SIDES[side]} breast" if side else "Exam"
            say = f"{where}: {one.who} says category {first}, {other.who} says {second}."
            yield Difference("category", (one.who, other.who), side, say)


def _recall(one: Opinion, other: Opinion, protocol: Protocol) -> Iterator[Difference]:
    if None not in (one.recall, other.recall) and one.recall != other.recall:
        wants, rests = (one, other) if one.recall else (other, one)
        say = f"{wants.who} recalls, {rests.who} does not."
        yield Difference("recall", (one.who, other.who), "", say)


def _laterality(one: Opinion, other: Opinion, protocol: Protocol) -> Iterator[Difference]:
    first, second = one.suspicious_sides, other.suspicious_sides
    if first and second and first != second:
        say = f"{one.who} suspects {_words(first)}, {other.who} {_words(second)}."
        yield Difference("laterality", (one.who, other.who), "", say)


def _finding(one: Opinion, other: Opinion, protocol: Protocol) -> Iterator[Difference]:
    if one.findings is None or other.findings is None:
        return
    for side in sorted(set(one.findings) & set(other.findings)):
        if bool(one.findings[side]) != bool(other.findings[side]):
            has, lacks = (one, other) if one.findings[side] else (other, one)
            say = f"{SIDES[side]} breast: {has.who} has a finding that {lacks.who} lacks."
            yield Difference("finding", (one.who, other.who), side, say)


def _words(sides: frozenset[str]) -> str:
    return " and ".join(SIDES[side].lower() for side in ("R", "L") if side in sides)
