"""Query sets of runs: who may see one, and the conditional UPDATEs by which workers take and keep one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.utils import timezone

from portal.exams.managers import of_visible_exam

if TYPE_CHECKING:
    from portal.analysis.models import Run


def attempt_cap() -> CombinedExpression:
    """How many attempts a run has: RUN_ATTEMPTS, and as many again for each retry that a person asked for."""
    return (F("retries") + 1) * settings.RUN_ATTEMPTS


def lease_end(now: datetime) -> datetime:
    """Until when a worker that shows life at `now` keeps its run."""
    return now + timedelta(seconds=settings.RUN_LEASE)


class RunQuerySet(models.QuerySet["Run"]):
    """Runs."""

    def visible_to(self, user: Any) -> RunQuerySet:
        """Runs of exams that `user` may see. Their state, not their suggestion: that needs `revealed_to`."""
        return self.filter(of_visible_exam(self, user))

    def revealed_to(self, user: Any) -> RunQuerySet:
        """Runs whose suggestion has been opened to `user`."""
        return self.visible_to(user).filter(self._opened(user))

    def with_reveal(self, user: Any) -> RunQuerySet:
        """Runs that `user` may see, each with `opened`, and `marked`: whether its suggestion, and its marks, were opened to them."""
        return self.visible_to(user).annotate(opened=self._opened(user), marked=self._opened(user, marks=True))

    def marked_to(self, user: Any) -> RunQuerySet:
        """Runs of which `user` may see outlines and maps as well."""
        return self.visible_to(user).filter(self._opened(user, marks=True))

    def _opened(self, user: Any, **which: Any) -> models.Exists:
        reveals = self.model._meta.get_field("reveals").related_model
        return models.Exists(reveals._default_manager.filter(run=models.OuterRef("pk"), user=user.pk, **which))

    def unended(self) -> RunQuerySet:
        """Neither finished nor failed."""
        return self.filter(finished_at=None, failed_at=None)

    def lapsed(self, now: datetime) -> RunQuerySet:
        """Unended runs whose worker let its lease run out."""
        return self.unended().filter(lease_until__lt=now)

    def spent(self, now: datetime) -> RunQuerySet:
        """Lapsed runs that have used every attempt: nobody will take them again."""
        return self.lapsed(now).filter(attempts__gte=attempt_cap())

    def lost(self, now: datetime) -> RunQuerySet:
        """Runs that nobody works on and no message waits for, as far as one can tell.

        Either the lease lapsed after the last message was sent, or a message was sent so long ago that a
        broker has lost it. A message too many is harmless: `claim` lets one worker in.
        """
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        dead = Q(lease_until__gt=F("enqueued_at"))
        stale = Q(enqueued_at__lt=now - timedelta(seconds=settings.RUN_REQUEUE))
        return self.unended().filter(free, dead | stale, attempts__lt=attempt_cap())

    def claim(self, run_id: str) -> int:
        """Let one worker in; its attempt (1, 2, ...), or 0 when the run is taken, ended or spent.

        One conditional UPDATE that compares the attempts it saw: two workers never hold the same attempt.
        """
        now = timezone.now()
        seen = self.unended().filter(pk=run_id, attempts__lt=attempt_cap()).values_list("attempts", flat=True).first()
        if seen is None:
            return 0
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        mine = self.unended().filter(free, pk=run_id, attempts=seen)
        taken = mine.update(claimed_at=now, lease_until=lease_end(now), attempts=seen + 1, progress=0, stage="")
        return seen + 1 if taken else 0

    def held(self, run: Run) -> RunQuerySet:
        """The run, only while the attempt that `run` carries is still the one that may write: the fence."""
        return self.unended().filter(pk=run.pk, attempts=run.attempts)
