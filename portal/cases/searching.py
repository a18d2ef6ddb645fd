"""Finding cases by number, pseudonym or accession: each word that is typed is looked up in three indexes."""

from __future__ import annotations

from portal.base.queries import any_of, fits
from portal.cases.models import Case, CaseQuerySet
from portal.exams.models import Exam, Patient
from portal.practices.models import Practice


def found_by(cases: CaseQuerySet, practice: Practice, typed: str) -> CaseQuerySet:
    """Those of `practice` whose number, pseudonym or accession is or begins with `typed`, see `fits`."""
    numbers = Case.objects.filter(fits("number", typed), practice=practice).values("pk")
    women = Patient.objects.filter(fits("pseudonym", typed), practice=practice)
    exams = Exam.objects.filter(fits("accession", typed), practice=practice)
    of_women = Case.objects.filter(exam__in=Exam.objects.filter(patient__in=women)).values("pk")
    of_exams = Case.objects.filter(exam__in=exams).values("pk")
    return cases.filter(pk__in=any_of(numbers, of_women, of_exams))
