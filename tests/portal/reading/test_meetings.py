"""A consensus meeting settles what the readers differ on: who may call it, who may be there, and when it counts."""

import pytest

from portal.analysis.models import Run
from portal.audit.models import Event
from portal.audit.verify import verify
from portal.base.errors import Conflict, Refused
from portal.cases.claims import claim
from portal.cases.models import Assignment, Case
from portal.cases.services import withdraw
from portal.reading.draft_report import compose
from portal.reading.meetings import agenda, digest_of_minutes, minutes_for, next_item, standing, waiting_cases
from portal.reading.models import AgendaItem, Meeting, Minutes, Read
from portal.reading.selectors import agreed_read, may_sign, reads_are_open, still_blind, visible_reads
from portal.reading.services.close_meeting import close_meeting
from portal.reading.services.convene import convene, put_on, seat, take_off
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from portal.reading.services.meet import keep_minutes, not_agreed, open_item
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, suspicious
from tests.portal.reading.meeting_story import a_discordant_case, a_meeting, a_third_reader


@pytest.fixture
def case(cast):
    return a_discordant_case(cast)


def state(case):
    return Case.objects.with_state().get(pk=case.pk).state


def item_of(meeting, case):
    return meeting.agenda.get(case=case)


def agree(meeting, case, chair, body=None, text="The mass is real."):
    item = item_of(meeting, case)
    read = open_item(meeting=meeting, item=item, actor=chair)
    read = save_draft(read=read, version=read.version, data=body or suspicious())
    lock(read=read, actor=chair, version=read.version)
    item.refresh_from_db()
    keep_minutes(item=item, actor=chair, text=text, version=0)


def test_the_protocol_says_who_settles(cast):
    places = {}
    for at, way in enumerate(("arbiter", "meeting", "either")):
        case = a_discordant_case(cast, settled_by=way, at=at)
        places[way] = Assignment.objects.get(case=case, done_at=None).place, state(case)
    assert places == {
        "arbiter": ("arbiter", "arbitration"), "meeting": ("meeting", "meeting"), "either": ("arbiter", "arbitration")
    }  # fmt: skip


def test_a_meetings_place_is_in_nobodys_pool(cast, case):
    nina = a_third_reader(cast)
    assert not Case.objects.free_for(nina).filter(pk=case.pk).exists()
    with pytest.raises(Conflict, match="settled in a consensus meeting"):
        claim(case=case, user=nina)
    assert case in Case.objects.in_arbitration()


def test_two_readers_meet_agree_and_the_chair_signs(cast, case):
    meeting = a_meeting(cast, case)
    agree(meeting, case, cast.rosa)
    assert standing(item_of(meeting, case)) == "agreed"
    assert state(case) == "meeting" and not may_sign(case, cast.rosa)  # nothing counts before it is closed
    close_meeting(meeting=meeting, actor=cast.rosa)
    assert state(case) == "to-sign"
    assert may_sign(case, cast.rosa) and not may_sign(case, cast.rufus)
    read = agreed_read(case)
    assert read.place == "meeting" and read.body == suspicious()
    [told] = compose(case, cast.rosa)["meetings"]
    assert told["chair"] == "Rosa" and told["present"] == ["Rosa", "Rufus"] and told["outcome"] == "agreed"
    assert told["minutes"]["digest"] == Minutes.objects.get().digest
    event = Event.objects.get(verb="case.met")
    assert event.detail["read"] == read.digest and event.detail["minutes"] == Minutes.objects.get().digest
    assert event.detail["present"] == sorted([str(cast.rosa.pk), str(cast.rufus.pk)])
    assert Event.objects.filter(verb="meeting.closed").exists() and verify(str(cast.northside.pk)).whole


def test_what_is_not_agreed_goes_to_an_arbiter_who_reads_why(cast, case):
    nina = a_third_reader(cast)
    meeting = a_meeting(cast, case)
    item = item_of(meeting, case)
    open_item(meeting=meeting, item=item, actor=cast.rosa)
    item.refresh_from_db()
    with pytest.raises(Refused, match="Keep minutes first"):
        not_agreed(meeting=meeting, item=item, actor=cast.rosa)
    keep_minutes(item=item, actor=cast.rufus, text="One sees a mass, one a shadow.", version=0)
    not_agreed(meeting=meeting, item=item, actor=cast.rosa)
    close_meeting(meeting=meeting, actor=cast.rosa)
    assert state(case) == "arbitration"
    assert minutes_for(item, nina) is None
    read = begin(case=case, user=nina)
    assert read.place == "arbiter" and minutes_for(item, nina).text == "One sees a mass, one a shadow."
    a_locked_read(case, nina, suspicious())
    assert may_sign(case, nina) and not may_sign(case, cast.rosa) and agreed_read(case).place == "arbiter"
    assert compose(case, nina)["meetings"][0]["outcome"] == "not-agreed"
    with pytest.raises(Refused):
        claim(case=case, user=cast.rufus)


