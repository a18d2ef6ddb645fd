"""What one page of the worklist tells of its cases, asked for in a few plain queries.

`CaseQuerySet.with_state` derives the same states in one query for the database to search and filter by. For 25 rows that
are known by their keys Django takes longer to write that query, and PostgreSQL to plan it, than these take to be answered.
A test holds the two equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.cases.models import Assignment, Case, MissingView
from portal.cases.places import MEETING, SETTLING

COLUMNS = (
    "pk", "number", "practice__name", "urgency", "question", "due_at", "closed_at", "withdrawn_at", "exam__patient__pseudonym",
    "exam__study_date", "exam__age",
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """One case as a line of a list."""

    pk: UUID
    number: str
    practice: str
    urgency: str
    question: str
    due_at: datetime | None
    closed_at: datetime | None
    withdrawn_at: datetime | None
    patient: str
    study_date: date | None
    age: int | None
    waits_for: list[str] = field(default_factory=list)
    undone: dict[str, str | None] = field(default_factory=dict)  # places, and who holds them
    locked: bool = False  # a read is locked and not decided

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return self.closed_at is not None or self.withdrawn_at is not None

    @property
    def urgency_said(self) -> str:
        """In the page's language."""
        return str(Case.Urgency(self.urgency).label)

    @property
    def held_by(self) -> str | None:
        """Who holds an open place."""
        return next((self.undone[place] for place in sorted(self.undone) if self.undone[place] is not None), None)

    @property
    def state(self) -> str:
        """A key of STATES, by the steps of `CaseQuerySet.with_state`."""
        if self.ended:
            return "withdrawn" if self.withdrawn_at else "signed"
        if self.waits_for:
            return "incomplete"
        if MEETING in self.undone:
            return "meeting"
        if not self.undone.keys().isdisjoint(SETTLING):
            return "arbitration"
        if not self.undone:
            return "to-sign"
        if self.locked:
            return "locked"
        return "unread" if self.held_by is None else "being-read"


def rows_of(keys: Sequence[Any]) -> list[Row]:
    """The cases of `keys` in their order; those that are no longer there are left out."""
    rows = {values[0]: Row(*values) for values in Case.objects.filter(pk__in=keys).order_by().values_list(*COLUMNS)}
    alive = [key for key, row in rows.items() if not row.ended]
    if alive:
        _fill(rows, alive)
    return [rows[key] for key in keys if key in rows]


def _fill(rows: dict[Any, Row], alive: Collection[Any]) -> None:
    places = Assignment.objects.filter(case__in=alive, done_at=None)
    for key, place, name in places.values_list("case", "place", "member__name"):
        rows[key].undone[place] = name
    locked = Case.objects.filter(pk__in=alive, reads__locked_at__isnull=False, reads__decided_at=None)
    for key in locked.order_by().values_list("pk", flat=True):
        rows[key].locked = True
    for key, views in wanting_in(alive).items():
        rows[key].waits_for = views


def wanting_in(keys: Collection[Any]) -> dict[Any, list[str]]:
    """The views that each of these cases waits for. Whether one came is looked up only for the few that were asked for."""
    asked = set(MissingView.objects.filter(case__in=keys, waived_at=None).order_by().values_list("case", flat=True))
    found: dict[Any, list[str]] = defaultdict(list)
    for each in MissingView.objects.wanting().filter(case__in=asked) if asked else ():
        found[each.case_id].append(str(each))
    return found
