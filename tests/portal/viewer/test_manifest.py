"""The manifest tells the viewer everything, and a blind reader nothing of the analysis: not even how far it is."""

import json
import re

import pytest

from portal.analysis.services import reveal
from portal.audit.models import Event
from portal.exams.models import Image
from portal.reading.services.draft import begin
from portal.reading.services.lock import lock
from tests.portal.cases.story import LEAKS, a_case, a_run, benign, send
from tests.portal.viewer.filing import file_exam

pytestmark = pytest.mark.django_db
STATES = [None, "waiting", "running", "failed", "ready"]


@pytest.fixture
def exam(cast):
    return file_exam(cast.northside)


@pytest.fixture
def case(cast, exam):
    return a_case(exam, cast.alice, first_opinion={"category": {"L": "2", "R": "1"}, "recall": False})


def fetch(cast, who, case, **headers):
    return cast.client(who).get(f"/api/v1/cases/{case.pk}/manifest/", headers=headers)


def told(answer):
    """The headers, without the number that is drawn anew for each request."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


def in_state(exam, state):
    exam.runs.all().delete()
    if state:
        a_run(exam, state)


def test_it_names_what_the_viewer_must_fetch_and_those_addresses_answer(cast, exam, case):
    found = fetch(cast, "rosa", case).json()
    assert found["notice"] == "Suggestions come from a research model and are not a diagnosis."
    assert [image["label"] for image in found["images"]] == ["R CC", "L CC", "R MLO", "L MLO"]
    client = cast.client("rosa")
    for image in found["images"]:
        assert client.get(image["metadata_url"]).json()[0]["00280010"]["Value"] == [image["rows"]]
        assert client.get(image["frame_urls"][0]).status_code == 200
        assert image["status"] == "ready"


def test_it_states_the_case_and_the_readers_own_read(cast, case):
    assert fetch(cast, "rosa", case).json()["read"] is None
    read = begin(case=case, user=cast.rosa)
    found = fetch(cast, "rosa", case).json()
    assert found["read"] == {"id": str(read.pk), "url": f"/api/v1/reads/{read.pk}/", "state": "draft", "kind": "reader"}
    assert found["case"]["protocol"] == {"code": "second-reader", "title": "Second reader", "blind": True}
    assert found["case"]["first_opinion"] == "R category 1, L category 2, no recall."
    assert cast.client("rosa").get(found["read"]["url"]).status_code == 200
    assert fetch(cast, "rufus", case).json()["read"] is None


def test_before_the_reveal_a_blind_reader_gets_the_same_bytes_whatever_the_analysis_does(cast, exam, case):
    begin(case=case, user=cast.rosa)
    answers = []
    for state in STATES:
        in_state(exam, state)
        answers.append(fetch(cast, "rosa", case))
    first = answers[0]
    assert first.json()["analysis"]["state"] == "sealed"
    assert first.json()["results"] is None
    for answer in answers[1:]:
        assert answer.content == first.content
        assert told(answer) == told(first)


def test_before_the_reveal_an_unchanged_poll_is_304_whatever_the_analysis_does(cast, exam, case):
    begin(case=case, user=cast.rosa)
    etag = fetch(cast, "rosa", case).headers["ETag"]
    for state in STATES:
        in_state(exam, state)
        answer = fetch(cast, "rosa", case, **{"If-None-Match": etag})
        assert (answer.status_code, answer.content) == (304, b"")


def test_the_exams_own_manifest_is_as_sealed_as_the_cases(cast, exam, case):
    begin(case=case, user=cast.rosa)
    bodies = set()
    for state in STATES:
        in_state(exam, state)
        bodies.add(cast.client("rosa").get(f"/api/v1/exams/{exam.pk}/manifest/").content)
    [body] = bodies
    assert not any(leak in body.decode() for leak in LEAKS)


@pytest.mark.parametrize("who", ["rosa", "rufus", "alice", "cora"])
def test_without_a_reveal_nobody_gets_results(cast, exam, case, who):
    a_run(exam)
    answer = fetch(cast, who, case)
    assert answer.json()["results"] is None
    assert not any(leak in answer.content.decode() for leak in LEAKS)


def test_a_clinician_is_told_why_an_ended_analysis_shows_nothing(cast, exam, case):
    a_run(exam)
    assert "sealed" in fetch(cast, "alice", case).json()["analysis"]["say"]


@pytest.mark.parametrize("who, state", [("alice", "running"), ("rosa", "sealed")])
def test_a_clinician_sees_how_far_the_analysis_is_and_a_reader_to_be_does_not(cast, exam, case, who, state):
    a_run(exam, "running")
    assert fetch(cast, who, case).json()["analysis"]["state"] == state


def locked(cast, case):
    read = begin(case=case, user=cast.rosa)
    send(cast.client("rosa"), "put", f"/api/v1/reads/{read.pk}/draft/", {"version": 0, "body": benign()})
    read.refresh_from_db()
    return lock(read=read, actor=cast.rosa, version=1)


def test_once_the_read_is_locked_its_reader_sees_how_far_the_analysis_is(cast, exam, case):
    locked(cast, case)
    a_run(exam, "running")
    found = fetch(cast, "rosa", case).json()
    assert (found["analysis"]["state"], found["analysis"]["progress"]) == ("running", 0.5)
    assert found["results"] is None


def test_after_the_reveal_the_reader_gets_the_results_and_nobody_else(cast, exam, case):
    read, run = locked(cast, case), a_run(exam)
    before = fetch(cast, "rosa", case).headers["ETag"]
    send(cast.client("rosa"), "post", f"/api/v1/reads/{read.pk}/reveal/")
    answer = fetch(cast, "rosa", case, **{"If-None-Match": before})
    found = answer.json()["results"]
    assert (found["run"], found["score_band"], found["triage"]) == (str(run.pk), 9, "elevated")
    assert found["release"]["card_url"] == f"/releases/{run.release_id}/"
    assert "seconds" not in found
    assert fetch(cast, "rufus", case).json()["results"] is None
    assert fetch(cast, "alice", case).json()["results"] is None


def test_results_speak_the_viewers_words(cast, exam, case):
    run = a_run(exam)
    run.release.card = {
        "birads": {"categories": ["1", "3", "4A", "4B", "4C", "5"], "cuts": [0.01, 0.02, 0.1, 0.5, 0.95]}
    }
    run.release.save(update_fields=["card"])
    reveal(run=run, user=cast.alice, why="first-reader")
    found = fetch(cast, "alice", case).json()["results"]
    assert found["density"] == {"letter": "C", "A": 0.1, "B": 0.2, "C": 0.6, "D": 0.1}
    assert found["suggestion"]["interval"] == ["4C", "5"]
    assert found["suggestion"]["probability_interval"] == [0.7, 0.95]


def test_results_of_each_image_carry_the_address_of_its_map(cast, exam, case):
    run, image = a_run(exam), exam.images.first()
    run.image_results.create(
        image=image, scored=True, malignancy=0.4, result={"findings": []}, saliency_key="maps/1.png"
    )
    reveal(run=run, user=cast.rosa, why="first-reader")
    found = fetch(cast, "rosa", case).json()["results"]["images"][str(image.pk)]
    assert found["saliency"] == {"url": f"/api/v1/runs/{run.pk}/saliency/{image.pk}.png", "cell": 8}


def test_a_reader_who_starts_another_blind_read_of_the_exam_is_sealed_off_again(cast, exam, case):
    begin(case=case, user=cast.rosa)
    reveal(run=a_run(exam), user=cast.rosa, why="read-locked")
    assert fetch(cast, "rosa", case).json()["results"] is None


@pytest.mark.parametrize("who, code", [("rosa", 200), ("alice", 200), ("otto", 404), ("charlie", 404), (None, 401)])
def test_only_those_who_work_with_the_practices_exams_get_a_manifest(cast, exam, case, who, code):
    assert fetch(cast, who, case).status_code == code
    assert cast.client(who).get(f"/api/v1/exams/{exam.pk}/manifest/").status_code == code
    assert Event.objects.filter(outcome="refused").count() == (2 if code == 404 else 0)


def test_opening_is_in_the_trail_and_a_poll_that_learns_nothing_is_not(cast, case):
    first = fetch(cast, "rosa", case)
    fetch(cast, "rosa", case, **{"If-None-Match": first.headers["ETag"]})
    event = Event.objects.get(verb="exam.opened")
    assert (event.case_id, event.actor_id) == (str(case.pk), str(cast.rosa.pk))


@pytest.mark.parametrize("state", STATES)
def test_the_page_brings_the_very_manifest_along_as_one_opening_and_its_poll_is_304(cast, case, exam, state):
    in_state(exam, state)
    page = cast.client("rosa").get(f"/cases/{case.pk}/view/").content.decode()
    [brought] = re.findall(r'<script id="viewer-manifest" type="application/json">(.*?)</script>', page)
    [tag] = re.findall(r'data-manifest-tag="&quot;(\w+)&quot;"', page)
    assert fetch(cast, "rosa", case, **{"If-None-Match": f'"{tag}"'}).status_code == 304
    event = Event.objects.get(verb="exam.opened")
    assert (event.case_id, event.actor_id) == (str(case.pk), str(cast.rosa.pk))
    assert json.loads(brought) == fetch(cast, "rosa", case).json()


def test_what_is_missing_and_what_failed_is_said(cast, case, exam):
    image = exam.images.get(laterality="R", view="MLO")
    Image.objects.filter(pk=image.pk).update(view="ML", transcoding="failed", transcoding_note="Cannot be decoded.")
    found = fetch(cast, "rosa", case).json()
    assert found["exam"]["missing"] == ["RMLO"]
    shown = next(one for one in found["images"] if one["id"] == str(image.pk))
    assert (shown["status"], shown["status_say"]) == ("failed", "Cannot be decoded.")


@pytest.mark.parametrize("who, code", [("rosa", 200), ("charlie", 404), (None, 302)])
def test_the_viewers_page_opens_for_whom_the_case_is_visible(cast, case, exam, who, code):
    for address in (f"/cases/{case.pk}/view/", f"/exams/{exam.pk}/view/"):
        answer = cast.client(who).get(address)
        assert answer.status_code == code
        if code == 200:
            assert "manifest/" in answer.content.decode()
