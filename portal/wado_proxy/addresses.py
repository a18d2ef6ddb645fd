"""The DICOMweb addresses of our images."""

from __future__ import annotations

from django.urls import reverse

from portal.exams.models import Image


def instance_url(image: Image) -> str:
    """The instance: its Part 10 file, and the root of its metadata and frames."""
    return reverse("wado-instance", args=[image.exam.study_uid, image.series_uid, image.sop_uid])


def frame_url(image: Image, frame: int) -> str:
    """One frame, counted from 1."""
    return f"{instance_url(image)}/frames/{frame}"
