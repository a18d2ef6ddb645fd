"""Query sets of patients, exams and images: each starts from who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from portal.exams.lending import lent_to, of_lent_women
from portal.practices.models import Role
from portal.practices.selectors import practice_keys

if TYPE_CHECKING:
    from portal.exams.models import Exam, Image, Patient  # noqa: F401 - named in the generic bases

# An auditor reads the trail and an admin manages people: neither sees a woman's images by that role.
SEE_EXAMS = (Role.CLINICIAN, Role.READER, Role.COORDINATOR)


def of_visible_exam(rows: models.QuerySet[Any], user: Any) -> Exists:
    """That a row's `exam` is one that `user` may see."""
    exams: Any = rows.model._meta.get_field("exam").related_model
    return Exists(exams._default_manager.visible_to(user).filter(pk=OuterRef("exam")))


class PatientQuerySet(models.QuerySet["Patient"]):
    """Patients."""

    def visible_to(self, user: Any) -> PatientQuerySet:
        """Those of the practices in which `user` works with exams."""
        return self.filter(practice__in=practice_keys(user, *SEE_EXAMS))


class ExamQuerySet(models.QuerySet["Exam"]):
    """Exams."""

    def visible_to(self, user: Any) -> ExamQuerySet:
        """Those of the practices in which `user` works with exams, and those lent to them from elsewhere."""
        return self.filter(Q(practice__in=practice_keys(user, *SEE_EXAMS)) | lent_to(user))

    def lent(self, user: Any) -> ExamQuerySet:
        """Those lent to `user` from elsewhere."""
        return self.filter(of_lent_women(user), lent_to(user))

    def listed_for(self, user: Any) -> ExamQuerySet:
        """Those of `visible_to`, by keys that are looked up before: with them an index can be walked in the order of a list."""
        own = Q(practice__in=list(practice_keys(user, *SEE_EXAMS)))
        lent = list(self.model._default_manager.lent(user).values_list("pk", flat=True))
        return self.filter(own | Q(pk__in=lent) if lent else own)

    def mammograms(self) -> ExamQuerySet:
        """Those that are read and scored."""
        return self.filter(modality="MG")

    def companions_of(self, exam: Exam) -> ExamQuerySet:
        """Ultrasound and MRI of the same woman in the same practice, newest first; last those without a date."""
        others = self.filter(patient=exam.patient_id, practice=exam.practice_id, modality__in=("US", "MR"))
        return others.exclude(pk=exam.pk).order_by(F("study_date").desc(nulls_last=True), "-created_at")

    def earlier_than(self, exam: Exam) -> ExamQuerySet:
        """Mammograms of the same woman in the same practice that are earlier, newest first; last those without a date, which may be."""
        others = self.mammograms().filter(patient=exam.patient_id, practice=exam.practice_id).exclude(pk=exam.pk)
        if exam.study_date:
            others = others.filter(Q(study_date__lt=exam.study_date) | Q(study_date=None))
        return others.order_by(F("study_date").desc(nulls_last=True), "-created_at")


class ImageQuerySet(models.QuerySet["Image"]):
    """Images."""

    def visible_to(self, user: Any) -> ImageQuerySet:
        """Those of the exams that `user` may see."""
        return self.filter(of_visible_exam(self, user))
