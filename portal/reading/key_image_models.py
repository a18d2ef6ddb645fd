"""Key images: pictures that a reader chose to show in the report, drawn by a worker from the stored pixels."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from portal.base.ids import new_id
from portal.exams.models import Image
from portal.exams.phrases import PHRASES

TRIES = 3
PAUSE = timedelta(minutes=2)  # longer than drawing one takes


class KeyImageQuerySet(models.QuerySet["KeyImage"]):
    """Key images. They are shown by their report alone, so nothing here is visible to anybody by itself."""

    def owed(self, now: datetime) -> KeyImageQuerySet:
        """Neither drawn nor given up, and not tried within PAUSE."""
        return self.filter(drawn_at=None, tries__lt=TRIES).filter(Q(tried_at=None) | Q(tried_at__lt=now - PAUSE))


class KeyImage(models.Model):
    """One picture of a locked read: what to draw is fixed by `recipe`, what was drawn by `sha256`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    read = models.ForeignKey("reading.Read", on_delete=models.PROTECT, related_name="key_images")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    recipe = models.JSONField()  # portal.reading.key_images.recipes
    recipe_digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    failed_because = models.CharField(max_length=200, blank=True)
    drawn_at = models.DateTimeField(null=True)
    object_key = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the picture's bytes

    objects = KeyImageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["read", "recipe_digest"], name="one_picture_per_recipe")]
        indexes = [models.Index(fields=["tried_at"], condition=Q(drawn_at=None), name="undrawn_key_images")]

    def __str__(self) -> str:
        return f"key image of read {self.read_id}"

    @property
    def state(self) -> str:
        """Drawn | failed | waiting."""
        if self.drawn_at:
            return "drawn"
        spent = self.tries >= TRIES and self.tried_at is not None
        given_up = spent and (self.failed_because or timezone.now() - self.tried_at > PAUSE)  # type: ignore[operator]
        return "failed" if given_up else "waiting"

    @property
    def say(self) -> str:
        """The state in words."""
        words = {
            "drawn": gettext("ready"),
            "waiting": gettext("still being drawn"),
            "failed": PHRASES.said(self.failed_because) or gettext("could not be drawn"),
        }
        return words[self.state]

    def entry(self) -> dict[str, Any]:
        """What a report keeps of it: which image, what its marks are numbered, and the picture's fingerprint."""
        numbers = sorted({mark["number"] for mark in self.recipe["marks"]})
        return {
            "id": str(self.pk),
            "label": " ".join(word for word in (self.image.laterality, self.image.view) if word) or "Unknown view",
            "frame": self.recipe["frame"] if self.image.frames > 1 else None,
            "findings": numbers,
            "sha256": self.sha256,
        }
