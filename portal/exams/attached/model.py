"""What came in with an exam and is no image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef

from portal.base.ids import new_id

if TYPE_CHECKING:
    pass


class AttachedQuerySet(models.QuerySet["Attached"]):
    """Objects that came in with exams."""

    def visible_to(self, user: Any) -> AttachedQuerySet:
        """Those of the exams that `user` may see; what of them is sealed is for the manifest to say."""
        exams: Any = self.model._meta.get_field("exam").related_model
        return self.filter(Exists(exams._default_manager.visible_to(user).filter(pk=OuterRef("exam"))))


class Attached(models.Model):
    """A presentation state or structured report of an exam: its graphics, codes and numbers. The file itself is not kept,

    since its free text may name anybody.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exam = models.ForeignKey("exams.Exam", on_delete=models.PROTECT, related_name="attached")
    kind = models.CharField(max_length=20)  # presentation-state | cad-report | report
    by_machine = models.BooleanField(default=False)  # as far as it says so
    sop_uid = models.CharField(max_length=64)  # replaced
    received_sha256 = models.CharField(max_length=64)
    title = models.CharField(max_length=80)
    lines = models.JSONField(default=list)  # sentences, codes and numbers
    graphics = models.JSONField(default=list)  # `drawn.Drawn.as_json`
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AttachedQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["exam", "sop_uid"], name="one_attached_per_sop")]
        indexes = [models.Index(fields=["received_sha256"], name="attached_received")]

    def __str__(self) -> str:
        return self.title
