"""A consensus meeting before it begins: who convenes it, who attends, and which discordant cases it discusses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.audit.services import record
from portal.base.errors import Conflict, Refused
from portal.cases.models import Assignment, Case
from portal.cases.places import ARBITER, EITHER, MEETING
from portal.cases.protocols import protocol_for
from portal.cases.trail import note
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import has_role
from portal.reading.meeting_mail import summon
from portal.reading.meetings import agreed, leads, readers_of
from portal.reading.models import AgendaItem, Meeting, Read
from portal.reading.services.join import join

LEAST, MOST, CASES = 2, 30, 60  # attendees, attendees, cases of one sitting
BACK, AHEAD = timedelta(days=1), timedelta(days=366)


@transaction.atomic
def convene(
    *, practice: Practice, actor: User, at: datetime, chair: User, attendees: Iterable[User], cases: Iterable[Case] = ()
) -> Meeting:
    """Call a meeting at `at`; its attendees are readers of the practice, two at least, the chair among them.
    Each of them is owed a mail.

    Raises Refused where `actor` neither reads nor coordinates, and beside each field that cannot be; Conflict with the
    case's number where another agenda holds it.
    """
    if not has_role(actor, practice, Role.READER, Role.COORDINATOR):
        raise Refused("not-yours", gettext("Readers and coordinators convene meetings."))
    now = timezone.now()
    if not now - BACK <= at <= now + AHEAD:
        raise Refused.at("at", gettext("Choose a time between yesterday and a year from now."))
    people = _seats(practice, chair, attendees)
    meeting = Meeting.objects.create(practice=practice, at=at, chair=chair, convened_by=actor)
    meeting.attendees.set(people)
    record(verb="meeting.convened", actor=actor, practice_id=practice.pk, subject=meeting, detail=_who(chair, people))
    for case in cases:
        _put(meeting, case, actor)
    summon(meeting, to=people, actor=actor)
    return meeting


@transaction.atomic
def seat(*, meeting: Meeting, actor: User, chair: User, attendees: Iterable[User]) -> Meeting:
    """Set who attends and who chairs; who joins sees the cases that are open by then.

    Raises Refused for somebody who neither chairs, convened nor coordinates, once the meeting is closed, or where it
    leaves fewer than two. A case that was opened keeps everybody who was there.
    """
    held = hold(meeting)
    if not leads(held, actor):
        raise Refused("not-yours", gettext("The chair, who convened the meeting, or a coordinator sets who attends."))
    people = _seats(held.practice, chair, attendees)
    if held.chair_id != chair.pk:
        _let_go(held)
        held.chair = chair
        held.save(update_fields=["chair"])
    before = set(held.attendees.all())
    held.attendees.set(people)
    summon(held, to=[each for each in people if each not in before], actor=actor)
    undecided = held.agenda.pending().filter(opened_at__isnull=False, not_agreed_at=None)
    for item in undecided.select_related("case__exam"):
        if agreed(item.case) is None:
            join(item, people)
    detail = _who(chair, people)
    record(verb="meeting.seated", actor=actor, practice_id=held.practice_id, subject=held, detail=detail)
    return held


@transaction.atomic
def put_on(*, meeting: Meeting, cases: Iterable[Case], actor: User) -> list[AgendaItem]:
    """Put discordant cases on the agenda, last, all of them or none. A free arbiter's place becomes the meeting's where either may settle.

    Raises Refused where a meeting cannot settle one or an arbiter took it, Conflict where another agenda has it.
    """
    held = hold(meeting)
    if not has_role(actor, held.practice, Role.READER, Role.COORDINATOR):
        raise Refused("not-yours", gettext("Readers and coordinators put cases on an agenda."))
    return [_put(held, case, actor) for case in cases]


@transaction.atomic
def take_off(*, meeting: Meeting, item: AgendaItem, actor: User) -> None:
    """Take a case off before it is agreed on: it waits for another meeting, or for an arbiter where either may settle it."""
    held = hold(meeting)
    if not leads(held, actor):
        raise Refused("not-yours", gettext("The chair, who convened the meeting, or a coordinator takes a case off."))
    case = Case.objects.select_for_update().get(pk=item.case_id)
    if agreed(case) is not None:
        raise Refused(
            "agreed",
            gettext("Case %(case_number)s is agreed on already: close the meeting instead.")
            % {"case_number": case.number},
        )
    if not held.agenda.pending().filter(pk=item.pk).update(off_at=timezone.now()):
        raise Conflict(
            "off", gettext("Case %(case_number)s is off this agenda already.") % {"case_number": case.number}
        )
    either = protocol_for(case).settled_by == EITHER
    place = Assignment.objects.filter(case=case, place=MEETING, done_at=None)
    place.update(member=None, claimed_at=None, place=ARBITER if either else MEETING)
    note("meeting.case-off", actor=actor, case=case, subject=held)


def hold(meeting: Meeting) -> Meeting:
    """Lock the meeting's row, before reads, cases and places; Refused once it is closed. Call inside a transaction."""
    held = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if held.closed_at:
        raise Conflict("closed", gettext("This meeting is closed. A correction of its minutes adds a version."))
    return held


