"""An auditor finds a case by its number and a patient by her pseudonym, in their own practice only."""

import pytest
from django.db import transaction

from portal.audit.services import record
from portal.cases.models import Case
from portal.exams.models import Exam, Patient
from portal.practices.models import Practice


def case_in(practice: Practice, number, pseudonym, user):
    patient = Patient.objects.create(practice=practice, pseudonym=pseudonym, key=pseudonym)
    exam = Exam.objects.create(practice=practice, patient=patient, study_uid=f"1.2.{number[2:]}", accession="A-77")
    return Case.objects.create(practice=practice, number=number, exam=exam, question="?", opened_by=user)


@pytest.fixture
def told(cast):
    """One event about each practice's case."""
    here = case_in(cast.northside, "C-2222", "P-AAAA", cast.alice)
    there = case_in(cast.southside, "C-3333", "P-BBBB", cast.charlie)
    with transaction.atomic():
        for case in (here, there):
            ids = {"case_id": case.pk, "exam_id": case.exam_id, "patient_id": case.exam.patient_id}
            record(verb="case.opened", actor=cast.alice, practice_id=case.practice_id, **ids)
    return cast


@pytest.mark.parametrize(
    "about, seen", [("c-2222", 1), ("P-AAAA", 1), ("A-77", 1), ("C-3333", 0), ("P-BBBB", 0), ("C-9999", 0)]
)
def test_the_trail_is_searched_by_the_words_that_people_use(told, about, seen):
    page = told.client("otto").get("/audit/", {"about": about})
    assert len(page.context["lines"]) == seen
    assert seen == 0 or all(words in page.content.decode() for words in ("C-2222", "P-AAAA", "undated"))


def test_every_protocol_can_be_a_practices_default(told):
    page = told.client("ada").get("/practice/").content.decode()
    assert all(f'value="{code}"' in page for code in ("second-reader", "double-reading", "concurrent"))
