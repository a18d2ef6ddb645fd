"""The trail: one append-only, hash-chained row for each act; plain values, so no deletion elsewhere takes one along."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from portal.audit.managers import AppendOnly, EventQuerySet


class ChainHead(models.Model):
    """The last link of a practice's chain; locking it puts writers in line."""

    chain = models.CharField(max_length=36, primary_key=True)  # the practice's id, or "system"
    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.chain} #{self.sequence}"


class Event(models.Model):
    """Who did what to which subject, when, and the digest that ties it to the event before it."""

    chain = models.CharField(max_length=36)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=36, blank=True)  # empty: the system itself
    actor_name = models.CharField(max_length=254, blank=True)
    verb = models.CharField(max_length=60)  # noun.past-tense, e.g. "image.viewed"
    outcome = models.CharField(max_length=10, default="done")  # done | refused
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    exam_id = models.CharField(max_length=36, blank=True)
    case_id = models.CharField(max_length=36, blank=True)
    patient_id = models.CharField(max_length=36, blank=True)
    detail = models.JSONField(default=dict)
    before = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_one_row_per_link")]
        indexes = [
            models.Index(fields=["chain", "-at"]),
            models.Index(fields=["case_id", "at"]),
            models.Index(fields=["exam_id", "at"]),
            models.Index(fields=["patient_id", "at"]),
            models.Index(fields=["actor_id", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.chain} #{self.sequence} {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; AppendOnly for an event that is already in the trail."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Refused: AppendOnly."""
        raise AppendOnly
