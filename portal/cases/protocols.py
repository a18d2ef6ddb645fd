"""Protocols: how a case is read. Each is one small object that a person can read on one screen."""

from dataclasses import dataclass

from portal.base.errors import Refused


@dataclass(frozen=True, slots=True)
class Protocol:
    """Who reads, when the suggestion opens, and which differences send a case to an arbiter."""

    code: str
    title: str
    summary: str
    places: tuple[str, ...]  # human reads that must be done: "reader", "reader2"
    blind: bool  # the suggestion stays sealed until the reader's own read is locked
    discordance: tuple[str, ...] = ("category", "recall", "laterality", "finding")
    category_step: int = 2  # steps on 1 2 3 4A 4B 4C 5 from which two categories are discordant


SECOND_READER = Protocol(
    code="second-reader",
    title="Second reader",
    summary="One reader reads blind. The suggestion opens once the read is locked.",
    places=("reader",),
    blind=True,
)
DOUBLE_READING = Protocol(
    code="double-reading",
    title="Double reading",
    summary="Two readers read blind, apart from each other. The suggestion is a third voice after each lock.",
    places=("reader", "reader2"),
    blind=True,
)
CONCURRENT = Protocol(
    code="concurrent",
    title="Concurrent reading",
    summary="The suggestion is open from the start. The trail and the report say so.",
    places=("reader",),
    blind=False,
)
PROTOCOLS = {each.code: each for each in (SECOND_READER, DOUBLE_READING, CONCURRENT)}
CHOICES = [(each.code, each.title) for each in PROTOCOLS.values()]


def protocol_of(code: str) -> Protocol:
    """The protocol named `code`; Refused("unknown-protocol") with the known ones otherwise."""
    try:
        return PROTOCOLS[code]
    except KeyError as error:
        say = f"Choose one of these protocols: {', '.join(PROTOCOLS)}."
        raise Refused("unknown-protocol", say, fields={"protocol": [say]}) from error