def test_not_agreed_can_be_taken_back_by_opening_the_case_again(cast, case):
    meeting = a_meeting(cast, case)
    item = item_of(meeting, case)
    read = open_item(meeting=meeting, item=item, actor=cast.rosa)
    item.refresh_from_db()
    keep_minutes(item=item, actor=cast.rosa, text="We differ.", version=0)
    not_agreed(meeting=meeting, item=item, actor=cast.rosa)
    with pytest.raises(Conflict, match="Open it again from the meeting"):
        save_draft(read=read, version=0, data=suspicious())
    assert open_item(meeting=meeting, item=item, actor=cast.rosa) == read
    assert standing(item_of(meeting, case)) == "open"


def test_who_is_there_sees_every_opinion_and_the_suggestion_from_the_opening_on(cast, case):
    nina = a_third_reader(cast)
    meeting = a_meeting(cast, case, attendees=[cast.rosa, cast.rufus, nina])
    assert not reads_are_open(case, nina) and still_blind(case.exam, nina)
    assert not reads_are_open(case, cast.rosa)
    open_item(meeting=meeting, item=item_of(meeting, case), actor=cast.rosa)
    for who in (nina, cast.rosa, cast.rufus):
        assert {read.place for read in visible_reads(case, who)} == {"reader", "reader2"}
        assert Run.objects.revealed_to(who).filter(exam=case.exam).exists()
    reveal = case.exam.runs.get().reveals.get(user=nina)
    assert reveal.why == "meeting" and reveal.marks
    assert not reads_are_open(case, cast.cora)  # who only coordinates learns nothing


def test_nobody_who_still_reads_the_exam_blind_is_let_in(cast, case):
    nina = a_third_reader(cast)
    meeting = a_meeting(cast, case, attendees=[cast.rosa, cast.rufus, nina])
    Assignment.objects.create(case=case, place="reader3", member=nina)
    Read.objects.create(case=case, reader=nina, place="reader3", body=benign())
    with pytest.raises(Refused, match=r"Nina still reads case .* blind"):
        open_item(meeting=meeting, item=item_of(meeting, case), actor=cast.rosa)
    assert not Run.objects.revealed_to(nina).exists() and not AgendaItem.objects.filter(opened_at__isnull=False)


def test_who_joins_late_sees_open_cases_and_not_those_that_are_decided(cast, case):
    nina = a_third_reader(cast)
    other = a_discordant_case(cast, at=1)
    meeting = a_meeting(cast, case, other)
    agree(meeting, case, cast.rosa)
    open_item(meeting=meeting, item=item_of(meeting, other), actor=cast.rosa)
    seat(meeting=meeting, actor=cast.cora, chair=cast.rosa, attendees=[cast.rosa, cast.rufus, nina])
    assert reads_are_open(other, nina) and not reads_are_open(case, nina)
    assert nina not in item_of(meeting, case).present.all()


@pytest.mark.parametrize(
    "who, said", [("alice", "Readers and coordinators"), ("ada", "Readers and"), ("otto", "Readers")]
)
def test_readers_and_coordinators_convene(cast, case, who, said):
    from django.utils import timezone

    with pytest.raises(Refused, match=said):
        convene(
            practice=cast.northside, actor=cast.people[who], at=timezone.now(), chair=cast.rosa,
            attendees=[cast.rufus], cases=[case],
        )  # fmt: skip
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("names", [("rosa",), ("rosa", "alice"), ("rosa", "charlie"), ("rosa", "cora")])
def test_two_readers_of_the_practice_at_least_attend_and_nobody_else(cast, case, names):
    with pytest.raises(Refused) as refused:
        a_meeting(cast, case, attendees=[cast.people[name] for name in names])
    assert list(refused.value.fields) == ["attendees"]


