"""How far to trust a suggestion: counted from the practice's own outcomes, never from few, never before the reveal."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.analysis.models import Run
from portal.analysis.services import reveal
from portal.cases.models import Case
from portal.reading.effect import wilson
from portal.reading.models import Outcome
from portal.viewer import trust
from tests.portal.cases.story import a_case, a_run, an_exam

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Three exams are enough here: what is counted is the same."""
    monkeypatch.setattr(trust, "LEAST", 3)


@pytest.fixture
def run(cast):
    """The run of the exam that somebody is looking at."""
    exam = an_exam(cast.northside, cast.alice, pseudonym="P-NOW")
    a_case(exam, cast.alice)
    return a_run(exam)


@pytest.fixture
def known(cast):
    """`known(R="clear", L="malignant")`: an exam whose case is signed, with a run and these outcomes."""

    def made(practice=None, *, closed=True, triage="elevated", views=("RCC", "LCC"), **sides):
        exam = an_exam(practice or cast.northside, cast.alice, pseudonym="P-THEN", views=views)
        asker = cast.charlie if practice else cast.alice
        Case.objects.filter(pk=a_case(exam, asker).pk).update(closed_at=timezone.now() if closed else None)
        Run.objects.filter(pk=a_run(exam).pk).update(triage=triage)
        for side, result in sides.items():
            Outcome.objects.create(
                exam=exam, side=side, result=result, proof="pathology", way="hand", entered_by=cast.alice,
                entered_at=timezone.now(),
            )  # fmt: skip
        return exam

    return made


def test_the_share_with_cancer_among_exams_of_the_same_band_with_its_interval(run, known):
    known(R="clear", L="malignant")
    known(R="clear", L="benign")
    known(L="clear", views=("LCC", "LMLO"))  # of one breast, whose outcome is all there is
    share = [round(each, 4) for each in wilson(1, 3)]
    assert trust.trust(run) == {"triage": "elevated", "known": 3, "cancers": 1, "share": share, "least": 3}


def test_only_exams_that_say_something_of_this_suggestion_count(cast, run, known):
    known(R="clear", L="malignant", closed=False)
    known(R="clear", L="malignant", triage="low")
    known(R="clear", L="malignant", practice=cast.southside)
    known(R="clear")  # the other breast may yet prove to hold cancer
    known()
    other_release = known(R="clear", L="clear")
    Run.objects.filter(exam=other_release).update(release=_another(run))
    assert trust.trust(run) == {"triage": "elevated", "known": 0, "cancers": None, "share": None, "least": 3}


def _another(run):
    release = run.release
    release.pk, release.digest = None, "e" * 64
    release.save()
    return release.pk


def test_an_exam_that_is_being_read_again_does_not_count(cast, run, known):
    exam = known(R="clear", L="malignant")
    a_case(exam, cast.alice)
    assert trust.trust(run)["known"] == 0


def test_too_few_say_so_and_give_no_number_of_cancers(run, known):
    known(R="clear", L="malignant")
    known(R="clear", L="clear")
    assert trust.trust(run) == {"triage": "elevated", "known": 2, "cancers": None, "share": None, "least": 3}


def test_a_run_without_a_band_says_nothing(run):
    run.triage = ""
    assert trust.trust(run) is None


def test_it_is_in_the_manifest_after_the_reveal_and_no_part_of_it_before(cast, run, known):
    for _ in range(3):
        known(R="clear", L="malignant")
    address = f"/api/v1/exams/{run.exam_id}/manifest/"
    sealed = cast.client("rosa").get(address)
    assert sealed.json()["results"] is None
    assert b"least" not in sealed.content
    reveal(run=run, user=cast.rosa, why="first-reader")
    assert cast.client("rosa").get(address).json()["results"]["trust"]["known"] == 3
