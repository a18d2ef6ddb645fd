"""A suggestion is sealed from everybody until a reveal opens it to one person."""

import json

import pytest

from portal.analysis import tasks
from portal.analysis.models import Reveal, Run
from portal.analysis.services import reveal
from portal.audit.models import Event
from portal.base.errors import Conflict, Refused
from tests.portal.analysis.results import SECRETS

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(run, use):
    tasks.run_exam(str(run.pk))
    run.refresh_from_db()
    return run


def addresses(run):
    saliency = [f"/api/v1/runs/{run.pk}/saliency/{image}.png" for image in run.inputs]
    return ["/api/v1/runs/", f"/api/v1/runs/{run.pk}/", f"/exams/{run.exam_id}/run/", *saliency]


@pytest.mark.parametrize("who", ["alice", "rosa", "cora"])
def test_before_a_reveal_no_address_says_what_was_found(cast, ready, who):
    client = cast.client(who)
    for address in addresses(ready):
        answer = client.get(address)
        said = answer.content.decode() if not answer.streaming else "streamed"
        assert answer.status_code == (404 if "saliency" in address else 200)
        assert not any(secret in said + str(answer.headers) for secret in SECRETS), address


@pytest.mark.parametrize("who, code", [("alice", 200), ("charlie", 404), ("otto", 404), (None, 401)])
def test_a_run_is_seen_only_by_those_who_work_with_exams_of_its_practice(cast, ready, who, code):
    assert cast.client(who).get(f"/api/v1/runs/{ready.pk}/").status_code == code


def test_a_sealed_run_says_that_it_is_sealed(cast, ready):
    shown = cast.client("rosa").get(f"/api/v1/runs/{ready.pk}/").json()
    assert (shown["state"], shown["sealed"], shown["result"]) == ("ready", True, None)
    assert "sealed" in shown["say"]


def test_a_reveal_opens_the_suggestion_to_that_person_alone(cast, ready):
    reveal(run=ready, user=cast.rosa, why="read-locked", case_id="case")
    shown = cast.client("rosa").get(f"/api/v1/runs/{ready.pk}/").json()
    assert shown["result"]["exam_score"] == 0.4242
    assert len(shown["result"]["images"]) == 2
    assert cast.client("rufus").get(f"/api/v1/runs/{ready.pk}/").json()["result"] is None
    assert cast.client("alice").get("/api/v1/runs/").json()["results"][0]["result"] is None


def test_a_map_goes_to_whom_it_was_revealed_and_into_the_trail(cast, ready):
    reveal(run=ready, user=cast.rosa, why="read-locked")
    address = f"/api/v1/runs/{ready.pk}/saliency/{ready.inputs[0]}.png"
    answer = cast.client("rosa").get(address)
    assert b"".join(answer.streaming_content)[:4] == b"\x89PNG"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert Event.objects.filter(verb="saliency.viewed", actor_id=str(cast.rosa.pk)).count() == 1
    for who, code in (("rufus", 404), ("charlie", 404), (None, 401)):
        assert cast.client(who).get(address).status_code == code
    assert Event.objects.filter(verb="imageresult.refused", outcome="refused").count() == 2


def test_a_reveal_is_written_down_once(cast, ready):
    first = reveal(run=ready, user=cast.rosa, why="read-locked", case_id="a-case")
    assert reveal(run=ready, user=cast.rosa, why="arbitration") == first
    event = Event.objects.get(verb="suggestion.revealed")
    assert (event.case_id, event.detail["why"]) == ("a-case", "read-locked")


def test_an_unfinished_run_cannot_be_revealed(cast, run):
    with pytest.raises(Conflict, match="still running"):
        reveal(run=run, user=cast.rosa, why="read-locked")
    assert Reveal.objects.count() == 0


def test_a_failed_run_cannot_be_revealed(cast, run):
    Run.objects.filter(pk=run.pk).update(failed_at=run.requested_at, failed_because="Because.")
    with pytest.raises(Refused, match="go on without it"):
        reveal(run=run, user=cast.rosa, why="read-locked")


def test_a_stranger_cannot_be_given_a_reveal(cast, ready):
    with pytest.raises(Refused):
        reveal(run=ready, user=cast.charlie, why="read-locked")
    assert Reveal.objects.count() == 0


def test_the_card_shows_what_the_release_is_for(cast, ready):
    page = cast.client("rosa").get(f"/releases/{ready.release_id}/")
    assert page.status_code == 200
    said = page.content.decode()
    for words in (
        "Tests.",
        "Not for",
        "does not diagnose",
        "0.701 to 0.903",
        '<td class="num">232</td>',
        ready.release.digest,
    ):
        assert words in said
    assert "&lt;b&gt;No&lt;/b&gt;" in said
    assert cast.client(None).get(f"/releases/{ready.release_id}/").status_code == 302


def test_releases_are_listed_with_their_cards(cast, ready):
    [shown] = cast.client("rosa").get("/api/v1/releases/").json()["results"]
    assert shown["name"] == "test-release"
    assert json.dumps(shown["card"])
