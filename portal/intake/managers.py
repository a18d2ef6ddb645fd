"""Query sets of submissions and their files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.practices.models import Practice

if TYPE_CHECKING:
    from portal.intake.models import Submission, Upload  # noqa: F401 - named in the generic bases

LEASE = timedelta(minutes=6)  # above the hard time limit of a task
ATTEMPTS = 3


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions."""

    def visible_to(self, user: Any) -> SubmissionQuerySet:
        """One's own, in practices one still belongs to: file names are for the sender alone."""
        if user.pk is None:
            return self.none()
        return self.filter(sender=user.pk, practice__in=Practice.objects.of(user))


class UploadQuerySet(models.QuerySet["Upload"]):
    """Files of submissions."""

    def claim(self, upload_id: str) -> bool:
        """Let one worker unpack this ZIP: one conditional UPDATE, with a lease and an attempt cap."""
        now = timezone.now()
        free = Q(lease_until=None) | Q(lease_until__lt=now)
        waiting = self.filter(free, pk=upload_id, state="received", attempts__lt=ATTEMPTS).exclude(waiting_key="")
        return bool(waiting.update(lease_until=now + LEASE, attempts=F("attempts") + 1))