def test_only_the_chair_opens_decides_and_closes(cast, case):
    meeting = a_meeting(cast, case)
    for act in (
        lambda: open_item(meeting=meeting, item=item_of(meeting, case), actor=cast.rufus),
        lambda: not_agreed(meeting=meeting, item=item_of(meeting, case), actor=cast.cora),
        lambda: close_meeting(meeting=meeting, actor=cast.cora),
    ):
        with pytest.raises(Refused, match="The chair of the meeting does this"):
            act()


def test_a_meeting_is_not_closed_with_a_case_undecided_or_without_minutes(cast, case):
    other = a_discordant_case(cast, at=1)
    meeting = a_meeting(cast, case, other)
    assert next_item(meeting).case == case
    item = item_of(meeting, case)
    read = open_item(meeting=meeting, item=item, actor=cast.rosa)
    read = save_draft(read=read, version=0, data=suspicious())
    lock(read=read, actor=cast.rosa, version=1)
    assert next_item(meeting).case == other
    with pytest.raises(Refused, match=other.number):
        close_meeting(meeting=meeting, actor=cast.rosa)
    take_off(meeting=meeting, item=item_of(meeting, other), actor=cast.rosa)
    with pytest.raises(Refused, match=f"Keep minutes of {case.number}"):
        close_meeting(meeting=meeting, actor=cast.rosa)
    assert state(other) == "meeting" and waiting_cases(cast.northside, cast.cora) == [other]
    with pytest.raises(Refused, match="agreed on already"):
        take_off(meeting=meeting, item=item_of(meeting, case), actor=cast.cora)


def test_an_arbiters_free_place_becomes_the_meetings_and_goes_back(cast):
    case = a_discordant_case(cast, settled_by="either")
    assert waiting_cases(cast.northside, cast.cora) == [case]
    meeting = a_meeting(cast, case)
    assert state(case) == "meeting" and waiting_cases(cast.northside, cast.cora) == []
    take_off(meeting=meeting, item=item_of(meeting, case), actor=cast.cora)
    assert state(case) == "arbitration"
    nina = a_third_reader(cast)
    begin(case=case, user=nina)
    with pytest.raises(Refused, match="an arbiter has it"):
        put_on(meeting=meeting, cases=[case], actor=cast.cora)


def test_an_arbiters_case_is_no_meetings(cast):
    case = a_discordant_case(cast, settled_by="arbiter")
    assert waiting_cases(cast.northside, cast.cora) == []
    with pytest.raises(Refused, match="not to be settled in a meeting"):
        a_meeting(cast, case)
    agreeing = a_case(an_exam(cast.northside, cast.alice, pseudonym="P-FINE"), cast.alice)
    with pytest.raises(Refused, match="not to be settled in a meeting"):
        a_meeting(cast, agreeing)


def test_a_case_is_on_one_agenda_at_a_time(cast, case):
    a_meeting(cast, case)
    assert waiting_cases(cast.northside, cast.cora) == []
    with pytest.raises(Conflict, match="on an agenda already"):
        a_meeting(cast, case)
    assert Meeting.objects.count() == 1


def test_a_withdrawn_case_does_not_hold_the_meeting_up(cast, case):
    other = a_discordant_case(cast, at=1)
    meeting = a_meeting(cast, case, other)
    agree(meeting, case, cast.rosa)
    withdraw(case=other, actor=cast.alice, because="Sent twice")
    close_meeting(meeting=meeting, actor=cast.rosa)
    assert state(case) == "to-sign" and state(other) == "withdrawn"
    assert [entry.item.case for entry in agenda(meeting, cast.rosa)] == [case]


def test_minutes_are_versions_and_a_correction_keeps_what_was_there(cast, case):
    meeting = a_meeting(cast, case)
    agree(meeting, case, cast.rosa, text="A mass.\x00\x07\r\nSeen twice. ")
    item = item_of(meeting, case)
    [first] = item.minutes.all()
    assert first.text == "A mass.\nSeen twice." and first.digest == digest_of_minutes(first)
    assert keep_minutes(item=item, actor=cast.rufus, text=first.text, version=1) == first  # the same again is nothing
    with pytest.raises(Conflict, match="Rosa kept other minutes"):
        keep_minutes(item=item, actor=cast.rufus, text="Other words.", version=0)
    close_meeting(meeting=meeting, actor=cast.rosa)
    with pytest.raises(Refused, match="its chair corrects"):
        keep_minutes(item=item, actor=cast.rufus, text="Other words.", version=1, why="Wrong side.")
    with pytest.raises(Refused) as refused:
        keep_minutes(item=item, actor=cast.rosa, text="Other words.", version=1)
    assert list(refused.value.fields) == ["why"]
    second = keep_minutes(item=item, actor=cast.rosa, text="A mass, left.", version=1, why="The side was missing.")
    assert [each.version for each in item.minutes.all()] == [1, 2] and item.minutes.first().text == first.text
    noted = Event.objects.filter(verb="meeting.minutes").order_by("sequence")
    assert [event.detail["digest"] for event in noted] == [first.digest, second.digest]
    assert noted.last().detail["after_closing"] is True


