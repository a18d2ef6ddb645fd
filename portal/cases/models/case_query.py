"""Which cases there are for whom. Conditions are EXISTS or `IN (SELECT ...)`: joins would multiply rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.db import models
from django.db.models import Case as Choose
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.analysis.models import Run
from portal.base.queries import any_of
from portal.cases.models.desk import PRIOR, MissingView, Seen
from portal.cases.models.orders import ENDED_AT, HAS_ENDED, IS_OPEN, LAST, RANK, URGENT_FIRST
from portal.cases.models.share import Share
from portal.cases.places import MEETING, SETTLING
from portal.cases.protocols import ORDERED
from portal.exams.managers import SEE_EXAMS
from portal.practices.selectors import practice_keys

if TYPE_CHECKING:
    from portal.cases.models.case import Case

NEWS = timedelta(days=30)  # older is no news
FEW = 1000  # keys that a query may name
ENDED = ("withdrawn", "signed")  # the states of a case in which nothing is left to do


class Probe(Exists):
    """An EXISTS that is looked up row by row in an index.

    Left to itself PostgreSQL may turn it into a join that first reads every row on the other side, which is most of the
    past; `OFFSET 0` keeps it from that, so that a list which is walked in its order stops after its page.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


@cache
def _wanting() -> models.QuerySet[MissingView]:
    """Built once: a query set never changes, and this one takes Django longer to build than PostgreSQL to answer."""
    return MissingView.objects.wanting().filter(case=OuterRef("pk"))


