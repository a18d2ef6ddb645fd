"""Exams and images as the API shows them: pseudonyms and replaced identifiers only."""

from __future__ import annotations

from rest_framework import serializers

from portal.exams.models import Exam, Image


class ImageSerializer(serializers.ModelSerializer[Image]):
    """One image; its pixels and metadata come by DICOMweb."""

    label = serializers.CharField(source="__str__", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Image
        fields = [
            "id", "label", "laterality", "view", "view_modifiers", "view_source", "rows", "columns", "frames",
            "series_uid", "sop_uid", "sop_class_uid", "transfer_syntax_uid", "transcoding", "transcoding_note",
            "pixel_sha256", "burnt_in", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class ExamSerializer(serializers.ModelSerializer[Exam]):
    """One exam in a list."""

    patient = serializers.CharField(source="patient.pseudonym", read_only=True)
    images = serializers.IntegerField(source="image_count", read_only=True)

    class Meta:
        model = Exam
        fields = [
            "id", "patient", "study_uid", "study_date", "accession", "age", "revision", "notes", "images", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class ExamDetailSerializer(ExamSerializer):
    """One exam with its images."""

    images = ImageSerializer(many=True, read_only=True)  # type: ignore[assignment]
