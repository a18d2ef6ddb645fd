"""Mails that something happened on a case: to whom it concerns, once, without a word of the patient or of what was said."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.cases.claims import claim
from portal.cases.incomplete import send_back
from portal.cases.models import Notice, Share
from portal.cases.notices import WORDS, send_notice, sweep_notices
from portal.cases.services import withdraw
from portal.cases.sharing import share
from portal.practices.options import MAILS
from portal.reading.comments import write_comment
from tests.portal.cases.story import a_case, an_exam

SECRETS = ("P-SECRET77", "RMLO", "left mass", "Is the left", "Wrong patient Jane", "Look at her axilla", "missing")


@pytest.fixture
def case(cast, monkeypatch):
    monkeypatch.setattr(send_notice, "apply_async", lambda args: send_notice.run(*args))
    cache.clear()
    cast.northside.settings = {"sharing": "clinician"}
    cast.northside.save(update_fields=["settings"])
    return a_case(an_exam(cast.northside, cast.alice, pseudonym="P-SECRET77"), cast.alice)


def sends_back(cast, case):
    claim(case=case, user=cast.rosa)
    send_back(case=case, actor=cast.rosa, views=["RMLO"])


def withdraws(cast, case):
    claim(case=case, user=cast.rosa)
    withdraw(case=case, actor=cast.cora, because="Wrong patient Jane")


def mentions(cast, case):
    write_comment(case=case, actor=cast.alice, text="Look at her axilla", mentions=[cast.rosa, cast.alice])


def shares(cast, case):
    ends_at = timezone.now() + timedelta(days=3)
    for to in ("charlie@example.org", "nobody@example.org"):
        share(case=case, actor=cast.alice, to=to, purpose="look", ends_at=ends_at)


ACTS = [
    (sends_back, "alice", "sent-back"), (withdraws, "rosa", "withdrawn"), (mentions, "rosa", "mention"),
    (shares, "charlie", "shared"),
]  # fmt: skip


@pytest.mark.parametrize("act, who, kind", ACTS)
def test_whom_it_concerns_is_told_once_and_nothing_of_the_patient(
    cast, case, act, who, kind, settings, django_capture_on_commit_callbacks
):
    settings.PUBLIC_URL = "https://overread.example"
    with django_capture_on_commit_callbacks(execute=True):
        act(cast, case)
    [letter] = mail.outbox
    assert letter.to == [f"{who}@example.org"]
    assert case.number in letter.body and f"https://overread.example/cases/{case.pk}/" in letter.body
    words = letter.subject + letter.body
    assert not [secret for secret in SECRETS if secret in words]
    send_notice.run(str(Notice.objects.get(kind=kind).pk))
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("act, who, kind", ACTS)
def test_who_has_switched_it_off_gets_none(cast, case, act, who, kind, django_capture_on_commit_callbacks):
    client = cast.client(who)
    kept = client.post("/account/mails/", {"wanted": [each for each in MAILS if each != kind]})
    assert kept.status_code == 302 and set(MAILS) == {*WORDS, "meeting"}
    with django_capture_on_commit_callbacks(execute=True):
        act(cast, case)
    assert mail.outbox == []
    assert Notice.objects.get(kind=kind).sent_at


def test_who_does_it_oneself_is_told_nothing(cast, case, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        claim(case=case, user=cast.rosa)
        withdraw(case=case, actor=cast.alice, because="Asked twice")
        write_comment(case=case, actor=cast.alice, text="I withdrew it.", mentions=[cast.alice])
    assert [letter.to for letter in mail.outbox] == [["rosa@example.org"]]


def test_a_guest_whose_time_is_over_before_the_mail_goes_gets_none(cast, case):
    shares(cast, case)
    Share.objects.update(ends_at=timezone.now())
    for pk in Notice.objects.values_list("pk", flat=True):
        send_notice.run(str(pk))
    assert mail.outbox == []


def test_a_mail_outlives_a_broker_and_a_mail_server_that_are_away(
    cast, case, monkeypatch, django_capture_on_commit_callbacks
):
    def away(*_, **__):
        raise OperationalError("no broker")

    monkeypatch.setattr(send_notice, "apply_async", away)
    monkeypatch.setattr(send_notice, "delay", send_notice.run)
    with django_capture_on_commit_callbacks(execute=True):
        mentions(cast, case)
    with monkeypatch.context() as down:
        down.setattr("portal.cases.notices.send_mail", lambda *_: (_ for _ in ()).throw(OSError("no mail server")))
        with pytest.raises(OSError, match="no mail server"):
            sweep_notices.run()
    sweep_notices.run()  # tried a moment ago: not yet again
    assert mail.outbox == []
    Notice.objects.update(tried_at=timezone.now() - timedelta(minutes=11))
    sweep_notices.run()
    sweep_notices.run()
    assert [letter.to for letter in mail.outbox] == [["rosa@example.org"]]


def test_a_kind_that_is_none_is_refused(cast):
    answer = cast.client("rosa").post("/account/mails/", {"wanted": ["everything"]})
    cast.rosa.refresh_from_db()
    assert answer.status_code == 400 and cast.rosa.muted == []
