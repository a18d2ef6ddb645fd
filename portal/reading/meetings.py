"""Reading meetings: what stands on an agenda, how far each case is, and who may see what was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from portal.cases.models import Assignment, Case
from portal.cases.places import ARBITER, EITHER, MEETING
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import has_role
from portal.reading.body import digest_of
from portal.reading.models import AgendaItem, Meeting, Minutes, Read
from portal.reading.selectors import attended, reads_are_open

WAITING = 200  # cases offered for an agenda
STANDINGS = {
    "waiting": gettext_noop("Not discussed yet"),
    "open": gettext_noop("Being discussed"),
    "agreed": gettext_noop("Agreed"),
    "not-agreed": gettext_noop("Not agreed: goes to an arbiter"),
    "withdrawn": gettext_noop("The case was withdrawn"),
    "off": gettext_noop("Taken off"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One case of an agenda as a person may see it."""

    item: AgendaItem
    standing: str  # a key of STANDINGS
    present: list[User]
    minutes: Minutes | None  # None as well where they are closed to the asker

    @property
    def word(self) -> str:
        """The standing in words."""
        return gettext(STANDINGS[self.standing])

    @property
    def movable(self) -> bool:
        """Whether it can still be opened and taken off."""
        return self.standing in ("waiting", "open", "not-agreed")


def agreed(case: Case) -> Read | None:
    """The assessment that a meeting agreed on; None before its chair has locked it."""
    return Read.objects.filter(case=case, place=MEETING, locked_at__isnull=False).first()


def standing(item: AgendaItem) -> str:
    """How far the case is: a key of STANDINGS."""
    return _standing(item, item.opened_at is not None and agreed(item.case) is not None)


def _standing(item: AgendaItem, locked: bool) -> str:
    if item.off_at:
        return "off"
    if item.case.withdrawn_at:
        return "withdrawn"
    if item.not_agreed_at:
        return "not-agreed"
    if item.opened_at is None:
        return "waiting"
    return "agreed" if locked else "open"


def agenda(meeting: Meeting, user: User) -> list[Entry]:
    """The agenda in its order, with the minutes that are open to `user`."""
    items = meeting.agenda.current().select_related("case__exam__patient", "case__practice").order_by("position", "pk")
    held = list(items.prefetch_related("present"))
    locked = set(_locked([each.case_id for each in held]))
    last = {each.item_id: each for each in Minutes.objects.filter(item__in=held).order_by("version")}
    return [_entry(each, each.case_id in locked, last.get(each.pk), user) for each in held]


def _entry(item: AgendaItem, locked: bool, last: Minutes | None, user: User) -> Entry:
    present = sorted(item.present.all(), key=lambda person: person.name)
    shown = last is not None and (user in present or reads_are_open(item.case, user))
    return Entry(item, _standing(item, locked), present, last if shown else None)


def _locked(cases: Iterable[UUID]) -> Iterable[UUID]:
    return Read.objects.filter(case__in=cases, place=MEETING, locked_at__isnull=False).values_list("case", flat=True)


def next_item(meeting: Meeting) -> AgendaItem | None:
    """The first case of the agenda that is not decided."""
    items = meeting.agenda.pending().select_related("case__exam", "case__practice").order_by("position", "pk")
    locked = set(_locked([each.case_id for each in items]))
    return next((each for each in items if _standing(each, each.case_id in locked) in ("waiting", "open")), None)


def minutes_for(item: AgendaItem, user: User) -> Minutes | None:
    """The newest minutes, for who was there or may see everybody's reads of the case; None otherwise."""
    shown = attended(item.case, user) or reads_are_open(item.case, user)
    return item.minutes.select_related("by").order_by("-version").first() if shown else None


def digest_of_minutes(minutes: Minutes) -> str:
    """SHA-256 (hex) over what was kept."""
    return digest_of(
        {
            "item": str(minutes.item_id),
            "version": minutes.version,
            "text": minutes.text,
            "why": minutes.why,
            "by": str(minutes.by_id),
            "at": minutes.at.isoformat(timespec="microseconds"),
        }
    )


def waiting_cases(practice: Practice, user: User) -> list[Case]:
    """The discordant cases that no agenda holds and a meeting may settle, what presses most first; WAITING at most.

    They hold a meeting's place, or a free arbiter's where either may settle and no meeting has discussed them.
    """
    on_one = AgendaItem.objects.pending().filter(case=OuterRef("pk"))
    places = Assignment.objects.filter(case=OuterRef("pk"))
    meets = Exists(places.filter(place=MEETING, done_at=None))
    free = Exists(places.filter(place=ARBITER, member=None, done_at=None)) & ~Exists(places.filter(place=MEETING))
    cases = Case.objects.visible_to(user).open().filter(meets | (Q(rule__settled_by=EITHER) & free), practice=practice)
    found = cases.exclude(Exists(on_one)).by_urgency().select_related("exam__patient", "practice")
    return list(found[:WAITING])


def readers_of(practice: Practice) -> QuerySet[User]:
    """Who may attend a meeting: the practice's active readers, by name."""
    reading = practice.memberships.filter(role=Role.READER).values("user")
    return User.objects.filter(pk__in=reading, is_active=True).order_by("name", "email")


def leads(meeting: Meeting, user: User) -> bool:
    """Whether `user` may change seats and agenda: the chair, who convened it, or a coordinator."""
    own = user.pk in (meeting.chair_id, meeting.convened_by_id)
    return own or has_role(user, meeting.practice, Role.COORDINATOR)


def met_on(case: Case) -> list[dict[str, Any]]:
    """For the report: each closed meeting that discussed the case, who met, when and with what outcome; JSON-able."""
    items = AgendaItem.objects.current().filter(case=case, settled_at__isnull=False)
    return [_told(each) for each in items.select_related("meeting__chair", "case").order_by("settled_at")]


def _told(item: AgendaItem) -> dict[str, Any]:
    last = item.minutes.order_by("-version").first()
    return {
        "at": item.meeting.at.isoformat(),
        "chair": item.meeting.chair.name,
        "present": [person.name for person in item.present.order_by("name")],
        "outcome": "not-agreed" if item.not_agreed_at else "agreed",
        "minutes": {"version": last.version, "digest": last.digest} if last else None,
    }
