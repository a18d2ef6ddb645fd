"""Many exams in one request: all their cases or none, and each one's state and result."""

import pytest

from portal.audit.models import Event
from portal.batches.models import Batch
from portal.cases.models import Case
from portal.practices.models import Membership
from portal.reading.services.decide import confirm
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.portal.cases.story import a_case, a_locked_read, an_exam, benign, send


@pytest.fixture
def exams(cast):
    return [an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}") for at in range(3)]


def asked(exams, **more):
    return {"name": "March screening", "exams": [str(exam.pk) for exam in exams], "question": "Second opinion?", **more}


def test_a_batch_opens_a_case_for_each_exam_and_reports_each_result(cast, exams, django_capture_on_commit_callbacks):
    alice = cast.client("alice")
    answer = send(alice, "post", "/api/v1/batches/", asked(exams, urgency="soon"))
    assert answer.status_code == 201 and answer.json()["total"] == 3
    assert Case.objects.filter(urgency="soon").count() == 3
    case = Case.objects.get(exam=exams[0])
    read = a_locked_read(case, cast.rosa, benign())
    reveal(read=read, actor=cast.rosa, without=True)
    confirm(read=read, actor=cast.rosa)
    report = sign(case=case, actor=cast.rosa, text="Both breasts benign.")
    shown = alice.get(f"/api/v1/batches/{answer.json()['id']}/").json()
    assert shown["signed"] == 1
    assert [item["state"] for item in shown["items"]] == ["signed", "unread", "unread"]
    first = shown["items"][0]["result"]
    assert first["text"] == "Both breasts benign." and first["categories"] == {"R": "1", "L": "2"}
    assert first["digest"] == report.digest and shown["items"][1]["result"] is None
    assert Event.objects.get(verb="batch.opened").detail == {"exams": 3}
    alice.get(f"/batches/{answer.json()['id']}/")
    seen = Event.objects.filter(verb="batch.results-viewed", actor_id=str(cast.alice.pk))
    assert [event.detail for event in seen] == [{"results": 1}]
    Membership.objects.create(user=cast.alice, practice=cast.northside, role="reader")
    sealed = alice.get(f"/api/v1/batches/{answer.json()['id']}/").json()
    assert sealed["items"][0]["result"] is None  # somebody who may yet read it blind opens the report first


def test_one_exam_that_cannot_have_a_case_stops_the_whole_batch_with_the_reason(cast, exams):
    running = a_case(exams[1], cast.alice)
    answer = send(cast.client("alice"), "post", "/api/v1/batches/", asked(exams))
    assert answer.status_code == 400 and running.number in answer.json()["errors"]["exams"][0]
    assert Batch.objects.count() == 0 and Case.objects.count() == 1
    late = send(cast.client("alice"), "post", "/api/v1/batches/", asked(exams, due_at="2001-01-01T10:00:00Z"))
    assert late.status_code == 400 and list(late.json()["errors"]) == ["due_at"]


@pytest.mark.parametrize("who, code", [("alice", 201), ("cora", 201), ("rosa", 400), ("charlie", 400), (None, 401)])
def test_only_those_who_hand_in_or_coordinate_open_a_batch(cast, exams, who, code):
    assert send(cast.client(who), "post", "/api/v1/batches/", asked(exams)).status_code == code
    assert Batch.objects.exists() == (code == 201)


@pytest.mark.parametrize("who, code", [("alice", 200), ("cora", 200), ("rosa", 404), ("charlie", 404)])
def test_a_batch_is_seen_by_those_who_hand_in_or_coordinate(cast, exams, who, code):
    made = send(cast.client("alice"), "post", "/api/v1/batches/", asked(exams)).json()
    assert cast.client(who).get(f"/api/v1/batches/{made['id']}/").status_code == code


def test_the_pages_offer_free_exams_and_show_progress(cast, exams):
    alice = cast.client("alice")
    a_case(exams[2], cast.alice)
    form = alice.get("/batches/new/").content.decode()
    assert str(exams[0].pk) in form and str(exams[2].pk) not in form
    refused = alice.post("/batches/new/", {"name": "x", "question": "Why?", "urgency": "routine"})
    assert refused.status_code == 400 and "Choose at least one exam." in refused.content.decode()
    data = {"name": "Two", "question": "Why now?", "urgency": "routine", "exams": [str(e.pk) for e in exams[:2]]}
    page = alice.post("/batches/new/", data, follow=True).content.decode()
    assert "0 of 2 signed" in page
    assert "Two" in alice.get("/batches/").content.decode()
