"""Ways in: a submission is what one person hands in at once; an upload is one file of it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from rest_framework_tus.models import AbstractUpload

from portal.base.ids import new_id
from portal.exams.models import Exam, Image
from portal.intake.managers import SubmissionQuerySet, UploadQuerySet
from portal.practices.models import Practice, User


class Submission(models.Model):  # type: ignore[django-manager-missing]
    """Files handed in together; when it is finished, each exam it touched is analysed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="submissions")
    sender = models.ForeignKey(User, on_delete=models.PROTECT, related_name="submissions")
    way = models.CharField(max_length=8, default="browser")  # browser | api | stow | dimse | batch
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now_add=True)  # the sweep finishes what nobody touched for a while
    closed_at = models.DateTimeField(null=True)  # no more files come: finished once the last one is filed
    finished_at = models.DateTimeField(null=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"submission {self.pk}"


class Upload(models.Model):
    """One file: received, then filed, refused or already known; a ZIP has one row for each entry."""

    class State(models.TextChoices):
        RECEIVED = "received"
        FILED = "filed"
        DUPLICATE = "duplicate"
        UNPACKED = "unpacked"  # a ZIP: its files have rows of their own
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)  # shown to the sender only; cleared when the submission is swept
    bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    waiting_key = models.CharField(max_length=200, blank=True)  # object of a ZIP that a worker will unpack
    attempts = models.PositiveSmallIntegerField(default=0)  # of unpacking it
    lease_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.RECEIVED)
    code = models.CharField(max_length=40, blank=True)  # of the refusal
    say = models.CharField(max_length=400, blank=True)  # what the sender can do
    exam = models.ForeignKey(Exam, null=True, on_delete=models.SET_NULL, related_name="+")
    image = models.ForeignKey(Image, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["state", "created_at"])]

    def __str__(self) -> str:
        return f"upload {self.pk}: {self.state}"


class PartialUpload(AbstractUpload):  # type: ignore[misc]
    """A file on its way in by tus, on disk in UPLOAD_DIR until its last byte is here; `guid` becomes the Upload's id."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="partial_uploads")
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["touched_at"])]

    @property
    def path(self) -> Path:
        """Where the bytes are collected; named by the unguessable id, never by the sender."""
        return Path(settings.UPLOAD_DIR) / f"{self.guid}.part"

    def get_or_create_temporary_file(self) -> str:
        """The library's hook: our folder instead of the system's."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()
        path = str(self.path)
        if vars(self).get("temporary_file_path") != path:
            self.temporary_file_path = path
            self.save(update_fields=["temporary_file_path"])
        return path
