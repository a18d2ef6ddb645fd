"""Batches: many exams handed in as one request."""

from __future__ import annotations

from django.db import models

from portal.base.ids import new_id
from portal.cases.models import Case
from portal.exams.models import Exam
from portal.practices.models import Practice, User


class BatchQuerySet(models.QuerySet["Batch"]):
    """Batches."""

    def visible_to(self, user: User) -> BatchQuerySet:
        """Those of the practices in which `user` hands in or coordinates."""
        return self.filter(practice__in=Practice.objects.of(user, "clinician", "coordinator"))


class Batch(models.Model):
    """Exams with one due time, one progress and one result set."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="batches")
    name = models.CharField(max_length=120)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name


class BatchItem(models.Model):
    """One exam of a batch, with the case that was opened for it."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "exam"], name="an_exam_once_a_batch")]

    def __str__(self) -> str:
        return f"{self.exam_id} in {self.batch_id}"
