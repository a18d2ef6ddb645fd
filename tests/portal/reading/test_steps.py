"""Each step of a read: when it is refused, with what sentence, and what two windows at once do."""

import pytest
from django.utils import translation

from portal.analysis.models import Reveal, Run
from portal.analysis.phrases import SPENT
from portal.audit.models import Event
from portal.base.errors import Conflict
from portal.reading.models import Read
from portal.reading.services.draft import begin
from portal.reading.services.reveal import reveal
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, send, suspicious


@pytest.fixture
def exam(cast):
    return an_exam(cast.northside, cast.alice)


@pytest.fixture
def case(cast, exam):
    return a_case(exam, cast.alice)


def url(read, step=""):
    return f"/api/v1/reads/{read.pk}/{step}"


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_the_reveal_waits_for_the_analysis(cast, case, state):
    a_run(case.exam, state)
    read = a_locked_read(case, cast.rosa, benign())
    answer = send(cast.client("rosa"), "post", url(read, "reveal/"), {"without": True})
    assert answer.status_code == 409 and "still running" in answer.json()["detail"]
    assert Read.objects.get().revealed_at is None


@pytest.mark.parametrize("state, words", [("failed", "Out of memory."), (None, "no analysis of this exam")])
def test_without_an_analysis_the_reader_is_asked_before_going_on(cast, case, state, words):
    if state:
        a_run(case.exam, state)
    read = a_locked_read(case, cast.rosa, benign())
    rosa = cast.client("rosa")
    answer = send(rosa, "post", url(read, "reveal/"))
    assert answer.status_code == 409 and answer.json()["code"] == "no-analysis" and words in answer.json()["detail"]
    assert send(rosa, "post", url(read, "reveal/"), {"without": True}).json()["suggestion"] is False
    assert Event.objects.get(verb="read.revealed").detail["suggestion"] is False
    assert Reveal.objects.count() == 0
    assert send(rosa, "post", url(read, "confirm/")).json()["decision"]["kind"] == "confirmed"


def test_why_an_analysis_failed_is_said_in_the_readers_language(cast, case):
    run = a_run(case.exam, "failed")
    why = SPENT.format(attempts=3)
    Run.objects.filter(pk=run.pk).update(failed_because=why)
    read = a_locked_read(case, cast.rosa, benign())
    with translation.override("de"), pytest.raises(Conflict) as refused:
        reveal(read=read, actor=cast.rosa)
    assert "3" in refused.value.say
    assert not any(words in refused.value.say for words in (why, "Ask for it again", "Go on without"))


def test_two_windows_at_once_lose_nothing(cast, case):
    read = begin(case=case, user=cast.rosa)
    rosa = cast.client("rosa")
    assert send(rosa, "put", url(read, "draft/"), {"version": 0, "body": benign()}).json()["version"] == 1
    second = send(rosa, "put", url(read, "draft/"), {"version": 0, "body": suspicious()})
    assert second.status_code == 409
    assert second.json()["version"] == 1 and second.json()["body"] == benign()
    assert send(rosa, "post", url(read, "lock/"), {"version": 0}).status_code == 409
    assert Read.objects.get().body == benign() and Read.objects.get().locked_at is None


def test_a_saved_draft_names_each_rule_that_keeps_it_from_being_locked(cast, case):
    read = begin(case=case, user=cast.rosa)
    rosa = cast.client("rosa")
    kept = send(rosa, "put", url(read, "draft/"), {"version": 0, "body": {**benign(), "density": None}}).json()
    assert kept["broken"] == {"density": ["Choose the breast density, A to D."]}
    kept = send(rosa, "put", url(read, "draft/"), {"version": 1, "body": benign()}).json()
    assert (kept["version"], kept["broken"]) == (2, {})


def test_a_lock_names_each_broken_rule_and_changes_nothing(cast, case):
    read = begin(case=case, user=cast.rosa)
    answer = send(cast.client("rosa"), "post", url(read, "lock/"), {"version": 0})
    assert answer.status_code == 400
    assert {"density", "breasts.L", "breasts.R", "recall", "management"} <= set(answer.json()["errors"])
    assert Read.objects.get().locked_at is None and not Event.objects.filter(verb="read.locked").exists()


def test_a_locked_read_takes_no_draft_and_locking_again_changes_nothing(cast, case):
    read = a_locked_read(case, cast.rosa, benign())
    rosa = cast.client("rosa")
    refused = send(rosa, "put", url(read, "draft/"), {"version": 1, "body": suspicious()})
    assert refused.status_code == 400 and "amendment" in refused.json()["detail"]
    again = send(rosa, "post", url(read, "lock/"), {"version": 1}).json()
    assert again["digest"] == read.digest
    assert Event.objects.filter(verb="read.locked").count() == 1


@pytest.mark.parametrize("step, body", [("confirm/", {}), ("amend/", {"reason": "Looked again", "body": suspicious()})])
def test_nothing_is_decided_before_the_reveal(cast, case, step, body):
    a_run(case.exam)
    read = a_locked_read(case, cast.rosa, benign())
    answer = send(cast.client("rosa"), "post", url(read, step), body)
    assert answer.status_code == 400 and "Open the suggestion first" in answer.json()["detail"]


def test_an_amendment_obeys_the_same_rules(cast, case):
    a_run(case.exam)
    read = a_locked_read(case, cast.rosa, benign())
    rosa = cast.client("rosa")
    send(rosa, "post", url(read, "reveal/"))
    broken = {**suspicious(), "findings": []}
    answer = send(rosa, "post", url(read, "amend/"), {"reason": "Looked again", "body": broken})
    assert answer.status_code == 400 and "breasts.L" in answer.json()["errors"]
    send(rosa, "post", url(read, "confirm/"))
    late = send(rosa, "post", url(read, "amend/"), {"reason": "Looked again", "body": suspicious()})
    assert late.status_code == 400 and "already decided" in late.json()["detail"]


def test_concurrent_reading_opens_the_suggestion_at_once_and_the_trail_says_so(cast, exam):
    a_run(exam)
    case = a_case(exam, cast.alice, protocol="concurrent")
    begin(case=case, user=cast.rosa)
    assert Reveal.objects.get().why == "first-reader"
    assert Event.objects.get(verb="read.begun").detail["blind"] is False
    read = a_locked_read(case, cast.rosa, benign())
    shown = cast.client("rosa").get(url(read)).json()
    assert shown["state"] == "closed" and shown["decision"]["kind"] == "with-suggestion-open"


def test_a_mark_must_lie_on_an_image_of_the_exam(cast, case):
    other = an_exam(cast.northside, cast.alice, pseudonym="P-OTHER").images.first()
    read = begin(case=case, user=cast.rosa)
    for image, code in ((case.exam.images.first(), 200), (other, 400)):
        body = suspicious()
        body["findings"][0]["marks"] = [{"id": "k1", "image": str(image.pk), "tool": "point", "points": [[1.5, 2]]}]
        read.refresh_from_db()
        answer = send(cast.client("rosa"), "put", url(read, "draft/"), {"version": read.version, "body": body})
        assert answer.status_code == code


@pytest.mark.parametrize("sent", ["", "[]", "null", '{"version": "x"}', '{"version": 0, "body": 7}', "{"])
def test_odd_bodies_are_refused_not_a_crash(cast, case, sent):
    read = begin(case=case, user=cast.rosa)
    for step in ("draft/", "lock/", "amend/", "reveal/"):
        method = cast.client("rosa").put if step == "draft/" else cast.client("rosa").post
        assert method(url(read, step), sent, content_type="application/json").status_code == 400
