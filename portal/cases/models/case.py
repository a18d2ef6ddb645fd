"""Cases (requests for a second opinion) and who is working on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.db import models
from django.db.models import Case as Choose
from django.db.models import Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.analysis.models import Run
from portal.base.ids import new_id
from portal.cases.models.desk import PRIOR, MissingView, Seen
from portal.cases.protocols import ORDERED
from portal.exams.managers import SEE_EXAMS
from portal.exams.models import Exam
from portal.practices.models import Practice, User

NEWS = timedelta(days=30)  # older is no news


def _wanting() -> models.QuerySet[MissingView]:
    return MissingView.objects.wanting().filter(case=OuterRef("pk"))


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases."""

    def visible_to(self, user: Any) -> CaseQuerySet:
        """Those of the practices in which `user` works with exams."""
        return self.filter(practice__in=Practice.objects.of(user, *SEE_EXAMS))

    def open(self) -> CaseQuerySet:
        """Neither closed nor withdrawn."""
        return self.filter(closed_at=None, withdrawn_at=None)

    def _places(self, **conditions: Any) -> models.QuerySet[Any]:
        return Assignment.objects.filter(case=OuterRef("pk"), **conditions)

    def _reads(self, **conditions: Any) -> models.QuerySet[Any]:
        return self._related("reads", **conditions)

    def _related(self, name: str, **conditions: Any) -> models.QuerySet[Any]:
        """Rows of an app above this one that point at the case."""
        return self._all(name).filter(case=OuterRef("pk"), **conditions)

    def _all(self, name: str) -> models.QuerySet[Any]:
        rows: Any = self.model._meta.get_field(name).related_model
        return cast("models.QuerySet[Any]", rows._default_manager.all())

    def with_state(self) -> CaseQuerySet:
        """Annotate `state` (a key of STATES) and `held_by` (who holds the open place, or None)."""
        undone = self._places(done_at=None)
        held = undone.exclude(member=None)
        state = Choose(
            When(withdrawn_at__isnull=False, then=Value("withdrawn")),
            When(closed_at__isnull=False, then=Value("signed")),
            When(Exists(_wanting()), then=Value("incomplete")),
            When(Exists(self._places(place="arbiter", done_at=None)), then=Value("arbitration")),
            When(~Exists(undone), then=Value("to-sign")),
            When(Exists(self._reads(locked_at__isnull=False, decided_at=None)), then=Value("locked")),
            When(Exists(held), then=Value("being-read")),
            default=Value("unread"),
            output_field=models.CharField(),
        )
        return self.annotate(state=state, held_by=Subquery(held.values("member__name")[:1]))

    def free_for(self, user: Any) -> CaseQuerySet:
        """Open and complete cases with a place that nobody holds, in which `user` holds none."""
        mine = self._places(member=user.pk)
        free = self._places(member=None, done_at=None)
        return self.open().filter(Exists(free)).exclude(Exists(mine)).exclude(Exists(_wanting()))

    def held_by_user(self, user: Any) -> CaseQuerySet:
        """Open cases in which `user` has work: an undone place."""
        return self.open().filter(Exists(self._places(member=user.pk, done_at=None)))

    def read_by(self, user: Any) -> CaseQuerySet:
        """Cases in which `user` has finished a place."""
        return self.filter(Exists(self._places(member=user.pk, done_at__isnull=False)))

    def to_sign_by(self, user: Any) -> CaseQuerySet:
        """Open cases whose places are all done, one of them by `user`."""
        return self.open().read_by(user).exclude(Exists(self._places(done_at=None)))

    def incomplete(self) -> CaseQuerySet:
        """Open cases that wait for a view."""
        return self.open().filter(Exists(_wanting()))

    def in_reach_of(self, user: Any) -> CaseQuerySet:
        """Open cases in which `user` holds an undone place, or could take one."""
        theirs = self._places(done_at=None).filter(Q(member=None) | Q(member=user.pk))
        over = self._places(member=user.pk, done_at__isnull=False)
        return self.open().filter(Exists(theirs)).exclude(Exists(over)).exclude(Exists(_wanting()))

    def awaiting_prior(self) -> CaseQuerySet:
        """Open cases that wait for an earlier exam."""
        return self.open().filter(Exists(_wanting().filter(view=PRIOR)))

    def news_for(self, user: Any) -> CaseQuerySet:
        """What happened since `user` last looked, within NEWS: to their own requests, and words that are for them."""
        since = timezone.now() - NEWS
        lately = Q(closed_at=None, withdrawn_at=None) | Q(closed_at__gte=since) | Q(withdrawn_at__gte=since)
        mark = Subquery(Seen.objects.filter(case=OuterRef("pk"), user=user.pk).values("at")[:1])
        own = self.filter(lately, opened_by=user.pk).annotate(seen_at=Coalesce(mark, models.F("opened_at")))
        steps = MissingView.objects.filter(case=OuterRef("pk"), asked_at__gt=OuterRef("seen_at"))
        signed = self._related("reports", signed_at__gt=OuterRef("seen_at"))
        words = self._all("comments").filter(at__gte=since).exclude(author=user.pk).exclude(seen__user=user.pk)
        asked = Exists(words.filter(case=OuterRef("pk"), knows=False))
        own = own.filter(Q(withdrawn_at__gt=models.F("seen_at")) | Exists(steps) | Exists(signed) | asked)
        told = words.filter(Q(mentions=user.pk) | Q(line=user.pk, knows=False))
        return self.filter(Q(pk__in=own.values("pk")) | Q(pk__in=told.values("case")))

    def in_arbitration(self) -> CaseQuerySet:
        """Open cases whose arbiter's place is not done."""
        return self.open().filter(Exists(self._places(place="arbiter", done_at=None)))

    def by_urgency(self) -> CaseQuerySet:
        """Urgent first, then by due time, then oldest first. Nothing that a run says has a part in this order."""
        rank = Choose(When(Q(urgency="urgent"), then=0), When(Q(urgency="soon"), then=1), default=2)
        return self.annotate(rank=rank).order_by("rank", models.F("due_at").asc(nulls_last=True), "opened_at", "pk")

    def by_triage(self) -> CaseQuerySet:
        """The order of `by_urgency`; within it, cases of an ordered protocol by the triage of their newest run.

        Elevated before everything else, low after it; a run that has not ended, has no score or belongs to another
        protocol stands between. Overdue cases come first, so that nobody waits for ever. Three steps and no score:
        the order is all that a blind reader may learn.
        """
        newest = Run.objects.filter(exam=OuterRef("exam")).order_by("-revision", "-requested_at")
        said = newest.annotate(
            step=Choose(
                When(finished_at=None, then=1), When(triage="elevated", then=0), When(triage="low", then=2), default=1
            )
        )
        tier = Choose(When(protocol__in=ORDERED, then=Coalesce(Subquery(said.values("step")[:1]), 1)), default=1)
        late = Choose(When(due_at__lt=timezone.now(), then=0), default=1)
        rank, *then = self.by_urgency().query.order_by
        return self.by_urgency().annotate(late=late, tier=tier).order_by(rank, "late", "tier", *then)


