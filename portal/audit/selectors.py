"""Reading the trail: lines for the page and the export."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from portal.audit import names
from portal.audit.managers import EventQuerySet
from portal.audit.models import ChainHead, Event
from portal.audit.seals import SALT

KINDS = {"case_id": "case", "exam_id": "exam", "patient_id": "patient"}


@dataclass(frozen=True)
class About:
    """One thing that an event is about: its kind, identifier and, where somebody can name it, its words."""

    kind: str
    identifier: str
    words: str


@dataclass(frozen=True)
class Line:
    """One event as it stands on the page."""

    event: Event
    about: list[About]

    @property
    def act(self) -> str:
        """`image.viewed` as "Image viewed"."""
        return self.event.verb.replace(".", " ").replace("-", " ").capitalize()

    @property
    def who(self) -> str:
        """The person, or the system, or somebody who was not signed in."""
        if self.event.actor_name:
            return self.event.actor_name
        return gettext_noop("nobody signed in") if self.event.outcome == "refused" else gettext_noop("the system")

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The detail as label and value, without what is not known, and without its salt."""
        known = {key: value for key, value in self.event.detail.items() if value is not None and key != SALT}
        return [(key.replace("_", " "), _said(value)) for key, value in known.items()]


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def lines(chain: str, events: Iterable[Event]) -> list[Line]:
    """A page of events with what they are about, named in one query for each kind."""
    page = list(events)
    named = {column: names.labels(chain, column, {getattr(event, column) for event in page} - {""}) for column in KINDS}
    return [Line(event, _about(event, named)) for event in page]


def _about(event: Event, named: dict[str, dict[str, str]]) -> list[About]:
    found = [(column, getattr(event, column)) for column in KINDS]
    return [About(KINDS[column], value, named[column].get(value, "")) for column, value in found if value]


def events_of(chain: str) -> EventQuerySet:
    """Every event of one practice, newest first."""
    return Event.objects.filter(chain=chain).order_by("-at", "-sequence")


def verbs_of(chain: str) -> list[str]:
    """The acts that occur in a practice's trail."""
    return list(Event.objects.filter(chain=chain).order_by("verb").values_list("verb", flat=True).distinct())


def links_of(chain: str) -> int:
    """How many links the chain says it has."""
    head = ChainHead.objects.filter(chain=chain).first()
    return head.sequence if head else 0
