"""Two people act on one meeting at the same moment: one is first, the other is told, and the trail stays whole."""

import pytest

from portal.audit.verify import verify
from portal.base.errors import Refused
from portal.cases.models import Assignment
from portal.reading.meetings import standing
from portal.reading.models import AgendaItem, Minutes, Read
from portal.reading.services.close_meeting import close_meeting
from portal.reading.services.convene import put_on, take_off
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from portal.reading.services.meet import keep_minutes, not_agreed, open_item
from tests.portal.cases.story import suspicious
from tests.portal.reading.meeting_story import a_discordant_case, a_meeting, a_third_reader

ROUNDS = range(3)


def refusals(found):
    return [each for each in found if isinstance(each, Refused)]


@pytest.fixture
def an_open_case(cast):
    """Make a case that Rosa's meeting has open, with a complete draft and minutes; (meeting, item, read)."""

    def make(at):
        case = a_discordant_case(cast, at=at, run=False)
        meeting = a_meeting(cast, case)
        item = meeting.agenda.get()
        read = open_item(meeting=meeting, item=item, actor=cast.rosa)
        read = save_draft(read=read, version=0, data=suspicious())
        item.refresh_from_db()
        keep_minutes(item=item, actor=cast.rosa, text="First words.", version=0)
        return meeting, item, read

    return make


def test_a_case_is_put_on_one_agenda_or_taken_by_an_arbiter_never_both(together, cast):
    nina = a_third_reader(cast)
    for at in ROUNDS:
        case = a_discordant_case(cast, at=at, settled_by="either", run=False)
        one, other = a_meeting(cast), a_meeting(cast)
        found = together(
            lambda case=case, one=one: put_on(meeting=one, cases=[case], actor=cast.cora),
            lambda case=case, other=other: put_on(meeting=other, cases=[case], actor=cast.cora),
            lambda case=case: begin(case=case, user=nina),
        )
        place = Assignment.objects.get(case=case, done_at=None)
        items = AgendaItem.objects.pending().filter(case=case).count()
        assert (place.place, items) in {("meeting", 1), ("arbiter", 0)}
        assert (place.member == nina) == (place.place == "arbiter")
        assert len(refusals(found)) == 2
    assert verify(str(cast.northside.pk)).whole


def test_agreed_and_not_agreed_at_once_end_as_one_of_them(together, cast, an_open_case):
    for at in ROUNDS:
        meeting, item, read = an_open_case(at)
        found = together(
            lambda read=read: lock(read=read, actor=cast.rosa, version=1),
            lambda meeting=meeting, item=item: not_agreed(meeting=meeting, item=item, actor=cast.rosa),
        )
        item.refresh_from_db()
        locked = Read.objects.get(pk=read.pk).locked_at is not None
        assert standing(item) == ("agreed" if locked else "not-agreed")
        assert len(refusals(found)) == 1


def test_a_meeting_is_closed_once_and_what_is_taken_off_at_once_is_settled_or_off(together, cast, an_open_case):
    for at in ROUNDS:
        meeting, item, _ = an_open_case(at)
        not_agreed(meeting=meeting, item=item, actor=cast.rosa)
        found = together(
            *[lambda meeting=meeting: close_meeting(meeting=meeting, actor=cast.rosa)] * 2,
            lambda meeting=meeting, item=item: take_off(meeting=meeting, item=item, actor=cast.cora),
        )
        item.refresh_from_db()
        assert (item.settled_at is None) != (item.off_at is None)
        arbiters = Assignment.objects.filter(case=item.case, place="arbiter").count()
        assert arbiters == (1 if item.settled_at else 0)
        assert len(refusals(found)) >= 1
    assert verify(str(cast.northside.pk)).whole


def test_two_people_keep_minutes_at_once_and_the_second_is_told(together, cast, an_open_case):
    meeting, item, _ = an_open_case(0)
    found = together(
        lambda: keep_minutes(item=item, actor=cast.rosa, text="Rosa's words.", version=1),
        lambda: keep_minutes(item=item, actor=cast.rufus, text="Rufus's words.", version=1),
    )
    [told] = refusals(found)
    assert "kept other minutes" in told.say
    assert list(Minutes.objects.filter(item=item).values_list("version", flat=True)) == [1, 2]
    assert meeting.closed_at is None
