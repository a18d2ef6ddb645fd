"""Query sets of patients, exams and images: each starts from who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from portal.practices.models import Practice, Role

if TYPE_CHECKING:
    from portal.exams.models import Exam, Image, Patient  # noqa: F401 - named in the generic bases

# An auditor reads the trail and an admin manages people: neither sees a woman's images by that role.
SEE_EXAMS = (Role.CLINICIAN, Role.READER, Role.COORDINATOR)


def _practices(user: Any) -> models.QuerySet[Practice]:
    return Practice.objects.of(user, *SEE_EXAMS)


class PatientQuerySet(models.QuerySet["Patient"]):
    """Patients."""

    def visible_to(self, user: Any) -> PatientQuerySet:
        """Those of the practices in which `user` works with exams."""
        return self.filter(practice__in=_practices(user))


class ExamQuerySet(models.QuerySet["Exam"]):
    """Exams."""

    def visible_to(self, user: Any) -> ExamQuerySet:
        """Those of the practices in which `user` works with exams."""
        return self.filter(practice__in=_practices(user))

    def earlier_than(self, exam: Exam) -> ExamQuerySet:
        """Those of the same woman in the same practice that are earlier, newest first; last those without a date, which may be."""
        others = self.filter(patient=exam.patient_id, practice=exam.practice_id).exclude(pk=exam.pk)
        if exam.study_date:
            others = others.filter(Q(study_date__lt=exam.study_date) | Q(study_date=None))
        return others.order_by(F("study_date").desc(nulls_last=True), "-created_at")


class ImageQuerySet(models.QuerySet["Image"]):
    """Images."""

    def visible_to(self, user: Any) -> ImageQuerySet:
        """Those of the exams that `user` may see."""
        return self.filter(exam__practice__in=_practices(user))
