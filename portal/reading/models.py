"""Reads, what became of them after the reveal, and the signed report."""

from __future__ import annotations

from typing import Any, cast

from django.db import models
from django.db.models import Exists, OuterRef, Q

from portal.base.ids import new_id
from portal.cases.models import Case, Owed, OwedQuerySet
from portal.exams.managers import SEE_EXAMS
from portal.practices.models import User
from portal.practices.selectors import practice_keys
from portal.reading.comment_models import Comment, CommentSeen
from portal.reading.key_image_models import KeyImage
from portal.reading.meeting_models import AgendaItem, Meeting, Minutes, Summons
from portal.reading.outcome_models import Outcome, OutcomeTable

__all__ = [
    "AgendaItem", "Amendment", "Comment", "CommentSeen", "KeyImage", "Letter", "Meeting", "Minutes", "Outcome", "OutcomeTable",
    "Read", "Report", "Summons",
]  # fmt: skip


class ReadQuerySet(models.QuerySet["Read"]):
    """Reads."""

    def visible_to(self, user: Any) -> ReadQuerySet:
        """A reader's own, of cases that they may see. Others' reads are shown by the case once the protocol opens them."""
        return self.filter(Exists(Case.objects.visible_to(user).filter(pk=OuterRef("case"))), reader=user.pk)


class Read(models.Model):
    """One reader's structured assessment of a case: a draft until locked, never edited after.

    Its reader holds the place of the same name at the case (`Assignment`); a claim that is let go leaves the
    draft behind, and whoever takes the place again finds their own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reads")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reads")
    place = models.CharField(max_length=8)  # as the assignment's
    lexicon = models.CharField(max_length=20, default="overread-1")
    body = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)  # of the draft: a save names the version it was made from
    started_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the locked body, also in the trail
    revealed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)  # confirmed, amended, or locked with the suggestion already open

    objects = ReadQuerySet.as_manager()

    class Meta:
        ordering = ["started_at"]
        constraints = [models.UniqueConstraint(fields=["case", "reader", "place"], name="one_read_per_place")]
        indexes = [models.Index(fields=["reader", "decided_at"])]

    def __str__(self) -> str:
        return f"{self.place}'s read of {self.case_id}"

    @property
    def state(self) -> str:
        """Draft | locked | revealed | closed."""
        if self.decided_at:
            return "closed"
        if not self.locked_at:
            return "draft"  # who settles has the suggestion open from the start
        return "revealed" if self.revealed_at else "locked"

    @property
    def final_body(self) -> dict[str, Any]:
        """What this reader stands by: the amendment where there is one, else the read as locked."""
        amendment = Amendment.objects.filter(read=self.pk).first()
        return cast("dict[str, Any]", amendment.body if amendment else self.body)


class Amendment(models.Model):
    """What a reader changed after the reveal, and why; the locked read stays as it was."""

    read = models.OneToOneField(Read, on_delete=models.PROTECT, related_name="amendment")
    body = models.JSONField()
    reason = models.CharField(max_length=1000)
    changes = models.JSONField(default=list)  # [{"field", "before", "after", "direction"}]
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"amendment of read {self.read_id}"


class ReportQuerySet(models.QuerySet["Report"]):
    """Signed reports."""

    def visible_to(self, user: Any) -> ReportQuerySet:
        """Those of cases in the practices where `user` works with exams, and of shared ones that they have read."""
        ours = Q(case__practice__in=practice_keys(user, *SEE_EXAMS))
        read = Case.objects.shared_with(user).read_by(user).filter(pk=OuterRef("case"))
        return self.filter(ours | Exists(read))


class Report(models.Model):
    """The signed outcome; an addendum is another row, never an edit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    addendum_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="addenda")
    body = models.JSONField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"report of {self.case_id}"


class Letter(Owed):
    """The mail that a signed report or addendum owes the clinician; it outlives an absent broker or mail server."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="letter")

    objects = OwedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["tried_at"], condition=Q(sent_at=None), name="unsent_letters")]

    def __str__(self) -> str:
        return f"letter about {self.report_id}"
