"""The suggestion's sentences and similar cases reach whom it was opened to, and not whom marks are withheld from."""

import pytest

from portal.analysis import tasks
from portal.analysis.services import reveal
from portal.viewer.results import results

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(run, use):
    tasks.run_exam(str(run.pk))
    run.refresh_from_db()
    return run


@pytest.mark.parametrize("marks", [True, False])
def test_sentences_and_similar_cases_go_with_the_marks(cast, ready, marks):
    reveal(run=ready, user=cast.rosa, why="read-locked", marks=marks)
    by_api = cast.client("rosa").get(f"/api/v1/runs/{ready.pk}/").json()["result"]
    for found in (by_api, results(ready, marks=marks)):
        assert found["exam_score"] == 0.4242
        assert bool(found["explanation"]) == marks == bool(found["similar"])
        assert ("e-secret" in str(found), "s-secret" in str(found)) == (marks, marks)


def test_the_suggestion_keeps_what_it_says_of_its_own_certainty(ready):
    ready.result = {**ready.result, "suggestion": {"category": None, "interval": [0.2, 0.4], "text": "", "abstained": True,
                                                   "because": "unsupported", "open": ["malignant"], "confidence": 0.9}}  # fmt: skip
    said = results(ready)["suggestion"]
    assert (said["because"], said["open"], said["confidence"]) == ("unsupported", ["malignant"], 0.9)


def test_a_run_from_before_these_fields_is_shown_all_the_same(ready):
    ready.result = {key: value for key, value in ready.result.items() if key not in ("explanation", "similar")}
    found = results(ready)
    assert found["explanation"] is None and found["similar"] is None and found["score_band"] == 9
