"""One worker gets a run; only the attempt that holds it may write; the sweep ends what was left behind."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.utils import timezone

from portal.analysis import outcome, runner, tasks
from portal.analysis.lease import LeaseLostError
from portal.analysis.models import ImageResult, Run
from portal.audit.models import Event
from tests.portal.analysis.results import SECRETS, Analyst, exam_result

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.run_exam, "apply_async", lambda args, *_, **__: sent.append(*args))
    return sent


def now_again(run):
    run.refresh_from_db()
    return run


def lapse(run):
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_run_ends_ready_with_a_result_and_a_map_for_each_image(run, use):
    tasks.run_exam(str(run.pk))
    assert now_again(run).state == "ready"
    assert (run.exam_score, run.score_band, run.triage, run.progress) == (0.4242, 9, "elevated", 1.0)
    found = ImageResult.objects.filter(run=run)
    assert {str(image.image_id) for image in found} == set(run.inputs)
    assert all(default_storage.open(image.saliency_key).read(4) == b"\x89PNG" for image in found)


def test_the_trail_says_that_a_run_ended_and_nothing_of_what_it_found(run, use):
    tasks.run_exam(str(run.pk))
    event = Event.objects.get(verb="run.finished")
    assert event.detail == {"attempt": 1, "release": "d" * 64, "input": "b" * 64}
    assert not any(secret in str(event.detail) for secret in SECRETS)


def test_a_run_delivered_twice_is_analysed_once(run, use):
    first, second = use(Analyst()), Analyst()
    tasks.run_exam(str(run.pk))
    use(second)
    tasks.run_exam(str(run.pk))
    assert len(first.seen) == 2
    assert second.seen == []


def test_a_second_worker_is_not_let_in_while_the_lease_holds(run):
    assert Run.objects.claim(str(run.pk)) == 1
    assert Run.objects.claim(str(run.pk)) == 0


def test_a_worker_that_was_taken_over_writes_nothing(run, use):
    def taken_over(progress):
        lapse(run)
        assert Run.objects.claim(str(run.pk)) == 2

    use(Analyst(before=taken_over))
    tasks.run_exam(str(run.pk))
    assert now_again(run).state == "running"
    assert ImageResult.objects.filter(run=run).count() == 0
    assert not any(default_storage.exists(outcome.saliency_key(run, 1, key)) for key in run.inputs)


def test_the_last_write_is_fenced_too_and_takes_its_maps_back(run, use):
    Run.objects.claim(str(run.pk))
    late = now_again(run)
    lapse(run)
    assert Run.objects.claim(str(run.pk)) == 2
    assert outcome.finish(late, runner.outcome_of(exam_result(run.inputs))) is False
    assert not any(default_storage.exists(outcome.saliency_key(run, 1, key)) for key in run.inputs)
    assert ImageResult.objects.filter(run=run).count() == 0
    assert outcome.fail(late, "Too late.") is False
    assert now_again(run).state == "running"


def test_a_worker_that_was_taken_over_learns_it_from_its_next_progress(run, use):
    heard = []

    def taken_over(progress):
        lapse(run)
        Run.objects.claim(str(run.pk))
        try:
            progress("network", 0.5)
        except LeaseLostError as error:
            heard.append(error)
            raise

    use(Analyst(before=taken_over))
    tasks.run_exam(str(run.pk))
    assert len(heard) == 1


def test_progress_is_seen_from_outside_while_the_run_goes_on(cast, run, use):
    seen = []

    def look(progress):
        progress("network", 0.55)
        seen.append(cast.client("alice").get(f"/exams/{run.exam_id}/run/").content.decode())

    use(Analyst(before=look))
    tasks.run_exam(str(run.pk))
    assert "55%" in seen[0]
    assert "Looking at each image" in seen[0]
    assert "hx-get" in seen[0]
    assert "hx-get" not in cast.client("alice").get(f"/exams/{run.exam_id}/run/").content.decode()


def test_too_long_a_run_fails_with_what_to_do(run, use):
    def stop(progress):
        raise SoftTimeLimitExceeded()

    use(Analyst(before=stop))
    tasks.run_exam(str(run.pk))
    assert now_again(run).state == "failed"
    assert "took longer than" in run.failed_because
    assert "Ask for it again" in run.failed_because


def test_a_worker_with_another_release_fails_the_run_with_a_sentence(run, use):
    stranger = Analyst()
    stranger.release = type(stranger.release)("other", "9", "f" * 64)
    use(stranger)
    tasks.run_exam(str(run.pk))
    assert "no longer runs" in now_again(run).failed_because


def test_a_crash_is_tried_again_by_the_sweep_until_the_attempts_are_spent(run, use, sent):
    def crash(progress):
        raise OSError("the store is away")

    use(Analyst(before=crash))
    for attempt in (1, 2, 3):
        tasks.run_exam(str(run.pk))
        tasks.sweep()
        assert len(sent) == min(attempt, 2)
    assert now_again(run).state == "failed"
    assert "started 3 times" in run.failed_because
    assert Event.objects.filter(verb="run.failed", subject_id=str(run.pk)).count() == 1


def test_a_run_whose_worker_was_killed_is_swept_up_once_and_ends_analysed_once(run, use, sent):
    Run.objects.claim(str(run.pk))  # and the worker dies
    tasks.sweep()
    assert sent == []
    lapse(run)
    Run.objects.filter(pk=run.pk).update(enqueued_at=timezone.now() - timedelta(seconds=5))
    tasks.sweep()
    tasks.sweep()
    assert sent == [str(run.pk)]
    tasks.run_exam(sent[0])
    assert now_again(run).state == "ready"
    assert run.attempts == 2
    assert Event.objects.filter(verb="run.finished").count() == 1


def test_a_message_that_a_broker_lost_is_sent_again_in_time(run, sent, settings):
    tasks.sweep()
    assert sent == []
    long_ago = timezone.now() - timedelta(seconds=settings.RUN_REQUEUE + 1)
    Run.objects.filter(pk=run.pk).update(enqueued_at=long_ago)
    tasks.sweep()
    tasks.sweep()
    assert sent == [str(run.pk)]


def test_results_that_fail_to_be_written_leave_no_half_result(run, use, monkeypatch):
    def broken(**_):
        raise OSError("no trail")

    monkeypatch.setattr(outcome, "record", broken)
    tasks.run_exam(str(run.pk))
    assert now_again(run).state == "running"
    assert run.result is None
    assert ImageResult.objects.filter(run=run).count() == 0


def test_what_the_worker_reads_is_what_was_asked_for(run, use, exam):
    from tests.portal.viewer.filing import file_image

    file_image(exam, "R", "MLO")
    analyst = use(Analyst())
    tasks.run_exam(str(run.pk))
    assert [image.key for image in analyst.seen] == run.inputs
    assert {(image.laterality, image.view) for image in analyst.seen} == {("R", "CC"), ("L", "CC")}


def test_an_exam_result_survives_the_way_through_json(run, use):
    tasks.run_exam(str(run.pk))
    expected = exam_result(run.inputs).to_dict()
    expected.pop("images")
    assert now_again(run).result == expected