def _let_go(meeting: Meeting) -> None:
    """Take the cases that are not agreed on from the chair who goes; their drafts stay with them."""
    cases = list(meeting.agenda.pending().values_list("case", flat=True))
    theirs = list(Read.objects.select_for_update().filter(case__in=cases, place=MEETING).order_by("pk"))
    locked = {read.case_id for read in theirs if read.locked_at}
    places = Assignment.objects.filter(case__in=set(cases) - locked, place=MEETING, done_at=None)
    places.update(member=None, claimed_at=None)


def _put(meeting: Meeting, case: Case, actor: User) -> AgendaItem:
    held = Case.objects.select_for_update(no_key=True).get(
        pk=case.pk
    )  # an arbiter who claims it now points a read at it
    if held.practice_id != meeting.practice_id or held.closed_at or held.withdrawn_at:
        raise Refused.at(
            "cases",
            gettext("Case %(held_number)s is not open here, so no meeting can settle it.")
            % {"held_number": held.number},
        )
    if meeting.agenda.current().count() >= CASES:
        raise Refused.at(
            "cases", gettext("One meeting discusses %(CASES)s cases at most. Convene another one.") % {"CASES": CASES}
        )
    _take_place(held)
    position = meeting.agenda.count() + 1
    try:
        with transaction.atomic():
            item = AgendaItem.objects.create(meeting=meeting, case=held, position=position)
    except IntegrityError as error:
        raise Conflict(
            "on-an-agenda", gettext("Case %(held_number)s is on an agenda already.") % {"held_number": held.number}
        ) from error
    note("meeting.case-on", actor=actor, case=held, subject=meeting)
    return item


def _take_place(case: Case) -> None:
    places = Assignment.objects.filter(case=case)
    if places.filter(place=MEETING, done_at=None).exists():
        return
    free = places.filter(place=ARBITER, member=None, done_at=None)
    either = protocol_for(case).settled_by == EITHER and not places.filter(place=MEETING).exists()
    if not (either and free.update(place=MEETING)):
        say = gettext("Case %(case_number)s is not to be settled in a meeting, or an arbiter has it. Leave it out.") % {
            "case_number": case.number
        }
        raise Refused.at("cases", say, code="not-for-a-meeting")


def _seats(practice: Practice, chair: User, attendees: Iterable[User]) -> list[User]:
    people = sorted({chair, *attendees}, key=lambda each: (each.name, str(each.pk)))
    known = set(readers_of(practice).filter(pk__in=[each.pk for each in people]))
    strange = [each for each in people if each not in known]
    if strange:
        names = ", ".join(str(each) for each in strange)
        raise Refused.at(
            "attendees",
            gettext("%(names)s: only readers of this practice attend, because they see every opinion.")
            % {"names": names},
        )
    if not LEAST <= len(people) <= MOST:
        raise Refused.at(
            "attendees",
            gettext("Choose %(LEAST)s to %(MOST)s readers, the chair among them.") % {"LEAST": LEAST, "MOST": MOST},
        )
    return people


def _who(chair: User, people: list[User]) -> dict[str, object]:
    return {"chair": str(chair.pk), "attendees": [str(each.pk) for each in people]}
