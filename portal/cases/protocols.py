"""Protocols: how a case is read. Each is one small object that a person can read on one screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_noop

from portal.base.errors import Refused
from portal.cases.places import ARBITER

if TYPE_CHECKING:
    from portal.cases.models import Case
    from portal.practices.models import Practice


@dataclass(frozen=True, slots=True)
class Protocol:
    """Who reads, when the suggestion opens, which differences are discordant, and who settles them."""

    code: str
    title: str
    summary: str
    places: tuple[str, ...]  # human reads that must be done: "reader", "reader2"
    blind: bool  # the suggestion stays sealed until the reader's own read is locked
    discordance: tuple[str, ...] = ("category", "recall", "laterality", "finding")
    settled_by: str = ARBITER  # a key of places.WAYS
    category_step: int = 2  # steps on 1 2 3 4A 4B 4C 5 from which two categories are discordant
    ordered: bool = False  # the suggestion's triage orders the pool, and tells nothing else before the lock
    double_from: int | None = None  # score band 1-10 from which a second reader is called; none: never
    marks_from: int | None = None  # score band from which the marks are shown while reading; none: always


SECOND_READER = Protocol(
    code="second-reader",
    title=gettext_noop("Second reader"),
    summary=gettext_noop("One reader reads blind. The suggestion opens once the read is locked."),
    places=("reader",),
    blind=True,
)
DOUBLE_READING = Protocol(
    code="double-reading",
    title=gettext_noop("Double reading"),
    summary=gettext_noop(
        "Two readers read blind, apart from each other. The suggestion is a third voice after each lock."
    ),
    places=("reader", "reader2"),
    blind=True,
)
CONCURRENT = Protocol(
    code="concurrent",
    title=gettext_noop("Concurrent reading"),
    summary=gettext_noop("The suggestion is open from the start. The trail and the report say so."),
    places=("reader",),
    blind=False,
)
TRIAGE = Protocol(
    code="triage",
    title=gettext_noop("Triage"),
    summary=gettext_noop("The suggestion orders the pool, and stays sealed until the read is locked."),
    places=("reader",),
    blind=True,
    ordered=True,
)
SCORE_STRATIFIED = Protocol(  # the MASAI trial's rule (Lang et al., Lancet Oncol 2023;24:936-44)
    code="score-stratified",
    title=gettext_noop("Score-stratified reading"),
    summary=gettext_noop(
        "The score decides between one reader and two. The suggestion is open, its marks from a high score on."
    ),
    places=("reader",),
    blind=False,
    double_from=10,
    marks_from=8,
)
PROTOCOLS = {each.code: each for each in (SECOND_READER, DOUBLE_READING, CONCURRENT, TRIAGE, SCORE_STRATIFIED)}
CHOICES = [(each.code, each.title) for each in PROTOCOLS.values()]
ORDERED = tuple(each.code for each in PROTOCOLS.values() if each.ordered)


def protocol_of(code: str) -> Protocol:
    """The protocol named `code`; Refused("unknown-protocol") with the known ones otherwise."""
    try:
        return PROTOCOLS[code]
    except KeyError as error:
        say = gettext("Choose one of these protocols: %(PROTOCOLS)s.") % {"PROTOCOLS": ", ".join(PROTOCOLS)}
        raise Refused.at("protocol", say, code="unknown-protocol") from error


def with_rule(protocol: Protocol, rule: dict[str, object]) -> Protocol:
    """`protocol` with the numbers and fields of `rule`, a dict that `protocol_rules.parse_rule` has checked."""
    kept = {name: tuple(value) if isinstance(value, list) else value for name, value in rule.items()}
    return replace(protocol, **kept)  # type: ignore[arg-type]


def protocol_in(practice: Practice, code: str) -> Protocol:
    """The protocol as this practice has set it; Refused for an unknown code."""
    return with_rule(protocol_of(code), practice.settings.get("protocols", {}).get(code, {}))


def protocol_for(case: Case) -> Protocol:
    """The protocol of `case` with the numbers it was opened under: what a practice changes later changes no open case."""
    return with_rule(protocol_of(case.protocol), case.rule)
