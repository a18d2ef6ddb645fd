"""Closing a consensus meeting: only then do its outcomes take effect, all at once and in the chair's name."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.audit.services import record
from portal.base.errors import Refused
from portal.cases.models import Assignment, Case
from portal.cases.places import ARBITER, MEETING
from portal.cases.trail import note
from portal.practices.models import User
from portal.reading.body import digest_of
from portal.reading.meetings import agreed, standing
from portal.reading.models import AgendaItem, Meeting, Read
from portal.reading.services.convene import hold
from portal.reading.services.meet import CHAIR


@transaction.atomic
def close_meeting(*, meeting: Meeting, actor: User) -> Meeting:
    """Settle what was agreed on, send the rest to arbiters, and close the meeting; the caller has asked for the password.

    Raises Refused for anybody but the chair, and with the numbers of cases that are undecided or without minutes;
    Conflict where it is closed already.
    """
    held = hold(meeting)
    if held.chair_id != actor.pk:
        raise Refused("not-the-chair", gettext(CHAIR))
    items = _held_items(held)
    _complete(items)
    held.closed_at = timezone.now()
    held.save(update_fields=["closed_at"])
    told = [_settle(each, actor) for each in items]
    outcomes = [each for each in told if each]
    detail = {"cases": len(outcomes), "digest": digest_of({"meeting": str(held.pk), "outcomes": outcomes})}
    record(verb="meeting.closed", actor=actor, practice_id=held.practice_id, subject=held, detail=detail)
    return held


def _held_items(meeting: Meeting) -> list[AgendaItem]:
    """The agenda with its reads, cases and places locked, in the order of every step."""
    items = list(meeting.agenda.pending())
    cases = [each.case_id for each in items]
    list(Read.objects.select_for_update().filter(case__in=cases, place=MEETING).order_by("pk"))
    rows = Case.objects.select_for_update().filter(pk__in=cases).order_by("pk")
    known = {case.pk: case for case in rows}
    list(Assignment.objects.select_for_update().filter(case__in=cases).order_by("pk"))
    for item in items:
        item.case, item.meeting = known[item.case_id], meeting
    return items


def _complete(items: list[AgendaItem]) -> None:
    undecided = [each.case.number for each in items if standing(each) in ("waiting", "open")]
    if undecided:
        say = gettext("Not decided yet: %(undecided)s. Decide on them, or take them off the agenda.") % {
            "undecided": ", ".join(undecided)
        }
        raise Refused("undecided", say)
    decided = [each for each in items if standing(each) != "withdrawn"]
    silent = [each.case.number for each in decided if not each.minutes.exists()]
    if silent:
        raise Refused("no-minutes", gettext("Keep minutes of %(silent)s first.") % {"silent": ", ".join(silent)})


def _settle(item: AgendaItem, actor: User) -> dict[str, Any] | None:
    now = item.meeting.closed_at or timezone.now()
    if standing(item) == "withdrawn":
        AgendaItem.objects.filter(pk=item.pk).update(off_at=now)
        return None
    read = agreed(item.case) if standing(item) == "agreed" else None
    Assignment.objects.filter(case=item.case, place=MEETING, done_at=None).update(done_at=now)
    if read is None:
        Assignment.objects.get_or_create(case=item.case, place=ARBITER)
    AgendaItem.objects.filter(pk=item.pk).update(settled_at=now)
    last = item.minutes.order_by("-version").first()
    told: dict[str, Any] = {
        "result": "agreed" if read else "not-agreed",
        "present": sorted(str(pk) for pk in item.present.values_list("pk", flat=True)),
        "read": read.digest if read else "",
        "minutes": last.digest if last else "",
    }
    note("case.met", actor=actor, case=item.case, subject=item.meeting, **told)
    return {"case": str(item.case_id), **told}
