"""Opening the suggestion to one reader: after the lock where the protocol is blind, at once where it is not."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.analysis.models import Run
from portal.analysis.say import state_of
from portal.analysis.selectors import latest_run
from portal.analysis.services import reveal as open_run
from portal.base.errors import Conflict, Refused
from portal.cases.places import MEETING, settles
from portal.cases.protocols import protocol_for
from portal.cases.trail import note
from portal.practices.models import User
from portal.reading.models import Read
from portal.reading.selectors import is_blind, revealed_run
from portal.reading.services.settle import hold_case

NO_RUN = gettext_noop("There is no analysis of this exam. Go on without a suggestion, or ask for one and wait.")


@transaction.atomic
def reveal(*, read: Read, actor: User, without: bool = False) -> bool:
    """Show the suggestion to the reader of `read`; returns whether there is one. Asking again changes nothing.

    Raises Refused before the lock of a blind read, Conflict("run-unfinished") while the analysis goes on and
    Conflict("no-analysis") when there is none: `without` then goes on without it.
    """
    current = Read.objects.select_for_update().get(pk=read.pk)
    hold_case(current)
    if is_blind(current.case, current.place) and not current.locked_at:
        raise Refused("not-locked", gettext("The suggestion is sealed until your read is locked. Lock it first."))
    if current.case.withdrawn_at:
        raise Refused("withdrawn", gettext("This case was withdrawn, so its suggestion stays sealed."))
    if current.revealed_at:
        return revealed_run(current.case.exam, actor) is not None
    run = latest_run(current.case.exam)
    there = run is not None and run.state != "failed"
    if not there and not without:
        say = (
            gettext("The analysis failed: %(failed_because)s Go on without it.") % {"failed_because": state_of(run)}
            if run
            else gettext(NO_RUN)
        )
        raise Conflict("no-analysis", say)
    if there and run is not None:
        open_run(run=run, user=actor, why=_why(current), case_id=current.case_id, marks=_with_marks(current, run))
    _mark(current, suggestion=there)
    return there


def open_at_once(read: Read) -> None:
    """Open the suggestion to a reader whose place is not blind, if it is ready; call inside a transaction."""
    run = latest_run(read.case.exam)
    if read.revealed_at is None and run is not None and run.state == "ready":
        open_run(run=run, user=read.reader, why=_why(read), case_id=read.case_id, marks=_with_marks(read, run))
        _mark(read, suggestion=True)


def _mark(read: Read, *, suggestion: bool) -> None:
    read.revealed_at = timezone.now()
    read.save(update_fields=["revealed_at"])
    waited = (read.revealed_at - read.locked_at).total_seconds() if read.locked_at else None
    note(
        "read.revealed",
        actor=read.reader,
        case=read.case,
        subject=read,
        suggestion=suggestion,
        seconds_after_lock=None if waited is None else round(waited),
    )


def open_marks(read: Read) -> None:
    """Show the marks that the protocol held back while this read went on; call inside a transaction."""
    run = revealed_run(read.case.exam, read.reader)
    if run is not None:
        stratified = protocol_for(read.case).marks_from is not None
        open_run(run=run, user=read.reader, why="read-done", case_id=read.case_id, again=stratified)


def _with_marks(read: Read, run: Run) -> bool:
    """Whether outlines and maps open with the scores: after the lock, and always to who settles."""
    bound = protocol_for(read.case).marks_from
    if bound is None or read.locked_at or settles(read.place):
        return True
    return run.score_band is not None and run.score_band >= bound


def _why(read: Read) -> str:
    if settles(read.place):
        return "meeting" if read.place == MEETING else "arbitration"
    return "read-locked" if read.locked_at else "first-reader"
