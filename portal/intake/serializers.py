"""Submissions and their files as the API shows them to their sender."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rest_framework import serializers

from portal.base.phrases import Phrases
from portal.exams.notes import LABELS
from portal.exams.phrases import STORED
from portal.intake.archive import SENTENCES
from portal.intake.models import Submission, Upload

PHRASES = Phrases((*STORED, *SENTENCES.values()), LABELS)
MOST_UPLOADS = 1000  # shown in one answer; the list of uploads is paged


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """One file: its state, and when refused a code and what to do."""

    exam = serializers.UUIDField(source="exam_id", read_only=True, allow_null=True)
    image = serializers.UUIDField(source="image_id", read_only=True, allow_null=True)
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    say = serializers.SerializerMethodField()

    class Meta:
        model = Upload
        fields = ["id", "name", "bytes", "sha256", "state", "code", "say", "exam", "image", "label", "created_at"]
        read_only_fields = fields

    def get_say(self, upload: Upload) -> str:
        """Why it was refused or what was kept of it, in the language of who asks; it is stored in English."""
        return PHRASES.said(upload.say)

    def get_label(self, upload: Upload) -> str:
        """Laterality and view of the image that the file became, e.g. "LCC"."""
        return str(upload.image) if upload.image else ""


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """One submission in a list."""

    class Meta:
        model = Submission
        fields = ["id", "way", "created_at", "closed_at", "finished_at"]
        read_only_fields = fields


class SubmissionDetailSerializer(SubmissionSerializer):
    """One submission with its files, sums by state and the exams it touched."""

    uploads = serializers.SerializerMethodField()
    sums = serializers.SerializerMethodField()
    exams = serializers.SerializerMethodField()

    class Meta(SubmissionSerializer.Meta):
        fields = [*SubmissionSerializer.Meta.fields, "sums", "exams", "uploads"]
        read_only_fields = fields

    def get_uploads(self, submission: Submission) -> list[dict[str, Any]]:
        """The files, the first thousand of them."""
        rows = submission.uploads.select_related("image")[:MOST_UPLOADS]
        return [dict(row) for row in UploadSerializer(rows, many=True).data]

    def get_sums(self, submission: Submission) -> dict[str, int]:
        """How many files are in each state."""
        states = Counter(submission.uploads.values_list("state", flat=True))
        return {state.value: states[state.value] for state in Upload.State}

    def get_exams(self, submission: Submission) -> list[str]:
        """Identifiers of the exams that files of this submission belong to."""
        touched = submission.uploads.exclude(exam=None).order_by("exam").values_list("exam", flat=True)
        return [str(pk) for pk in touched.distinct()]


class FilesSerializer(serializers.Serializer[Any]):
    """Files in one multipart request."""

    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), allow_empty=False, max_length=500)
