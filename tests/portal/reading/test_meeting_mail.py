"""Mails to who is asked to a consensus meeting, and what is told of each case where its agenda is made."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from portal.practices.models import Membership
from portal.reading.agenda_lines import lines_of
from portal.reading.meeting_mail import send_summons, sweep_summonses
from portal.reading.models import Summons
from portal.reading.selectors import reads_to_settle, visible_reads
from portal.reading.services.convene import convene, seat
from portal.reading.services.meet import open_item
from tests.portal.reading.meeting_story import a_discordant_case, a_meeting, a_third_reader

SECRETS = ("P-MEET", "Is the left mass", "mass", "4C", "C-")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(send_summons, "apply_async", lambda args: send_summons.run(*args))
    cache.clear()


def letters():
    return {letter.to[0]: letter for letter in mail.outbox}


def test_chair_and_attendees_are_told_when_it_is_and_nothing_of_a_patient(
    cast, settings, django_capture_on_commit_callbacks
):
    settings.PUBLIC_URL = "https://overread.example"
    with django_capture_on_commit_callbacks(execute=True):
        meeting = a_meeting(cast, a_discordant_case(cast))
    told = letters()
    assert set(told) == {"rosa@example.org", "rufus@example.org"}
    assert "You have the chair." in told["rosa@example.org"].body
    assert "Rosa has the chair." in told["rufus@example.org"].body
    for letter in told.values():
        words = letter.subject + letter.body
        assert f"{timezone.localtime(meeting.at):%Y-%m-%d %H:%M}" in letter.subject
        assert f"https://overread.example/meetings/{meeting.pk}/" in words
        assert not [secret for secret in SECRETS if secret in words]
    send_summons.run(str(Summons.objects.first().pk))
    assert len(mail.outbox) == 2


def test_who_convenes_is_told_nothing_and_who_is_seated_later_is(cast, django_capture_on_commit_callbacks):
    nina = a_third_reader(cast)
    with django_capture_on_commit_callbacks(execute=True):
        meeting = convene(
            practice=cast.northside, actor=cast.rosa, at=timezone.now() + timedelta(hours=1), chair=cast.rosa,
            attendees=[cast.rufus],
        )  # fmt: skip
        seat(meeting=meeting, actor=cast.rosa, chair=cast.rosa, attendees=[cast.rufus, nina])
    assert [letter.to for letter in mail.outbox] == [["rufus@example.org"], ["nina@example.org"]]


def test_who_has_switched_it_off_or_is_asked_no_more_gets_none(cast, django_capture_on_commit_callbacks):
    wanted = ["sent-back", "withdrawn", "mention", "shared"]
    assert cast.client("rufus").post("/account/mails/", {"wanted": wanted}).status_code == 302
    meeting = a_meeting(cast)
    Membership.objects.filter(user=cast.rosa).delete()
    with django_capture_on_commit_callbacks(execute=True):
        for pk in Summons.objects.filter(meeting=meeting).values_list("pk", flat=True):
            send_summons.run(str(pk))
    assert mail.outbox == [] and not Summons.objects.filter(sent_at=None).exists()


def test_a_mail_outlives_a_mail_server_that_is_away(cast, monkeypatch):
    monkeypatch.setattr(send_summons, "delay", send_summons.run)
    a_meeting(cast)
    with monkeypatch.context() as down:
        down.setattr("portal.reading.meeting_mail.send_mail", lambda *_: (_ for _ in ()).throw(OSError("away")))
        with pytest.raises(OSError, match="away"):
            sweep_summonses.run()
    Summons.objects.update(tried_at=timezone.now() - timedelta(minutes=11))
    sweep_summonses.run()
    assert set(letters()) == {"rosa@example.org", "rufus@example.org"}


def test_the_choice_shows_whose_exam_what_is_asked_when_it_is_due_and_only_open_opinions(cast):
    due = timezone.now() + timedelta(days=3)
    case = a_discordant_case(cast)
    case.due_at, case.first_opinion = due, {"category": {"L": "2", "R": "1"}, "recall": False}
    case.save(update_fields=["due_at", "first_opinion"])
    page = {who: cast.client(who).get("/meetings/new/").content.decode() for who in ("rosa", "rufus", "cora")}
    for shown in page.values():
        for words in ("P-MEET0000", "Is the left mass new?", f"due {timezone.localtime(due):%Y-%m-%d %H:%M}"):
            assert words in shown
        assert "First opinion: right 1, left 2, no recall" in shown
    own = {"rosa": "Reader: right", "rufus": "Second reader: right"}
    seen = {who: [words for words in own.values() if words in shown] for who, shown in page.items()}
    assert seen == {"rosa": [own["rosa"]], "rufus": [own["rufus"]], "cora": []}


def test_what_is_shown_of_many_cases_is_what_is_shown_of_each(cast):
    nina = a_third_reader(cast)
    cases = [a_discordant_case(cast, at=at) for at in range(2)]
    meeting = a_meeting(cast, cases[0], attendees=[cast.rosa, cast.rufus, nina])
    open_item(meeting=meeting, item=meeting.agenda.get(), actor=cast.rosa)
    for who in (cast.rosa, cast.rufus, nina, cast.cora):
        each = {read.pk for case in cases for read in visible_reads(case, who) if read.locked_at}
        assert {read.pk for read in reads_to_settle([case.pk for case in cases], who)} == each
    assert len(lines_of(cases, nina)[cases[0].pk].said) == 2 and lines_of(cases, nina)[cases[1].pk].said == []
