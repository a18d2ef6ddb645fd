"""A run is asked for once per revision, and a stranger's request changes nothing."""

import pytest
from kombu.exceptions import OperationalError

from portal.analysis import tasks
from portal.analysis.models import Release, Run
from portal.analysis.services import register, request_run, retry_run
from portal.audit.models import Event
from portal.base.errors import Conflict, Refused
from portal.practices.models import Membership
from tests.portal.analysis.results import FACTS
from tests.portal.viewer.filing import file_exam, file_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.run_exam, "apply_async", lambda args, *_, **__: sent.append(*args))
    return sent


def test_asking_twice_returns_the_first_run_and_sends_one_message(cast, exam, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = request_run(exam=exam, actor=cast.alice)
        second = request_run(exam=exam, actor=None)
    assert first == second
    assert sent == [str(first.pk)]
    assert Event.objects.filter(verb="run.requested", exam_id=str(exam.pk)).count() == 1


def test_a_broker_that_is_away_leaves_the_run_to_the_sweep(cast, exam, monkeypatch, django_capture_on_commit_callbacks):
    def away(*_, **__):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.run_exam, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        run = request_run(exam=exam, actor=cast.alice)
    sent = []
    monkeypatch.setattr(tasks.run_exam, "apply_async", lambda args, *_, **__: sent.append(*args))
    tasks.sweep()
    tasks.sweep()
    assert sent == [str(run.pk)]


def test_a_new_image_makes_a_new_revision_with_a_run_of_its_own(cast, exam):
    first = request_run(exam=exam, actor=cast.alice)
    added = file_image(exam, "L", "MLO")
    second = request_run(exam=exam, actor=cast.alice)
    assert second.pk != first.pk
    assert str(added.pk) in second.inputs
    assert str(added.pk) not in first.inputs


def test_an_exam_without_images_is_refused_with_what_to_do(cast):
    empty = file_exam(cast.northside, [])
    with pytest.raises(Refused, match="Add them"):
        request_run(exam=empty, actor=cast.alice)


def test_a_new_release_takes_the_place_of_the_one_before(db):
    old = register(FACTS)
    new = register(type(FACTS)("test-release", "2.0.0", "e" * 64, {}))
    assert list(Release.objects.filter(active=True)) == [new]
    assert register(FACTS) == old
    assert list(Release.objects.filter(active=True)) == [old]


def test_only_a_failed_run_can_be_tried_again(cast, run):
    with pytest.raises(Conflict):
        retry_run(run=run, actor=cast.alice)


@pytest.mark.parametrize("who, code", [("alice", 200), ("rosa", 403), ("charlie", 404)])
def test_a_clinician_of_the_practice_tries_a_failed_run_again(cast, run, who, code, django_capture_on_commit_callbacks):
    Run.objects.filter(pk=run.pk).update(attempts=3, failed_at=run.requested_at, failed_because="Because.")
    answer = cast.client(who).post(f"/runs/{run.pk}/retry/")
    assert answer.status_code == code
    run.refresh_from_db()
    assert run.state == ("waiting" if code == 200 else "failed")


def test_a_button_pressed_too_late_says_why_and_shows_where_the_run_stands(cast, run):
    page = cast.client("alice").post(f"/runs/{run.pk}/retry/").content.decode()
    assert "has not failed" in page
    assert 'data-state="waiting"' in page


def test_a_clinician_asks_for_an_analysis_and_a_reader_cannot(cast, exam):
    assert cast.client("rosa").post(f"/exams/{exam.pk}/run/ask/").status_code == 403
    assert 'data-state="none"' in cast.client("alice").get(f"/exams/{exam.pk}/run/").content.decode()
    assert 'data-state="waiting"' in cast.client("alice").post(f"/exams/{exam.pk}/run/ask/").content.decode()
    empty = file_exam(cast.northside, [])
    assert "Add them" in cast.client("alice").post(f"/exams/{empty.pk}/run/ask/").content.decode()


def test_a_clinician_elsewhere_who_only_reads_here_asks_for_nothing_here(cast, exam, run):
    Membership.objects.create(user=cast.charlie, practice=cast.northside, role="reader")
    Run.objects.filter(pk=run.pk).update(failed_at=run.requested_at)
    client = cast.client("charlie")
    assert client.post("/practices/switch/", {"practice": str(cast.southside.pk)}).status_code == 302
    assert client.post(f"/exams/{exam.pk}/run/ask/").status_code == 403
    assert client.post(f"/runs/{run.pk}/retry/").status_code == 403


def test_after_a_retry_attempts_go_on_counting(cast, run):
    Run.objects.filter(pk=run.pk).update(attempts=3, failed_at=run.requested_at)
    run.refresh_from_db()
    retry_run(run=run, actor=cast.alice)
    assert Run.objects.claim(str(run.pk)) == 4
