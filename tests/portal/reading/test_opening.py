"""Open protocols: the suggestion that comes late, and marks that a low score holds back."""

import pytest

from portal.analysis.models import ImageResult, Reveal, Run
from portal.audit.models import Event
from portal.cases.models import Case
from portal.reading.services.draft import begin, save_draft
from tests.portal.cases.story import RESULT, a_case, a_locked_read, a_run, an_exam, benign, send


@pytest.fixture
def exam(cast):
    return an_exam(cast.northside, cast.alice)


def analysis(client, case):
    return client.get(f"/api/v1/cases/{case.pk}/manifest/").json()["analysis"]["state"]


def ended(run):
    made = a_run_values(run)
    Run.objects.filter(pk=run.pk).update(**made)


def a_run_values(run):
    from django.utils import timezone

    return {"finished_at": timezone.now(), "result": RESULT, "scored": True, "score_band": 9, "triage": "elevated"}


def test_a_suggestion_that_comes_late_is_opened_by_its_reader_while_they_draft(cast, exam):
    run, rosa = a_run(exam, "running"), cast.client("rosa")
    case = a_case(exam, cast.alice, protocol="concurrent")
    read = begin(case=case, user=cast.rosa)
    panel = f"/reads/{read.pk}/panel/"
    assert analysis(rosa, case) == "running" and "not open yet" in rosa.get(panel).content.decode()
    url = f"/api/v1/reads/{read.pk}/"
    assert send(rosa, "post", url + "reveal/").status_code == 409
    ended(run)
    assert Reveal.objects.count() == 0  # nothing opens by itself
    assert send(rosa, "post", url + "reveal/").json()["suggestion"] is True
    assert "is open while you read" in rosa.get(panel).content.decode()
    read = save_draft(read=read, version=0, data=benign())
    locked = send(rosa, "post", url + "lock/", {"version": 1}).json()
    assert (locked["state"], locked["decision"]["kind"]) == ("closed", "with-suggestion-open")
    assert Event.objects.get(verb="read.locked").detail["blind"] is False


def test_an_open_read_locked_before_the_analysis_ended_goes_on_as_a_blind_one(cast, exam):
    run, rosa = a_run(exam, "running"), cast.client("rosa")
    case = a_case(exam, cast.alice, protocol="concurrent")
    read = a_locked_read(case, cast.rosa, benign())
    assert Event.objects.get(verb="read.locked").detail["blind"] is True
    assert Case.objects.with_state().get().state == "locked"
    ended(run)
    url = f"/api/v1/reads/{read.pk}/"
    assert send(rosa, "post", url + "reveal/").json()["suggestion"] is True
    assert send(rosa, "post", url + "confirm/").json()["decision"]["kind"] == "confirmed"


@pytest.mark.parametrize("state", ["failed", None])
def test_an_open_read_without_an_analysis_can_go_on_without(cast, exam, state):
    if state:
        a_run(exam, state)
    case = a_case(exam, cast.alice, protocol="concurrent")
    read = begin(case=case, user=cast.rosa)
    url = f"/api/v1/reads/{read.pk}/reveal/"
    assert send(cast.client("rosa"), "post", url).json()["code"] == "no-analysis"
    assert send(cast.client("rosa"), "post", url, {"without": True}).json()["suggestion"] is False
    a_locked_read(case, cast.rosa, benign())
    assert Case.objects.with_state().get().state == "to-sign"


def test_an_open_protocol_opens_nothing_to_anybody_but_its_reader(cast, exam):
    a_run(exam)
    case = a_case(exam, cast.alice, protocol="concurrent")
    begin(case=case, user=cast.rosa)
    for who in ("rufus", "alice", "cora"):
        found = cast.client(who).get(f"/api/v1/cases/{case.pk}/manifest/").json()
        assert found["results"] is None
    assert analysis(cast.client("rufus"), case) == "sealed"


def marks(client, run, image, case):
    """Whether outlines and the map reach this person: by manifest, by run, by the map's own address."""
    found = client.get(f"/api/v1/cases/{case.pk}/manifest/").json()["results"]["images"][str(image.pk)]
    alone = client.get(f"/api/v1/runs/{run.pk}/").json()["result"]
    png = client.get(f"/api/v1/runs/{run.pk}/saliency/{image.pk}.png").status_code
    return bool(found["findings"]), bool(alone["images"][0]["findings"]), found["saliency"] is not None, png != 404


@pytest.fixture
def stratified(cast, exam):
    """A function that makes a begun score-stratified read at a band: (case, run, image)."""

    def made(band):
        run = a_run(exam)
        Run.objects.filter(pk=run.pk).update(score_band=band)
        image = exam.images.first()
        found = {"malignancy": 0.4, "findings": [{"id": "f1", "score": 0.4}]}
        ImageResult.objects.create(run=run, image=image, scored=True, result=found, saliency_key="saliency/none.png")
        case = a_case(exam, cast.alice, protocol="score-stratified")
        begin(case=case, user=cast.rosa)
        return case, run, image

    return made


@pytest.mark.parametrize("band, shown", [(7, False), (8, True), (10, True)])
def test_marks_are_shown_while_reading_from_a_band_on(cast, stratified, band, shown, monkeypatch):
    from io import BytesIO

    from portal.analysis import api

    monkeypatch.setattr(api.default_storage, "open", lambda key: BytesIO(b"png"))
    case, run, image = stratified(band)
    rosa = cast.client("rosa")
    results = rosa.get(f"/api/v1/cases/{case.pk}/manifest/").json()["results"]
    assert results["score_band"] == 9  # the score itself is open at any band
    assert marks(rosa, run, image, case) == (shown, shown, shown, shown)
    a_locked_read(case, cast.rosa, benign())
    assert marks(rosa, run, image, case) == (True, True, True, True)
    assert Event.objects.get(verb="marks.revealed").detail["held_back"] is not shown
