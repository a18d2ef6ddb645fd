"""Claiming a place at a case: one conditional UPDATE, so that two readers never hold the same one."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.base.errors import Conflict, Refused
from portal.cases.guests import is_shared, may_read, works_in
from portal.cases.incomplete import refuse_incomplete
from portal.cases.models import Assignment, Case, Pause
from portal.cases.places import ARBITER, MEETING
from portal.cases.protocols import protocol_for
from portal.cases.sharing import arrive
from portal.cases.strata import stratify
from portal.cases.trail import note
from portal.practices.models import Practice, Role, User

NOBODY = {"member": None, "claimed_at": None, "claim_until": None, "given_by": None}
CLAIM_FOR = timedelta(minutes=30)  # a claim without a saved draft lapses after this
ONLY_READERS = gettext_noop("Only readers read cases. Ask an admin for the reader role.")
ONLY_LOOKS = gettext_noop("This case is shared with you to look and comment. Ask the practice if you should read it.")


def place_of(case: Case, user: User) -> Assignment | None:
    """The place that `user` holds or held at `case`; a meeting's is its chair's, beside the one they read from."""
    return Assignment.objects.filter(case=case, member=user).exclude(place=MEETING).first()


@transaction.atomic
def claim(*, case: Case, user: User) -> Assignment:
    """Take the first free place at `case`; taking it again returns the same place.

    Raises Refused where `user` may not read it, Conflict with the holder's name where somebody else was first, or where
    the score decides how many read it and the analysis has not ended.
    """
    refuse_reading(case, user)
    if protocol_for(case).double_from:
        Case.objects.select_for_update().get(pk=case.pk)  # before its places, as every step that adds one
        stratify(case, wait=True)
    mine = place_of(case, user)
    if mine is not None:
        if mine.done_at:
            raise Refused(
                "already-read", gettext("You have already read this case. A different reader must take this place.")
            )
        Assignment.objects.filter(pk=mine.pk, claim_until__isnull=False).update(claim_until=timezone.now() + CLAIM_FOR)
        return mine
    _may_take(case, user)
    for place in places_for(case, user):
        if take(place, user, until=timezone.now() + CLAIM_FOR):
            place.refresh_from_db()
            arrive(case=case, user=user)
            note("case.claimed", actor=user, case=case, subject=place, place=place.place)
            return place
    raise Conflict("claimed", _who_has_it(case))


def places_for(case: Case, user: User) -> QuerySet[Assignment]:
    """The undone places at `case` that `user` may take, in order: a guest gives a second opinion and does not arbitrate."""
    places = Assignment.objects.claimable().filter(case=case).order_by("place")
    return places if works_in(user, case.practice) else places.exclude(place=ARBITER)


def could_take(case: Case, user: User) -> bool:
    """Whether there is a place at `case` for `user` to take now."""
    free = Case.objects.free_for(user).filter(pk=case.pk).exists() and may_read(case, user)
    return free and places_for(case, user).filter(member=None).exists()


def take(place: Assignment, user: User, *, until: datetime | None, given_by: User | None = None) -> bool:
    """Whether `user` got the place: one UPDATE whose WHERE names the row's own columns, which PostgreSQL checks again after waiting for the row.

    A condition through a join would become `id IN (SELECT ...)`, read before the wait: everybody would win.
    """
    now = timezone.now()
    free = Q(member=None) | Q(claim_until__lt=now)
    open_case = Exists(Case.objects.open().filter(pk=OuterRef("case")))
    try:
        with transaction.atomic():
            row = Assignment.objects.filter(free, open_case, pk=place.pk, place=place.place, done_at=None)
            return bool(row.update(member=user, claimed_at=now, claim_until=until, given_by=given_by))
    except IntegrityError:  # the same person claimed twice at once and already holds the other place
        return False


def refuse_reading(case: Case, user: User) -> None:
    """Raise Refused where `user` may not read `case` at all."""
    if not may_read(case, user):
        raise Refused("not-a-reader", gettext(ONLY_LOOKS) if is_shared(case, user) else gettext(ONLY_READERS))
    if case.withdrawn_at:
        raise Refused("withdrawn", gettext("This case was withdrawn. Take another from the worklist."))
    if case.closed_at:
        raise Refused("closed", gettext("This case is signed. Open its report instead."))
    if case.first_opinion and case.opened_by_id == user.pk:
        raise Refused(
            "own-opinion",
            gettext("The first opinion on this case is by the same person. Another reader must give the second."),
        )


def _may_take(case: Case, user: User) -> None:
    refuse_incomplete(case)
    if Pause.objects.filter(practice=case.practice_id, user=user).exists():
        raise Refused("paused", gettext("You pause: you take no new case. Ask a coordinator to end the pause."))


def _who_has_it(case: Case) -> str:
    undone = Assignment.objects.filter(case=case, done_at=None)
    if undone.filter(place=MEETING).exists():
        return gettext("This case is settled in a consensus meeting. Take another from the worklist.")
    held = undone.exclude(member=None).select_related("member").first()
    if held is None or held.member is None:
        return gettext("Nobody needs to read this case now. Take another from the worklist.")
    return gettext("%(name)s is reading this case. Take another from the worklist.") % {"name": held.member.name}


@transaction.atomic
def release(*, case: Case, actor: User, member: User | None = None) -> None:
    """Let go of the place held by `member` (default: `actor`); a coordinator may do it for somebody else.

    The draft stays with its reader. Raises Refused for a locked read, or where there is nothing to let go.
    """
    holder = member or actor
    if holder != actor and not Practice.objects.of(actor, Role.COORDINATOR).filter(pk=case.practice_id).exists():
        raise Refused("not-yours", gettext("Only a coordinator releases somebody else's case. Ask one to do it."))
    theirs = case.reads.select_for_update().filter(reader=holder)  # locking waits for us, or we for it
    if any(read.locked_at for read in theirs):
        raise Refused("locked", gettext("This read is locked and can no longer be given back. Decide on it instead."))
    held = Assignment.objects.claimable().filter(case=case, member=holder)
    if not held.update(**NOBODY):
        raise Refused(
            "not-held", gettext("There is nothing to give back: this case is held by nobody or somebody else.")
        )
    note("case.released", actor=actor, case=case, by="hand", holder=str(holder.pk))


def release_stale(limit: int = 500) -> int:
    """Let go of claims whose time ran out before a draft was saved; returns how many."""
    released = 0
    stale = Assignment.objects.filter(claim_until__lt=timezone.now(), done_at=None).exclude(member=None)
    for place in stale.select_related("case__exam")[:limit]:
        with transaction.atomic():
            still = stale.filter(pk=place.pk, claim_until=place.claim_until)
            if still.update(**NOBODY):
                note("case.released", actor=None, case=place.case, by="time-out", holder=str(place.member_id))
                released += 1
    return released
