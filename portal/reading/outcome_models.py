"""What became of a breast: pathology or follow-up, by which reads and suggestions are scored later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal.base.ids import new_id
from portal.exams.models import Exam
from portal.practices.models import Practice, Role, User


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """Outcomes."""

    def current(self) -> OutcomeQuerySet:
        """Those that no later one has replaced."""
        return self.filter(replaced_at=None)


class Outcome(models.Model):
    """The outcome of one breast. It holds no date: the exam's own may be moved, and a real one would tell by how much."""

    class Result(models.TextChoices):
        MALIGNANT = "malignant", gettext_lazy("Cancer")
        BENIGN = "benign", gettext_lazy("Benign lesion")
        CLEAR = "clear", gettext_lazy("No lesion")

    class Proof(models.TextChoices):
        PATHOLOGY = "pathology", gettext_lazy("Pathology")
        FOLLOW_UP = "follow-up", gettext_lazy("Follow-up")

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


class OutcomeTableQuerySet(models.QuerySet["OutcomeTable"]):
    """Checked tables."""

    def visible_to(self, user: Any) -> OutcomeTableQuerySet:
        """One's own of the last day, where one may import: what it says of an exam is what its sender typed."""
        mine = self.filter(sent_by=user.pk, sent_at__gt=timezone.now() - OutcomeTable.KEPT)
        return mine.filter(practice__in=Practice.objects.of(user, Role.COORDINATOR, Role.ADMIN))


class OutcomeTable(models.Model):
    """A table that was checked and may be kept as it is. It holds no identifier that the sender used: exams by their ids."""

    KEPT = timedelta(days=1)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)  # SHA-256 of the file's bytes
    # [{"line", "exam", "found": [[side, result, proof, months]], "was": {side: outcome id}, "fault"}]
    lines = models.JSONField(default=list)
    faults = models.PositiveIntegerField()
    sent_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    objects = OutcomeTableQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["sent_at"])]

    def __str__(self) -> str:
        return f"table of {self.sent_at:%Y-%m-%d %H:%M}"
