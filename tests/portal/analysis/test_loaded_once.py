"""The model is loaded by the first exam of a worker's child, and by no other."""

import pytest

from inference import pipeline
from portal.analysis import runner, tasks
from portal.analysis.models import Run
from portal.analysis.services import request_run
from tests.portal.analysis.results import Analyst
from tests.portal.viewer.filing import file_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def loads(monkeypatch):
    """Every load of a release, by a loader that is quick."""
    seen = []

    class Loaded(Analyst):
        @property
        def rules(self):
            raise AssertionError("the portal asks the analyst for results only")

    def load(release, device):
        seen.append((release, device))
        return Loaded()

    monkeypatch.setattr(pipeline, "load", load)
    kept = runner.analyst
    kept.cache_clear()
    yield seen
    kept.cache_clear()


def test_two_exams_of_one_process_load_the_model_once(cast, loads, settings):
    settings.DEVICE = "cpu"
    assert loads == []  # importing the runner and asking for runs loads nothing
    runs = [request_run(exam=file_exam(cast.northside, [("L", "CC")]), actor=cast.alice) for _ in range(2)]
    assert loads == []
    for run in runs:
        tasks.run_exam(str(run.pk))
    assert [Run.objects.get(pk=run.pk).state for run in runs] == ["ready", "ready"]
    assert loads == [(settings.RELEASE or None, "cpu")]


def test_a_child_that_forgets_its_model_would_be_noticed(cast, loads, monkeypatch):
    monkeypatch.setattr(runner, "analyst", runner.analyst.__wrapped__)
    for _ in range(2):
        tasks.run_exam(str(request_run(exam=file_exam(cast.northside, [("L", "CC")]), actor=cast.alice).pk))
    assert len(loads) == 2