@pytest.mark.parametrize("text", ["", "  ", "ab", "\x00" * 9, "x" * 4001])
def test_minutes_have_limits(cast, case, text):
    meeting = a_meeting(cast, case)
    item = item_of(meeting, case)
    open_item(meeting=meeting, item=item, actor=cast.rosa)
    item.refresh_from_db()
    with pytest.raises(Refused) as refused:
        keep_minutes(item=item, actor=cast.rosa, text=text, version=0)
    assert list(refused.value.fields) == ["text"]


def test_minutes_are_closed_to_who_was_not_there_until_the_report_is_signed(cast, case):
    nina = a_third_reader(cast)
    meeting = a_meeting(cast, case)
    agree(meeting, case, cast.rosa)
    item = item_of(meeting, case)
    assert [minutes_for(item, who) is not None for who in (cast.rosa, cast.rufus, nina, cast.cora)] == [
        True, True, False, False
    ]  # fmt: skip
    with pytest.raises(Refused, match="Who was there"):
        keep_minutes(item=item, actor=nina, text="I think so too.", version=1)


def test_another_chair_goes_on_with_a_draft_of_their_own_and_the_first_is_told(cast, case):
    meeting = a_meeting(cast, case)
    item = item_of(meeting, case)
    read = open_item(meeting=meeting, item=item, actor=cast.rosa)
    seat(meeting=meeting, actor=cast.cora, chair=cast.rufus, attendees=[cast.rosa])
    with pytest.raises(Conflict, match="Open it again from the meeting"):
        save_draft(read=read, version=0, data=suspicious())
    theirs = open_item(meeting=meeting, item=item, actor=cast.rufus)
    assert theirs != read and theirs.reader == cast.rufus
    with pytest.raises(Conflict, match="Rufus is reading it now"):
        save_draft(read=read, version=0, data=suspicious())
    with pytest.raises(Refused, match="The chair of the meeting does this"):
        open_item(meeting=meeting, item=item, actor=cast.rosa)


def test_what_the_first_chair_agreed_on_stays_theirs_to_sign(cast, case):
    meeting = a_meeting(cast, case)
    agree(meeting, case, cast.rosa)
    seat(meeting=meeting, actor=cast.cora, chair=cast.rufus, attendees=[cast.rosa])
    close_meeting(meeting=meeting, actor=cast.rufus)
    assert may_sign(case, cast.rosa) and not may_sign(case, cast.rufus)


def test_without_an_analysis_a_meeting_settles_as_well(cast):
    case = a_discordant_case(cast, run=False)
    meeting = a_meeting(cast, case)
    agree(meeting, case, cast.rosa, body=benign())
    close_meeting(meeting=meeting, actor=cast.rosa)
    assert state(case) == "to-sign" and compose(case, cast.rosa)["release"] is None


def test_a_closed_meeting_stays_as_it_is(cast, case):
    meeting = a_meeting(cast, case)
    agree(meeting, case, cast.rosa)
    close_meeting(meeting=meeting, actor=cast.rosa)
    for act in (
        lambda: close_meeting(meeting=meeting, actor=cast.rosa),
        lambda: put_on(meeting=meeting, cases=[case], actor=cast.cora),
        lambda: seat(meeting=meeting, actor=cast.cora, chair=cast.rosa, attendees=[cast.rufus]),
        lambda: open_item(meeting=meeting, item=item_of(meeting, case), actor=cast.rosa),
    ):
        with pytest.raises(Conflict, match="closed"):
            act()


def test_the_suggestion_opens_to_nobody_by_being_convened(cast):
    nina = a_third_reader(cast)
    case = a_discordant_case(cast, run=False)
    a_run(case.exam)
    a_meeting(cast, case, attendees=[cast.rosa, nina])
    assert not Run.objects.revealed_to(nina).exists() and not Run.objects.revealed_to(cast.rosa).exists()
