"""Auditors and admins search their practice's trail, take it out and check it; each of that is told too."""

import csv
import io

import pytest
from django.db import connection, transaction

from portal.audit import names, triggers
from portal.audit.chain import digest_of
from portal.audit.models import Event
from portal.audit.services import record

CASE = "5c3f9d6e-0000-4000-8000-000000000001"
WOMAN = "5c3f9d6e-0000-4000-8000-000000000002"


@pytest.fixture
def told(cast):
    """Rosa looked at an image, Alice was refused one, Charlie's practice has an event of its own."""
    with transaction.atomic():
        here = {"practice_id": cast.northside.pk, "case_id": CASE, "patient_id": WOMAN}
        record(verb="image.viewed", actor=cast.rosa, **here, detail={"frame": 1})
        record(verb="exam.refused", actor=cast.alice, practice_id=cast.northside.pk, outcome="refused")
        record(verb="image.viewed", actor=cast.charlie, practice_id=cast.southside.pk)
    return cast


@pytest.fixture
def named(monkeypatch):
    """What the apps above register: how a case number is found and said."""
    monkeypatch.setattr(names, "_known", {})
    names.register(
        "case_id",
        find=lambda practice, words: CASE if words.upper() == "C-8KQ2MN7F" else None,
        label=lambda practice, ids: {CASE: "C-8KQ2MN7F"},
    )


def acts(client, **query):
    page = client.get("/audit/", query)
    return [line.event.verb for line in page.context["lines"] if not line.event.verb.startswith("session")]


@pytest.mark.parametrize("who, code", [("otto", 200), ("ada", 200), ("rosa", 403), ("charlie", 403), (None, 302)])
@pytest.mark.parametrize("path", ["/audit/", "/audit/export.csv"])
def test_the_trail_is_for_auditors_and_admins(told, who, code, path):
    assert told.client(who).get(path).status_code == code


def test_a_practice_sees_its_own_chain_alone(told):
    assert acts(told.client("otto")) == ["exam.refused", "image.viewed"]


@pytest.mark.parametrize(
    "query, found",
    [
        ({"about": CASE}, ["image.viewed"]),
        ({"about": "c-8kq2mn7f"}, ["image.viewed"]),
        ({"about": "C-NOTTHERE"}, []),
        ({"about": WOMAN.upper()}, ["image.viewed"]),
        ({"outcome": "refused"}, ["exam.refused"]),
        ({"verb": "image.viewed"}, ["image.viewed"]),
        ({"q": "alice"}, ["exam.refused"]),
        ({"q": "image viewed"}, ["image.viewed"]),
        ({"since": "2000-01-01", "until": "2000-01-02"}, []),
        ({"since": "2000-01-01"}, ["exam.refused", "image.viewed"]),
        ({"since": "yesterday"}, []),
    ],
)
def test_each_filter_narrows_the_trail(told, named, query, found):
    assert acts(told.client("otto"), **query) == found


def test_a_person_is_chosen_by_name(told):
    assert acts(told.client("otto"), person=str(told.rosa.pk)) == ["image.viewed"]


def test_the_page_says_the_case_number_and_not_the_identifier(told, named):
    page = told.client("otto").get("/audit/").content.decode()
    assert 'case <span class="code">C-8KQ2MN7F</span>' in page


def test_a_refused_act_is_marked(told):
    assert '<span class="state state-failed">Exam refused</span>' in told.client("otto").get("/audit/").content.decode()


def test_a_long_trail_comes_in_pages(told):
    with transaction.atomic():
        for _ in range(60):
            record(verb="image.viewed", actor=told.rosa, practice_id=told.northside.pk)
    client = told.client("otto")
    assert len(client.get("/audit/").context["lines"]) == 50
    assert 0 < len(client.get("/audit/", {"page": 2}).context["lines"]) <= 50


def test_the_export_holds_what_was_searched_and_is_itself_told(told):
    answer = told.client("otto").get("/audit/export.csv", {"verb": "image.viewed"})
    assert answer["Cache-Control"] == "no-store, private"
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))
    assert [(row["verb"], row["case_id"], row["actor_name"]) for row in rows] == [
        ("image.viewed", CASE, "rosa@example.org")
    ]
    assert Event.objects.get(verb="trail.exported").detail == {"filters": ["verb"]}


def test_the_exported_columns_are_those_that_the_digest_covers(told):
    answer = told.client("otto").get("/audit/export.csv", {"verb": "image.viewed"})
    [row] = csv.DictReader(io.StringIO(b"".join(answer).decode()))
    event = Event.objects.get(pk=Event.objects.filter(verb="image.viewed", chain=str(told.northside.pk)).get().pk)
    assert row["digest"] == event.digest == digest_of(event)


def test_a_cell_that_a_spreadsheet_would_run_is_defused(told):
    with transaction.atomic():
        record(verb="=cmd()", actor=told.rosa, practice_id=told.northside.pk)
    text = b"".join(told.client("otto").get("/audit/export.csv")).decode()
    assert "'=cmd()" in text


def test_a_whole_chain_is_said_to_hold(told):
    page = told.client("otto").post("/audit/check/", follow=True).content.decode()
    assert "The chain holds" in page
    assert Event.objects.get(verb="trail.checked").detail["whole"] is True


def test_a_tampered_chain_is_named_on_the_page(told):
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor_name = 'mallory' WHERE verb = 'image.viewed'")
    triggers.create(connection)
    page = told.client("otto").post("/audit/check/", follow=True).content.decode()
    assert "The chain is broken at link 1" in page


@pytest.mark.parametrize("who, code", [("otto", 200), ("ada", 200), ("rosa", 403), ("charlie", 403), (None, 401)])
def test_the_api_serves_the_trail_to_auditors(told, who, code):
    answer = told.client(who).get("/api/v1/events/", {"case": CASE})
    assert answer.status_code == code
    assert code != 200 or [event["verb"] for event in answer.json()["results"]] == ["image.viewed"]


def test_the_api_takes_a_token_with_the_audit_scope_alone(told, token_of):
    def code(scope):
        bearer = {"Authorization": f"Bearer {token_of('otto', scope)}"}
        return told.client(None).get("/api/v1/events/", headers=bearer).status_code

    assert (code("audit:read"), code("exams:read")) == (200, 403)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_changes_nothing(told, method):
    assert getattr(told.client("otto"), method)("/api/v1/events/").status_code == 405
