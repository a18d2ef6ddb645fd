"""When a guest's time on a case is over: what they hold goes back, and what they have locked stays."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.cases.claims import NOBODY
from portal.cases.models import Assignment, Case, Share
from portal.cases.sharing import withdraw_share
from portal.cases.trail import note
from portal.practices.models import User
from portal.practices.options import options_of
from portal.reading.models import Read
from portal.reading.services.settle import finish


@transaction.atomic
def end_share(*, share: Share, actor: User) -> None:
    """Close the case to its guest now, and take back what they hold. Raises what `withdraw_share` raises."""
    _hold(share)
    withdraw_share(share=share, actor=actor)
    leave(share)


@transaction.atomic
def leave(share: Share, **why: str) -> None:
    """Once `share` is over, give its guest's place back; the draft stays with its writer, and reappears if they return.

    A read that is locked but not decided on counts as it was locked. `why`, for the trail, where it is not the time. Safe
    to do twice.
    """
    case, reads = _hold(share)
    if not Share.objects.filter(pk=share.pk, left_at=None).update(left_at=timezone.now()):
        return
    if share.withdrawn_at is None:  # also where there is no such reader: the trail tells nobody who works elsewhere
        note("case.share-ended", actor=None, case=case, subject=share, share=share, **why)
    if share.guest is None or Share.objects.open_to(share.guest).filter(case=case).exists():
        return
    if case.closed_at or case.withdrawn_at:
        return
    undecided = next((read for read in reads if read.locked_at and not read.decided_at), None)
    if undecided is not None:
        _stands(undecided)
        return
    held = Assignment.objects.filter(case=case, member=share.guest, done_at=None)
    if held.update(**NOBODY):
        note("case.released", actor=None, case=case, by="share-over", holder=str(share.guest.pk))


def _hold(share: Share) -> tuple[Case, list[Read]]:
    """The case and its guest's reads, their rows locked: reads, case, then the trail, as every step has it."""
    theirs = Read.objects.select_for_update().filter(case=share.case_id, reader=share.guest)
    reads = list(theirs) if share.guest else []
    case = Case.objects.select_for_update(of=("self",)).select_related("exam", "practice").get(pk=share.case_id)
    return case, reads


def leave_those_over(limit: int = 500) -> int:
    """`leave` every share that is over; how many."""
    found = list(Share.objects.over().filter(left_at=None).select_related("guest", "home")[:limit])
    for each in found:
        _leave_for(each)
    return len(found)


@transaction.atomic
def _leave_for(share: Share) -> None:
    """`leave`, with the reason where it is neither withdrawal nor time.

    Then the share stays closed also when the practice shares again, or the guest reads again at home. Nothing where they
    have thought better of it meanwhile.
    """
    case, _ = _hold(share)
    now = timezone.now()
    if share.withdrawn_at is not None or share.ends_at <= now:
        leave(share)
    elif Share.objects.over().filter(pk=share.pk).exists():
        leave(share, because="sharing-off" if options_of(case.practice).sharing == "off" else "reads-no-more")
        Share.objects.filter(pk=share.pk, withdrawn_at=None).update(withdrawn_at=now)


def _stands(read: Read) -> None:
    read.decided_at = timezone.now()
    read.save(update_fields=["decided_at"])
    note("read.stands", actor=None, case=read.case, subject=read, by="share-over")
    finish(read)
