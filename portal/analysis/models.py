"""Releases, runs, their image results, and the reveals that open a run's suggestion to one person."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from portal.analysis.managers import RunQuerySet
from portal.base.ids import new_id
from portal.exams.models import Exam, Image
from portal.practices.models import User


class Release(models.Model):
    """One version of a model as this portal has seen it; the digest names its exact bytes."""

    name = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    card = models.JSONField()  # release.toml as read: input, operating points, evaluation with n and intervals
    active = models.BooleanField(default=True)  # asked for new exams
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Run(models.Model):
    """One analysis of one revision of an exam by one release. Its state is derived from its times."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="runs")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="runs")
    revision = models.PositiveIntegerField()  # of the exam, when asked
    inputs = models.JSONField(default=list)  # ids of the exam's images when asked, in filing order
    requested_at = models.DateTimeField(auto_now_add=True)
    enqueued_at = models.DateTimeField(default=timezone.now)  # when a message for a worker was last sent
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # never goes back: it is the fence of every write
    retries = models.PositiveSmallIntegerField(default=0)  # asked for by a person; each allows RUN_ATTEMPTS more
    progress = models.FloatField(default=0)  # 0..1
    stage = models.CharField(max_length=40, blank=True)
    finished_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failed_because = models.CharField(max_length=300, blank=True)
    input_hash = models.CharField(max_length=64, blank=True)
    scored = models.BooleanField(null=True)
    exam_score = models.FloatField(null=True)  # calibrated, 0..1
    score_band = models.PositiveSmallIntegerField(null=True)  # 1..10
    triage = models.CharField(max_length=12, blank=True)  # low | intermediate | elevated
    result = models.JSONField(null=True)  # inference.results.ExamResult.to_dict(), without maps

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [models.UniqueConstraint(fields=["exam", "release", "revision"], name="one_run_per_revision")]
        indexes = [models.Index(fields=["finished_at", "failed_at", "lease_until"])]

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def state(self) -> str:
        """One of waiting, running, ready, failed."""
        if self.finished_at:
            return "ready"
        if self.failed_at:
            return "failed"
        return "running" if self.claimed_at else "waiting"


class ImageResult(models.Model):
    """What one run found on one image."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="image_results")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    scored = models.BooleanField()
    malignancy = models.FloatField(null=True)
    result = models.JSONField()  # inference.results.ImageResult.to_dict()
    saliency_key = models.CharField(max_length=200, blank=True)  # PNG in object storage

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "image"], name="one_result_per_image")]

    def __str__(self) -> str:
        return f"{self.run}, image {self.image_id}"


class Reveal(models.Model):
    """The moment a run's suggestion was opened to a person. No row, no suggestion: sealed is the default."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="reveals")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    why = models.CharField(max_length=20)  # read-locked | first-reader | arbitration
    marks = models.BooleanField(default=True)  # outlines and maps as well; a protocol may hold them back below a score

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="one_reveal_per_person")]

    def __str__(self) -> str:
        return f"{self.run} to {self.user_id}"
