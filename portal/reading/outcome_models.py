"""What became of a breast: pathology or follow-up, by which reads and suggestions are scored later."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.base.ids import new_id
from portal.exams.models import Exam
from portal.practices.models import User


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """Outcomes."""

    def current(self) -> OutcomeQuerySet:
        """Those that no later one has replaced."""
        return self.filter(replaced_at=None)


class Outcome(models.Model):
    """The outcome of one breast. It holds no date: the exam's own may be moved, and a real one would tell by how much."""

    class Result(models.TextChoices):
        MALIGNANT = "malignant", "Cancer"
        BENIGN = "benign", "Benign lesion"
        CLEAR = "clear", "No lesion"

    class Proof(models.TextChoices):
        PATHOLOGY = "pathology", "Pathology"
        FOLLOW_UP = "follow-up", "Follow-up"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="outcomes")
    side = models.CharField(max_length=1)  # R | L
    result = models.CharField(max_length=9, choices=Result.choices)
    proof = models.CharField(max_length=9, choices=Proof.choices)
    months = models.PositiveSmallIntegerField(null=True)  # from the exam to the proof
    way = models.CharField(max_length=4)  # hand | csv
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["-entered_at"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "side"], condition=Q(replaced_at=None), name="one_current_outcome")
        ]

    def __str__(self) -> str:
        return f"{self.side} of {self.exam_id}: {self.result}"