@cache
def _waits() -> Q:
    """Whether a view is wanting: whether it came is looked up only where one was asked for."""
    asked = MissingView.objects.filter(case=OuterRef("pk"), waived_at=None)
    return Q(Probe(asked)) & Q(Probe(_wanting()))


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases."""

    def visible_to(self, user: Any) -> CaseQuerySet:
        """Those of the practices in which `user` works with exams, and those shared with them from elsewhere."""
        return self.filter(self._own(user) | self._shared(user))

    def of_own_practices(self, user: Any) -> CaseQuerySet:
        """Those of the practices in which `user` works with exams."""
        return self.filter(self._own(user))

    def shared_with(self, user: Any) -> CaseQuerySet:
        """Those that `user` sees as a guest of another practice."""
        theirs = Share.objects.open_to(user).values("case")
        return self.filter(pk__in=theirs.order_by()).exclude(self._own(user))

    def _own(self, user: Any) -> Q:
        return Q(practice__in=practice_keys(user, *SEE_EXAMS))

    def _shared(self, user: Any) -> Exists:
        return Exists(Share.objects.open_to(user).filter(case=OuterRef("pk")))

    def open(self) -> CaseQuerySet:
        """Neither closed nor withdrawn."""
        return self.filter(IS_OPEN)

    def ended(self) -> CaseQuerySet:
        """Signed or withdrawn."""
        return self.filter(HAS_ENDED)

    def _places(self, **conditions: Any) -> models.QuerySet[Any]:
        return self._related("assignments", **conditions)

    def _reads(self, **conditions: Any) -> models.QuerySet[Any]:
        return self._related("reads", **conditions)

    def _related(self, name: str, **conditions: Any) -> models.QuerySet[Any]:
        """Rows of an app above this one that point at the case."""
        return self._all(name).filter(case=OuterRef("pk"), **conditions)

    def _all(self, name: str) -> models.QuerySet[Any]:
        rows: Any = self.model._meta.get_field(name).related_model
        return cast("models.QuerySet[Any]", rows._default_manager.all())

    def _ladder(self) -> dict[str, Any]:
        """What each state needs, where no earlier one holds."""
        undone = self._places(done_at=None)
        return {
            "withdrawn": Q(withdrawn_at__isnull=False),
            "signed": Q(closed_at__isnull=False),
            "incomplete": _waits(),
            "meeting": Probe(undone.filter(place=MEETING)),
            "arbitration": Probe(undone.filter(place__in=SETTLING)),
            "to-sign": ~Probe(undone),
            "locked": Probe(self._reads(locked_at__isnull=False, decided_at=None)),
            "being-read": Probe(undone.exclude(member=None)),
            "unread": Q(),
        }

    def with_state(self) -> CaseQuerySet:
        """Annotate `state` (a key of STATES) and `held_by` (who holds the open place, or None)."""
        *steps, (last, _) = self._ladder().items()
        state = Choose(
            *(When(holds, then=Value(code)) for code, holds in steps),
            default=Value(last),
            output_field=models.CharField(),
        )
        held = self._places(done_at=None).exclude(member=None).order_by("place")
        return self.annotate(state=state, held_by=Subquery(held.values("member__name")[:1]))

    def with_waits(self) -> CaseQuerySet:
        """Look up at once, for all of a page, what `waits_for` would ask for each case."""
        wanting = models.Prefetch("missing_views", MissingView.objects.wanting(), to_attr="wanting")
        return self.prefetch_related(wanting)

    def listed_for(self, user: Any) -> CaseQuerySet:
        """Those of `visible_to`, by keys that are looked up before: with them an index can be walked in the order of a list."""
        own = Q(practice__in=list(practice_keys(user, *SEE_EXAMS)))
        theirs = list(Share.objects.open_to(user).order_by().values_list("case", flat=True))
        return self.filter(own | Q(pk__in=theirs) if theirs else own)

    def in_state(self, code: str) -> CaseQuerySet:
        """Those to which `with_state` gives `code`, found by conditions that indexes serve: it derives no other state."""
        found = self.ended() if code in ENDED else self.open()
        for each, holds in self._ladder().items():
            if each == code:
                return found.filter(holds)
            if each not in ENDED or code in ENDED:
                found = found.filter(~holds)
        raise KeyError(code)

    def free_for(self, user: Any) -> CaseQuerySet:
        """Open and complete cases with a place that nobody holds, in which `user` holds none."""
        mine = self._places(member=user.pk)
        free = self._places(member=None, done_at=None).exclude(place=MEETING)
        return self.open().filter(Probe(free), ~Probe(mine), ~_waits())

    def read_by(self, user: Any) -> CaseQuerySet:
        """Cases in which `user` has finished a place."""
        return self.filter(Exists(self._places(member=user.pk, done_at__isnull=False)))

    def work_of(self, user: Any) -> CaseQuerySet:
        """Open cases that `user` has in hand: an undone place, or, all places being done and one by `user`, the report to sign.

        A reader's finished places are a lifetime's: a report can be to sign only for those since the oldest open case began.
        """
        places = self._all("assignments").filter(member=user.pk)
        oldest = self.open().order_by("opened_at").values_list("opened_at", flat=True).first() or timezone.now()
        undone = self._all("assignments").filter(case=OuterRef("case"), done_at=None)
        to_sign = places.filter(~Probe(undone), done_at__gte=oldest)
        keys = any_of(*(each.values_list("case", flat=True) for each in (places.filter(done_at=None), to_sign)))
        return self.open().filter(pk__among=list(keys))

    def incomplete(self) -> CaseQuerySet:
        """Open cases that wait for a view.

        Only for those for which one was asked is looked whether it came: a few are named, of many the list is walked.
        """
        views = MissingView.objects.filter(case=OuterRef("pk"), waived_at=None)
        asked = self.open().filter(Exists(views)).order_by().values_list("pk", flat=True)
        many = asked[FEW : FEW + 1].exists()
        return self.open().filter(Probe(views) if many else Q(pk__among=list(asked)), Probe(_wanting()))

    def awaiting_prior(self) -> CaseQuerySet:
        """Open cases that wait for an earlier exam."""
        views = MissingView.objects.filter(case=OuterRef("pk"), waived_at=None, view=PRIOR)
        return self.open().filter(Exists(views), Probe(_wanting().filter(view=PRIOR)))

    def in_reach_of(self, user: Any) -> CaseQuerySet:
        """Open cases in which `user` holds an undone place, or could take one."""
        theirs = self._places(done_at=None).exclude(place=MEETING).filter(Q(member=None) | Q(member=user.pk))
        over = self._places(member=user.pk, done_at__isnull=False)
        return self.open().filter(Probe(theirs), ~Probe(over), ~_waits())

    def news_for(self, user: Any) -> CaseQuerySet:
        """What happened since `user` last looked, within NEWS: to their own requests, and words that are for them.

        Of more than FEW reports that nobody has looked at, the newest FEW: no list is walked further.
        """
        since = timezone.now() - NEWS
        comments = self._all("comments")
        marks: Any = comments.model._meta.get_field("seen").related_model
        shown = Probe(marks._default_manager.filter(comment=OuterRef("pk"), user=user.pk))
        words = comments.filter(~shown, at__gte=since).exclude(author=user.pk)
        told = [words.filter(mentions=user.pk), words.filter(line=user.pk, knows=False)]
        own = self.model._default_manager.filter(opened_by=user.pk).order_by()
        signed: list[Any] = []
        if own.exists():
            signed, steps = self._steps_for(user, own, since)
            opened = Probe(own.filter(pk=OuterRef("case"), closed_at__isnull=False))
            told += [*steps, words.filter(Q(knows=False) | opened, requester=user.pk)]
        keys = any_of(*(each.values_list("case", flat=True) for each in told))
        return self.filter(pk__among=list({*signed, *keys}))

    def _steps_for(
        self, user: Any, own: models.QuerySet[Case], since: datetime
    ) -> tuple[list[Any], list[models.QuerySet[Any]]]:
        """Reports (their cases' keys), withdrawals and views asked for since `since` in `user`'s `own` cases, where they have not looked after."""
        mark = Seen.objects.filter(user=user.pk).values("at")  # one at most
        mine = own.annotate(seen_at=Coalesce(Subquery(mark.filter(case=OuterRef("pk"))), F("opened_at")), case=F("pk"))
        asked = MissingView.objects.filter(requester=user.pk, asked_at__gte=since).annotate(
            looked=Coalesce(Subquery(mark.filter(case=OuterRef("case"))), F("case__opened_at"))
        )
        later = self._related("reports", signed_at__gt=OuterRef("seen_at"))  # an addendum
        signed = mine.filter(closed_at__gte=since).filter(Q(closed_at__gt=F("seen_at")) | Probe(later))
        withdrawn = mine.filter(withdrawn_at__gte=since, withdrawn_at__gt=F("seen_at"))
        newest = signed.order_by("-closed_at").values_list("pk", flat=True)[: FEW + 1]
        return list(newest), [withdrawn, asked.filter(asked_at__gt=F("looked"))]

    def in_arbitration(self) -> CaseQuerySet:
        """Open cases whose discordance is still to be settled, by an arbiter or in a meeting."""
        return self.open().filter(Exists(self._places(place__in=SETTLING, done_at=None)))

    def of_urgency(self, urgency: str) -> CaseQuerySet:
        """Those of one urgency, by the expression that the indexes hold."""
        return self.annotate(rank=RANK).filter(rank=URGENT_FIRST.get(urgency, LAST))

    def by_urgency(self) -> CaseQuerySet:
        """Urgent first, then by due time, then oldest first. Nothing that a run says has a part in this order."""
        return self.annotate(rank=RANK).order_by("rank", F("due_at").asc(nulls_last=True), "opened_at", "pk")

    def newest_first(self) -> CaseQuerySet:
        """Ended cases, those that ended last first."""
        return self.annotate(ended_at=ENDED_AT).order_by("-ended_at", "-pk")

    def by_triage(self) -> list[CaseQuerySet]:
        """The order of `by_urgency`; within it, cases of an ordered protocol by the triage of their newest run.

        Elevated before everything else, low after it; a run that has not ended, has no score or belongs to another
        protocol stands between. Overdue cases come first, so that nobody waits for ever. Three steps and no score:
        the order is all that a blind reader may learn. The list comes in parts, one behind the other, because only
        the parts that are reached need be sorted.
        """
        newest = Run.objects.filter(exam=OuterRef("exam")).order_by("-revision", "-requested_at")
        said = newest.annotate(
            step=Choose(
                When(finished_at=None, then=1), When(triage="elevated", then=0), When(triage="low", then=2), default=1
            )
        )
        tier = Choose(When(protocol__in=ORDERED, then=Coalesce(Subquery(said.values("step")[:1]), 1)), default=1)
        rank, *then = self.by_urgency().query.order_by
        now = timezone.now()
        late, still = Q(due_at__lt=now), Q(due_at__gte=now) | Q(due_at=None)
        cases = self.annotate(rank=RANK, tier=tier).order_by(rank, "tier", *then)
        return [cases.filter(part, rank=rank) for rank in range(LAST + 1) for part in (late, still)]
