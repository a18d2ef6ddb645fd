"""How the trail finds and names exams and patients: by pseudonym, by (replaced) accession number."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from portal.audit import names
from portal.exams.models import Exam, Patient


def find_patient(practice: UUID, words: str) -> str | None:
    """The patient of this pseudonym."""
    found = Patient.objects.filter(practice=practice, pseudonym__iexact=words).values_list("pk", flat=True)
    return str(found[0]) if found else None


def label_patients(practice: UUID, identifiers: Collection[str]) -> dict[str, str]:
    """Pseudonyms."""
    found = Patient.objects.filter(practice=practice, pk__in=identifiers)
    return {str(patient.pk): patient.pseudonym for patient in found}


def find_exam(practice: UUID, words: str) -> str | None:
    """The newest exam with this accession number."""
    found = Exam.objects.filter(practice=practice, accession__iexact=words).values_list("pk", flat=True)
    return str(found[0]) if words and found else None


def label_exams(practice: UUID, identifiers: Collection[str]) -> dict[str, str]:
    """Study dates: the pseudonym stands beside them."""
    found = Exam.objects.filter(practice=practice, pk__in=identifiers)
    return {str(exam.pk): str(exam.study_date or "undated") for exam in found}


names.register("patient_id", find=find_patient, label=label_patients)
names.register("exam_id", find=find_exam, label=label_exams)
