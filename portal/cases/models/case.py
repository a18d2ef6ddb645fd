"""Cases (requests for a second opinion) and who is working on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from portal.base.ids import new_id
from portal.cases.models.case_query import CaseQuerySet
from portal.cases.models.desk import MissingView
from portal.cases.models.orders import CASE_INDEXES, PLACE_INDEXES
from portal.cases.places import MEETING
from portal.exams.models import Exam
from portal.practices.models import Practice, User


class Case(models.Model):
    """A request for a second opinion on an exam. Its state is derived from assignments, reads and report."""

    class Urgency(models.TextChoices):
        ROUTINE = "routine", gettext_lazy("Routine")
        SOON = "soon", gettext_lazy("Soon")
        URGENT = "urgent", gettext_lazy("Urgent")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="cases")
    number = models.CharField(max_length=12, unique=True)  # "C-8KQ2MN7F", read out over the telephone
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="cases")
    detached = models.ManyToManyField(
        Exam, related_name="+", blank=True
    )  # earlier exams that are not to hang beside it
    protocol = models.CharField(max_length=24, default="second-reader")
    rule = models.JSONField(default=dict, blank=True)  # what the practice had set of the protocol when the case opened
    question = models.TextField("clinical question", max_length=2000)
    history = models.TextField(max_length=4000, blank=True)
    facts = models.JSONField(default=dict, blank=True)  # of the history; see history.py
    first_opinion = models.JSONField(
        default=dict, blank=True
    )  # {"category": {"L": "2", "R": "1"}, "recall": false, "text": "..."}
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.ROUTINE)
    due_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True)  # its report is signed

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        indexes = CASE_INDEXES

    def __str__(self) -> str:
        return self.number

    @property
    def waits_for(self) -> list[str]:
        """The views that it was sent back for and that are wanting still, e.g. ["RMLO"]."""
        found = self.__dict__.get("wanting", MissingView.objects.wanting().filter(case=self))
        return [str(each) for each in found]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Places."""

    def claimable(self) -> AssignmentQuerySet:
        """Undone places that a reader takes or is given: all but a meeting's, which its chair holds."""
        return self.filter(done_at=None).exclude(place=MEETING)


class Assignment(models.Model):
    """A place at a case, held by at most one person at a time: to read (first, second), or to settle what they differ on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assignments")
    place = models.CharField(max_length=8)  # "reader" | "reader2" | "arbiter" | "meeting", see places.py
    member = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="assignments")
    claimed_at = models.DateTimeField(null=True)
    claim_until = models.DateTimeField(null=True)  # let go by the sweep; empty once a draft was saved
    given_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # where not taken by hand
    done_at = models.DateTimeField(null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "place"], name="one_row_per_place"),
            models.UniqueConstraint(  # in a meeting the readers meet: its chair may have read the case
                fields=["case", "member"], condition=~Q(place=MEETING), name="one_place_per_person"
            ),
        ]
        indexes = PLACE_INDEXES

    def __str__(self) -> str:
        return f"{self.place} of {self.case_id}"
