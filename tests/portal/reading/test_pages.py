"""Every page renders for those it is for, and the next action is on it."""

import pytest

from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, send, suspicious


@pytest.fixture
def case(cast):
    exam = an_exam(cast.northside, cast.alice)
    a_run(exam)
    return a_case(exam, cast.alice, first_opinion={"category": {"L": "2"}, "recall": False})


def page(client, url, code=200):
    answer = client.get(url)
    assert answer.status_code == code
    return answer.content.decode()


def test_the_panel_leads_a_reader_through_every_step(cast, case):
    rosa = cast.client("rosa")
    assert rosa.post(f"/cases/{case.pk}/read/").url == f"/cases/{case.pk}/view/"
    read = case.reads.get()
    assert 'data-panel="draft"' in page(rosa, f"/reads/{read.pk}/panel/")
    a_locked_read(case, cast.rosa, benign())
    assert 'data-act="reveal"' in page(rosa, f"/reads/{read.pk}/panel/")
    send(rosa, "post", f"/api/v1/reads/{read.pk}/reveal/")
    shown = page(rosa, f"/reads/{read.pk}/panel/")
    assert "Discordant with the suggestion" in shown and 'data-act="confirm"' in shown
    send(rosa, "post", f"/api/v1/reads/{read.pk}/confirm/")
    assert "Write and sign the report" in page(rosa, f"/reads/{read.pk}/panel/")


def test_the_window_for_another_monitor_has_the_images_and_no_form(cast, case):
    rosa = cast.client("rosa")
    rosa.post(f"/cases/{case.pk}/read/")
    both = [page(rosa, f"/cases/{case.pk}/view/{window}") for window in ("", "?window=2")]
    assert ['id="read-form"' in one for one in both] == [True, False]
    assert ["src/read/main" in one or "read-panel" in one for one in both] == [True, False]
    assert all("manifest/" in one for one in both)
    page(cast.client("charlie"), f"/cases/{case.pk}/view/?window=2", code=404)


def test_the_case_page_says_what_each_person_does_next(cast, case):
    assert "Waiting in the pool for a reader" in page(cast.client("alice"), f"/cases/{case.pk}/")
    assert "Read this case" in page(cast.client("rosa"), f"/cases/{case.pk}/")
    cast.client("rosa").post(f"/cases/{case.pk}/read/")
    assert "Go on reading" in page(cast.client("rosa"), f"/cases/{case.pk}/")
    assert "Rosa is reading this case" in page(cast.client("rufus"), f"/cases/{case.pk}/")
    assert "Give back to the pool" in page(cast.client("cora"), f"/cases/{case.pk}/")
    page(cast.client("charlie"), f"/cases/{case.pk}/", 404)


def test_a_second_reader_is_told_who_was_first(cast, case):
    cast.client("rosa").post(f"/cases/{case.pk}/read/")
    told = cast.client("rufus").post(f"/cases/{case.pk}/read/", follow=True).content.decode()
    assert "Rosa is reading this case. Take another from the worklist." in told


@pytest.mark.parametrize("who, words", [("alice", "My cases"), ("rosa", "Pool"), ("cora", "All open")])
def test_the_worklist_has_the_tabs_of_the_role(cast, case, who, words):
    shown = page(cast.client(who), "/cases/")
    assert words in shown


def test_the_pool_shows_the_case_until_somebody_takes_it(cast, case):
    assert case.number in page(cast.client("rosa"), "/cases/?tab=pool")
    cast.client("rosa").post(f"/cases/{case.pk}/read/")
    assert case.number not in page(cast.client("rufus"), "/cases/?tab=pool")
    assert case.number in page(cast.client("rosa"), "/cases/?tab=mine")
    assert case.number not in page(cast.client("charlie"), "/cases/?tab=pool")


def test_arbitration_goes_to_another_reader_and_ends_in_their_report(cast, case, django_capture_on_commit_callbacks):
    rosa, rufus = cast.client("rosa"), cast.client("rufus")
    read = a_locked_read(case, cast.rosa, suspicious())
    send(rosa, "post", f"/api/v1/reads/{read.pk}/reveal/")
    send(rosa, "post", f"/api/v1/reads/{read.pk}/confirm/")
    assert "Arbitrate this case" in page(rufus, f"/cases/{case.pk}/")
    assert "Arbitrate this case" not in page(rosa, f"/cases/{case.pk}/")
    rufus.post(f"/cases/{case.pk}/read/")
    assert "The suggestion is open while you read" in page(rufus, f"/reads/{case.reads.get(place='arbiter').pk}/panel/")
    a_locked_read(case, cast.rufus, suspicious())
    assert rosa.get(f"/cases/{case.pk}/report/").status_code == 302
    edit = page(rufus, f"/cases/{case.pk}/report/")
    assert "1. Mass: left breast, upper outer, 12 mm" in edit


def test_the_arbiter_drafts_with_every_opinion_open_beside_the_form(cast, case):
    read = a_locked_read(case, cast.rosa, suspicious())
    send(cast.client("rosa"), "post", f"/api/v1/reads/{read.pk}/reveal/")
    send(cast.client("rosa"), "post", f"/api/v1/reads/{read.pk}/confirm/")
    cast.client("rufus").post(f"/cases/{case.pk}/read/")
    shown = page(cast.client("rufus"), f"/reads/{case.reads.get(place='arbiter').pk}/panel/")
    for words in ("First opinion", "Rosa", "test-release 1.2.3", "Reader recalls, First opinion does not."):
        assert words in shown
    assert "Rosa" not in page(cast.client("rufus"), "/cases/?tab=arbitration")
