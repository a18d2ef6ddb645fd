"""Mails that somebody is owed: rows, so that they outlive an absent broker or mail server and are sent once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.base.ids import new_id
from portal.practices.models import User

PAUSE = timedelta(minutes=10)  # between two tries to send one mail
TRIES = 150  # a day of them


class OwedQuerySet(models.QuerySet[Any]):
    """Mails that are owed."""

    def owed(self, now: datetime) -> Self:
        """Not sent yet, not tried within PAUSE, and not given up."""
        return self.filter(sent_at=None, tries__lt=TRIES).filter(Q(tried_at=None) | Q(tried_at__lt=now - PAUSE))

    def take(self, **which: Any) -> bool:
        """Whether this try is ours: one UPDATE lets one worker send the mail that `which` names."""
        now = timezone.now()
        return bool(self.owed(now).filter(**which).update(tried_at=now, tries=F("tries") + 1))


class Owed(models.Model):
    """What every owed mail keeps of its sending."""

    owed_since = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Notice(Owed):
    """One mail to one person that something happened on a case; `kind` is a key of `notices.WORDS`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="notices")
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    objects = OwedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["tried_at"], condition=Q(sent_at=None), name="unsent_notices")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"
