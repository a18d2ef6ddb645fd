"""The whole way of a read through the API: claim, draft, lock, reveal, confirm."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.audit.models import Event
from portal.cases.models import Case
from portal.reading.body import digest_of
from portal.reading.models import Read
from tests.portal.cases.story import a_case, a_run, an_exam, benign, send, suspicious


@pytest.fixture
def case(cast):
    exam = an_exam(cast.northside, cast.alice)
    a_run(exam)
    return a_case(exam, cast.alice, first_opinion={"category": {"L": "2", "R": "1"}, "recall": False})


def state(case):
    return Case.objects.with_state().get(pk=case.pk).state


def test_a_reader_goes_from_the_pool_to_a_decision_and_the_trail_holds_every_step(cast, case):
    rosa = cast.client("rosa")
    assert state(case) == "unread"
    read = send(rosa, "post", "/api/v1/reads/", {"case": str(case.pk)}).json()
    url = f"/api/v1/reads/{read['id']}/"
    assert read["state"] == "draft" and state(case) == "being-read"
    assert send(rosa, "put", url + "draft/", {"version": 0, "body": benign()}).json()["version"] == 1
    locked = send(rosa, "post", url + "lock/", {"version": 1}).json()
    assert locked["state"] == "locked" and locked["digest"] == digest_of(benign())
    assert state(case) == "locked"
    assert send(rosa, "post", url + "reveal/").json()["suggestion"] is True
    closed = send(rosa, "post", url + "confirm/").json()
    assert closed["decision"]["kind"] == "confirmed" and state(case) == "to-sign"
    verbs = list(Event.objects.filter(case_id=str(case.pk)).order_by("sequence").values_list("verb", flat=True))
    assert verbs == [
        "case.opened", "case.claimed", "read.begun", "read.locked", "suggestion.revealed", "read.revealed",
        "read.confirmed", "case.agreed",
    ]  # fmt: skip
    locked_event = Event.objects.get(verb="read.locked")
    assert locked_event.detail["digest"] == locked["digest"]


def test_an_amendment_is_kept_beside_the_locked_read_with_its_direction(cast, case):
    rosa = cast.client("rosa")
    url = f"/api/v1/reads/{send(rosa, 'post', '/api/v1/reads/', {'case': str(case.pk)}).json()['id']}/"
    send(rosa, "put", url + "draft/", {"version": 0, "body": benign()})
    send(rosa, "post", url + "lock/", {"version": 1})
    send(rosa, "post", url + "reveal/")
    refused = send(rosa, "post", url + "amend/", {"reason": "x", "body": suspicious()})
    assert refused.status_code == 400 and "reason" in refused.json()["errors"]
    same = send(rosa, "post", url + "amend/", {"reason": "Looked again", "body": benign()})
    assert same.status_code == 400 and "confirm" in same.json()["detail"]
    amended = send(rosa, "post", url + "amend/", {"reason": "The mass is real", "body": suspicious()}).json()
    assert amended["body"] == benign()
    kept = {row["field"]: row["direction"] for row in amended["decision"]["changes"]}
    assert kept["breasts.L"] == "up" and kept["recall"] == "up" and kept["findings.m1"] == "up"
    read = Read.objects.get()
    assert read.final_body == suspicious() and read.digest == digest_of(benign())
    assert state(case) == "arbitration"  # the first opinion said no recall


@pytest.mark.parametrize("step, verb", [("confirm", "read.confirmed"), ("amend", "read.amended")])
def test_the_trail_holds_how_long_the_read_took_and_how_long_the_decision(cast, case, step, verb):
    rosa, now = cast.client("rosa"), timezone.now()
    url = f"/api/v1/reads/{send(rosa, 'post', '/api/v1/reads/', {'case': str(case.pk)}).json()['id']}/"
    send(rosa, "put", url + "draft/", {"version": 0, "body": benign()})
    Read.objects.update(started_at=now - timedelta(minutes=10))
    send(rosa, "post", url + "lock/", {"version": 1})
    Read.objects.update(locked_at=now - timedelta(minutes=4))
    send(rosa, "post", url + "reveal/")
    Read.objects.update(revealed_at=now - timedelta(minutes=3))
    decided = {"reason": "The mass is real", "body": suspicious()} if step == "amend" else {}
    assert send(rosa, "post", url + f"{step}/", decided).status_code == 200
    told = {each.verb: each.detail for each in Event.objects.filter(verb__startswith="read.")}
    within = range(60)  # of a slow machine
    assert told["read.locked"]["seconds"] - 600 in within
    assert told["read.revealed"]["seconds_after_lock"] - 240 in within
    assert told[verb]["seconds_after_reveal"] - 180 in within
    assert (told[verb].get("changes", {}).get("breasts.L") == "up") is (step == "amend")
