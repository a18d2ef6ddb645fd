"""Beside the cases: views that are asked for, readers who pause, and what a person has seen."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from portal.base.ids import new_id
from portal.exams.models import Exam, Image
from portal.practices.models import Practice, User

PRIOR = "PRIOR"  # not a view of this exam: an earlier exam


class MissingViewQuerySet(models.QuerySet["MissingView"]):
    """Views asked for."""

    def wanting(self) -> MissingViewQuerySet:
        """Those that nothing filed since answers and nobody has gone on without; an earlier exam answers for a prior."""
        since = Image.objects.filter(
            exam=OuterRef("case__exam"),
            laterality=OuterRef("laterality"),
            view=OuterRef("view"),
            created_at__gt=OuterRef("asked_at"),
        )
        now = OuterRef("case__exam__study_date")
        before = Exam.objects.mammograms().filter(
            Q(study_date=None) | Q(study_date__lt=now), patient=OuterRef("case__exam__patient"),
            practice=OuterRef("case__practice"), created_at__gt=OuterRef("asked_at"),
        ).exclude(pk=OuterRef("case__exam"))  # fmt: skip
        answered = (~Q(view=PRIOR) & Exists(since)) | (Q(view=PRIOR) & Exists(before))
        return self.filter(waived_at=None).exclude(answered)


class MissingView(models.Model):
    """One view that a case was sent back for. An image of it that is filed later answers it: nothing is ticked off."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="missing_views")
    laterality = models.CharField(max_length=1)
    view = models.CharField(max_length=8)
    why = models.CharField(max_length=12)  # a key of incomplete.WHY: a code, because words could tell an opinion
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Who opened the case, which never changes: here too, so that an index finds what they are asked for.
    requester = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    waived_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    waived_at = models.DateTimeField(null=True)

    objects = MissingViewQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "laterality", "view"]
        indexes = [
            models.Index(fields=["case"], condition=Q(waived_at=None), name="views_asked_for"),
            models.Index(fields=["case"], condition=Q(waived_at=None, view=PRIOR), name="priors_awaited"),
            models.Index(fields=["requester", "asked_at"], name="views_of_who_asked"),
        ]

    def __str__(self) -> str:
        return "a prior" if self.view == PRIOR else f"{self.laterality}{self.view}"


class Pause(models.Model):
    """A reader who takes and is given no new case until a coordinator lifts it; what they hold stays theirs."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="pauses")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="pauses")
    since = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "user"], name="one_pause_per_reader")]

    def __str__(self) -> str:
        return f"{self.user} pauses in {self.practice}"


class Seen(models.Model):
    """When a person last had a case's page open: what came later is new to them."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="seen")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_sight_per_person")]

    def __str__(self) -> str:
        return f"{self.case_id} seen by {self.user_id}"
