"""Keys, displays and the check of a display follow their person to every browser, and no further."""

import json
import re

import pytest
from django.test import Client

from portal.audit.models import Event

pytestmark = pytest.mark.django_db
DISPLAY = {"name": "Reading room, left", "size": "2048x2560", "per_mm": 6.06}
SEEN = {
    "name": "Reading room, left", "size": "2048x2560", "ratio": 1, "steps": 18, "dark_square": True, "bright_square": True,
    "letters": [7, 8, 6], "smooth": True,
}  # fmt: skip


def patch(cast, who, **settings):
    return cast.client(who).patch("/api/v1/desk/", json.dumps(settings), content_type="application/json")


def check(cast, who, **changed):
    return cast.client(who).post(
        "/api/v1/desk/checks/", json.dumps({**SEEN, **changed}), content_type="application/json"
    )


def test_what_one_keeps_is_ones_own_and_what_is_not_named_stays(cast):
    assert cast.client("rosa").get("/api/v1/desk/").json() == {}
    patch(cast, "rosa", keys={"invert": ["j"]}, single_keys=False)
    kept = patch(cast, "rosa", start="cc:over", display=DISPLAY).json()
    assert (kept["keys"], kept["single_keys"], kept["start"]) == ({"invert": ["j"]}, False, "cc:over")
    assert kept["displays"]["Reading room, left"]["per_mm"] == 6.06
    assert "single_keys" not in patch(cast, "rosa", single_keys=None).json()
    assert patch(cast, "rosa", forget_display="Reading room, left").json()["displays"] == {}
    assert cast.client("rufus").get("/api/v1/desk/").json() == {}


def test_the_page_of_the_viewer_carries_it(cast):
    from tests.portal.viewer.filing import file_exam

    patch(cast, "rosa", keys={"invert": ["j"]})
    page = cast.client("rosa").get(f"/exams/{file_exam(cast.northside).pk}/view/").content.decode()
    assert '<script id="viewer-own" type="application/json">{"keys": {"invert": ["j"]}' in page
    assert 'data-desk-url="/api/v1/desk/"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"keys": {"invert": "j"}}, {"keys": {"x" * 41: ["j"]}}, {"keys": {f"k{n}": [] for n in range(201)}}, {"start": "<b>"},
        {"lens": 9000}, {"display": {**DISPLAY, "per_mm": 0}}, {"display": {**DISPLAY, "size": "wide"}},
    ],
)  # fmt: skip
def test_what_is_not_a_setting_is_refused_and_nothing_changes(cast, wrong):
    assert patch(cast, "rosa", **wrong).status_code == 400
    assert cast.client("rosa").get("/api/v1/desk/").json() == {}


def test_at_most_twenty_displays_are_kept_and_the_last_used_stay(cast, monkeypatch):
    times = iter(f"2026-01-{day:02}" for day in range(1, 30))
    monkeypatch.setattr("portal.viewer.desk._now", lambda: next(times))
    for number in range(22):
        patch(cast, "rosa", display={**DISPLAY, "name": f"d{number}"})
    kept = cast.client("rosa").get("/api/v1/desk/").json()["displays"]
    assert len(kept) == 20 and "d21" in kept and "d0" not in kept


@pytest.mark.parametrize(
    ("seen", "all_seen"),
    [
        ({}, True),
        ({"steps": 17}, False),
        ({"dark_square": False}, False),
        ({"smooth": False}, False),
        ({"letters": [0, 1, 0]}, True),
    ],
)
def test_what_was_seen_of_the_pattern_is_kept_with_its_date_and_in_the_trail(cast, seen, all_seen):
    patch(cast, "rosa", display=DISPLAY)
    answer = check(cast, "rosa", **seen)
    assert answer.status_code == 201 and answer.json()["all"] is all_seen
    display = cast.client("rosa").get("/api/v1/desk/").json()["displays"]["Reading room, left"]
    assert display["per_mm"] == 6.06 and display["check"]["at"].startswith("20")
    [event] = Event.objects.filter(verb="display.checked")
    assert event.detail == {"size": "2048x2560", "steps": {**SEEN, **seen}["steps"], "all": all_seen}


def test_a_check_with_more_steps_than_there_are_is_refused(cast):
    assert check(cast, "rosa", steps=19).status_code == 400
    assert not Event.objects.filter(verb="display.checked").exists()


def test_the_page_says_what_was_seen_on_which_display_and_claims_no_calibration(cast):
    assert "No display yet" in cast.client("rosa").get("/account/display/").content.decode()
    check(cast, "rosa", steps=15)
    page = cast.client("rosa").get("/account/display/").content.decode()
    assert "not all: 15 of 18 steps" in page and "uncalibrated" in page and "does not calibrate" in page
    assert "Reading room" not in cast.client("rufus").get("/account/display/").content.decode()
    assert cast.client("otto").get("/account/display/").status_code == 403


def test_a_change_needs_the_token_that_the_page_carries_for_its_scripts(cast):
    from tests.portal.viewer.filing import file_exam

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.rosa)
    page = browser.get(f"/exams/{file_exam(cast.northside).pk}/view/").content.decode()
    body = re.search(r"<body[^>]* hx-headers='([^']+)'", page)
    assert body is not None
    sent = {"data": '{"single_keys": false}', "content_type": "application/json"}
    assert browser.patch("/api/v1/desk/", **sent).status_code == 403
    assert browser.patch("/api/v1/desk/", headers=json.loads(body[1]), **sent).status_code == 200
