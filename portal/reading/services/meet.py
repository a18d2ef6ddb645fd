"""A consensus meeting while it goes on: a case is opened, its minutes are kept, and it is agreed on or not.

The agreed assessment is a read in the meeting's place: its chair fills in the form with everybody there and locks it.
"""

from __future__ import annotations

import copy

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.base.errors import Conflict, Refused
from portal.base.plain import plain
from portal.cases.incomplete import refuse_incomplete
from portal.cases.models import Assignment, Case
from portal.cases.places import MEETING
from portal.cases.trail import note
from portal.practices.models import User
from portal.reading.body import EMPTY
from portal.reading.lexicon import CURRENT
from portal.reading.meetings import agreed, digest_of_minutes, minutes_for
from portal.reading.models import AgendaItem, Meeting, Minutes, Read
from portal.reading.services.convene import hold
from portal.reading.services.join import join
from portal.reading.services.reveal import open_at_once

LIMIT, WHY = 4000, 300  # characters
CHAIR = gettext_noop("The chair of the meeting does this. Ask them, or have a coordinator set another chair.")


@transaction.atomic
def open_item(*, meeting: Meeting, item: AgendaItem, actor: User) -> Read:
    """Open a case of the agenda: everybody there sees its opinions and suggestion; the chair's read of it begins.

    Opening it again goes on with the same draft, also after "not agreed". Raises Refused for anybody but the chair, for
    a case sent back or withdrawn, and where somebody there still reads it blind.
    """
    held = _chaired(meeting, actor)
    case = _case_of(held, item)
    refuse_incomplete(case)
    locked = agreed(case)
    if locked is not None:
        return locked
    place = Assignment.objects.filter(case=case, place=MEETING, done_at=None)
    if not place.update(member=actor, claimed_at=timezone.now(), claim_until=None):
        raise Conflict("settled", gettext("Case %(case_number)s is settled already.") % {"case_number": case.number})
    join(item, held.attendees.order_by("name"))
    read, _ = Read.objects.get_or_create(
        case=case, reader=actor, place=MEETING, defaults={"body": copy.deepcopy(EMPTY), "lexicon": CURRENT.code}
    )
    open_at_once(read)
    current = AgendaItem.objects.filter(pk=item.pk)
    if current.filter(opened_at=None).update(opened_at=timezone.now()) or item.not_agreed_at:
        current.update(not_agreed_at=None)
        note("meeting.case-opened", actor=actor, case=case, subject=held, present=_keys(item))
    return read


@transaction.atomic
def not_agreed(*, meeting: Meeting, item: AgendaItem, actor: User) -> None:
    """Send the case on to an arbiter when the meeting is closed. Raises Refused before it is opened, once it is agreed on,
    and without minutes: the arbiter reads there why.
    """
    held = _chaired(meeting, actor)
    case = _case_of(held, item)
    if agreed(case) is not None:
        raise Refused(
            "agreed",
            gettext("Case %(case_number)s is agreed on already: the assessment is locked.")
            % {"case_number": case.number},
        )
    if item.opened_at is None:
        raise Refused("not-opened", gettext("Open case %(case_number)s first.") % {"case_number": case.number})
    if not item.minutes.exists():
        raise Refused.at("text", gettext("Keep minutes first: the arbiter reads there what you could not agree on."))
    AgendaItem.objects.filter(pk=item.pk).update(not_agreed_at=timezone.now())
    Assignment.objects.filter(case=case, place=MEETING, done_at=None).update(member=None, claimed_at=None)
    note("meeting.not-agreed", actor=actor, case=case, subject=held)


@transaction.atomic
def keep_minutes(*, item: AgendaItem, actor: User, text: str, version: int, why: str = "") -> Minutes:
    """Keep the minutes of a case as another version after `version`; the same words again are no new version.

    Who was there writes them while the meeting goes on; the chair corrects them afterwards, with a reason. Raises
    Refused otherwise, Conflict where somebody kept a version since.
    """
    meeting = Meeting.objects.select_for_update().get(pk=item.meeting_id)
    words, reason = plain(text), plain(why)
    _may_write(meeting, item, actor, reason)
    if not 3 <= len(words) <= LIMIT:
        raise Refused.at("text", gettext("Write 3 to %(LIMIT)s characters.") % {"LIMIT": LIMIT})
    last = item.minutes.order_by("-version").first()
    if last is not None and last.text == words:
        return last
    if (last.version if last else 0) != version:
        who = last.by if last else gettext("Somebody")
        raise Conflict(
            "edited",
            gettext("%(who)s kept other minutes since you opened these. Load them, then add your words.")
            % {"who": who},
        )
    kept = Minutes(item=item, version=version + 1, text=words, why=reason, by=actor, at=timezone.now())
    kept.digest = digest_of_minutes(kept)
    kept.save(force_insert=True)
    note(
        "meeting.minutes", actor=actor, case=item.case, subject=kept, version=kept.version, digest=kept.digest,
        after_closing=meeting.closed_at is not None,
    )  # fmt: skip
    return kept


@transaction.atomic
def show_minutes(*, item: AgendaItem, user: User) -> list[Minutes]:
    """Every version, oldest first, written to the trail as seen; none where they are closed to `user`."""
    if minutes_for(item, user) is None:
        return []
    note("meeting.minutes-viewed", actor=user, case=item.case, subject=item.meeting)
    return list(item.minutes.select_related("by").order_by("version"))


def _may_write(meeting: Meeting, item: AgendaItem, actor: User, reason: str) -> None:
    if item.off_at or item.opened_at is None:
        raise Refused("not-opened", gettext("Minutes are kept of a case that the meeting has opened."))
    if not item.present.filter(pk=actor.pk).exists():
        raise Refused("not-there", gettext("Who was there when the case was discussed keeps its minutes."))
    if meeting.closed_at is None:
        return
    if meeting.chair_id != actor.pk:
        raise Refused("not-yours", gettext("After the meeting its chair corrects the minutes."))
    if not 3 <= len(reason) <= WHY:
        raise Refused.at("why", gettext("Say in 3 to %(WHY)s characters why the minutes are corrected.") % {"WHY": WHY})


def _chaired(meeting: Meeting, actor: User) -> Meeting:
    held = hold(meeting)
    if held.chair_id != actor.pk:
        raise Refused("not-the-chair", gettext(CHAIR))
    return held


def _case_of(meeting: Meeting, item: AgendaItem) -> Case:
    """The item's case, locked after its read: the order of every step. Refreshes `item`."""
    item.refresh_from_db()
    if item.meeting_id != meeting.pk or item.off_at or item.settled_at:
        raise Conflict("off", gettext("This case is no longer on this agenda. Reload the page."))
    list(Read.objects.select_for_update().filter(case=item.case_id, place=MEETING).order_by("pk"))
    case = Case.objects.select_for_update().select_related("exam", "practice").get(pk=item.case_id)
    if case.withdrawn_at:
        raise Refused(
            "withdrawn",
            gettext("Case %(case_number)s was withdrawn. Go on with the next one.") % {"case_number": case.number},
        )
    item.case = case
    return case


def _keys(item: AgendaItem) -> list[str]:
    return sorted(str(pk) for pk in item.present.values_list("pk", flat=True))
