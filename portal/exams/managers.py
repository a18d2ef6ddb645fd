"""Query sets of patients, exams and images: each starts from who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

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


class ImageQuerySet(models.QuerySet["Image"]):
    """Images."""

    def visible_to(self, user: Any) -> ImageQuerySet:
        """Those of the exams that `user` may see."""
        return self.filter(exam__practice__in=_practices(user))