class Case(models.Model):
    """A request for a second opinion on an exam. Its state is derived from assignments, reads and report."""

    class Urgency(models.TextChoices):
        ROUTINE = "routine", "Routine"
        SOON = "soon", "Soon"
        URGENT = "urgent", "Urgent"

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
        indexes = [
            models.Index(fields=["practice", "-opened_at"]),
            models.Index(fields=["practice", "closed_at", "-opened_at"]),
            models.Index(fields=["practice", "closed_at", "due_at"]),
            models.Index(
                fields=["practice", "urgency", "due_at"],
                condition=Q(closed_at=None, withdrawn_at=None),
                name="open_cases",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def waits_for(self) -> list[str]:
        """The views that it was sent back for and that are wanting still, e.g. ["RMLO"]."""
        return [str(each) for each in MissingView.objects.wanting().filter(case=self)]


class Assignment(models.Model):
    """A place at a case: `reader` (first, second) or `arbiter`, held by at most one person at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assignments")
    place = models.CharField(max_length=8)  # "reader" | "reader2" | "arbiter"
    member = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="assignments")
    claimed_at = models.DateTimeField(null=True)
    claim_until = models.DateTimeField(null=True)  # let go by the sweep; empty once a draft was saved
    given_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # where not taken by hand
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "place"], name="one_row_per_place"),
            models.UniqueConstraint(fields=["case", "member"], name="one_place_per_person"),
        ]
        indexes = [
            models.Index(fields=["member", "done_at"]),
            models.Index(fields=["case"], condition=Q(done_at=None), name="undone_places"),
        ]

    def __str__(self) -> str:
        return f"{self.place} of {self.case_id}"
