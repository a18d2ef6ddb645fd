"""When a place is done: hold the human opinions against each other, and call who settles where they differ."""

from django.utils import timezone

from portal.cases.models import Assignment, Case
from portal.cases.places import MEETING, first_place, settles
from portal.cases.protocols import protocol_for
from portal.cases.strata import stratify
from portal.cases.trail import note
from portal.reading.discordance import among
from portal.reading.models import Read
from portal.reading.selectors import human_opinions


def hold_case(read: Read) -> None:
    """Lock the case's row; call it before anything goes into the trail, whose end is the last lock that anybody takes.

    Withdrawing takes the case and then the trail: the other way round the two would wait for each other.
    """
    Case.objects.select_for_update().get(pk=read.case_id)


def finish(read: Read) -> None:
    """Mark the read's place done and settle the case if it was the last; call inside a transaction.

    Holds the case's row, so that two readers finishing at once are compared exactly once. The suggestion has
    no part here: a reader's difference from it is recorded with their decision and settles nothing. What a meeting
    agreed on takes effect when its chair closes the meeting.
    """
    if read.place == MEETING:
        return
    case = Case.objects.select_for_update().select_related("exam").get(pk=read.case_id)
    mine = Assignment.objects.filter(case=case, place=read.place, member=read.reader_id, done_at=None)
    mine.update(done_at=timezone.now(), claim_until=None)
    if not settles(read.place):
        stratify(case, wait=False)  # images that came later may have changed the score
    if Assignment.objects.filter(case=case, done_at=None).exists():
        return
    if settles(read.place):
        note("case.arbitrated", actor=read.reader, case=case, subject=read)
        return
    protocol = protocol_for(case)
    differences = among(human_opinions(case), protocol)
    if differences:
        Assignment.objects.get_or_create(case=case, place=first_place(protocol.settled_by))
        note("case.discordant", actor=None, case=case, fields=sorted({found.field for found in differences}))
    else:
        note("case.agreed", actor=None, case=case)
