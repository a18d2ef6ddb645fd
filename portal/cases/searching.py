"""Finding cases by number, pseudonym or accession: each word that is typed is looked up in three indexes."""

from __future__ import annotations

from django.db.models import Q

from portal.cases.models import Case, CaseQuerySet, any_of
from portal.exams.models import Exam, Patient
from portal.practices.models import Practice

LONG = 3  # letters behind the hyphen from which the beginning of a code is enough
LETTERS = ("C-", "P-", "A-")


def found_by(cases: CaseQuerySet, practice: Practice, typed: str) -> CaseQuerySet:
    """Those of `practice` whose number, pseudonym or accession is `typed`, or begins with three letters of it or more.

    The hyphen and the letter before it may be left out, and small letters do.
    """
    numbers = Case.objects.filter(_fits("number", typed), practice=practice).values("pk")
    women = Patient.objects.filter(_fits("pseudonym", typed), practice=practice)
    exams = Exam.objects.filter(_fits("accession", typed), practice=practice)
    of_women = Case.objects.filter(exam__in=Exam.objects.filter(patient__in=women)).values("pk")
    of_exams = Case.objects.filter(exam__in=exams).values("pk")
    return cases.filter(pk__in=any_of(numbers, of_women, of_exams))


def _fits(field: str, typed: str) -> Q:
    spelt = {typed, typed.upper(), *(f"{letter}{typed.upper()}" for letter in LETTERS)}
    exact = Q(**{f"{field}__in": sorted(spelt)})
    long = [each for each in spelt if len(each.partition("-")[2]) >= LONG]
    for each in sorted(long):
        exact |= Q(**{f"{field}__startswith": each})
    return exact
