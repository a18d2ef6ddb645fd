"""A worker killed in the middle of a run: the exam still ends analysed, once."""

import os
import signal

import pytest
from playwright.sync_api import expect

from tests.bench.exams import another
from tests.browser.test_story import ANALYSED, hand_in

pytestmark = [pytest.mark.browser, pytest.mark.whole_way, pytest.mark.xdist_group("stack")]

COUNT = (
    "from portal.analysis.models import Run, ImageResult; from portal.audit.models import Event; "
    "run = Run.objects.filter(exam_id='{exam}').latest('requested_at'); "
    "print(run.state, run.attempts, Run.objects.filter(exam_id='{exam}').count(), run.image_results.count(), "
    "Event.objects.filter(verb='run.finished', subject_id=str(run.pk)).count())"
)


def signal_all(stack, number):
    for pid in stack.pids("worker -Q inference"):
        os.kill(pid, number)


def is_running(page, exam):
    runs = page.context.request.get("/api/v1/runs/").json()["results"]
    return any(run["exam"] == exam and run["state"] == "running" for run in runs)


def test_a_killed_worker_costs_time_and_nothing_else(people, stack):
    page = people("clinician")
    signal_all(stack, signal.SIGSTOP)  # held back, so that the run does not end while the page is opened
    exam = hand_in(page, [{"name": name, "mimeType": "application/dicom", "buffer": data} for name, data in another(1)])
    signal_all(stack, signal.SIGCONT)
    stack.wait_for(lambda: is_running(page, exam), 60, "the run to begin")
    signal_all(stack, signal.SIGKILL)
    expect(page.locator("#run-progress[data-state=ready]")).to_be_visible(timeout=ANALYSED)
    state, attempts, runs, results, finished = stack.manage(
        "shell", "-v0", "-c", COUNT.format(exam=exam)
    ).stdout.split()
    assert state == "ready"
    assert int(attempts) >= 2
    assert (runs, results, finished) == ("1", "4", "1")
