"""One image's entry in the manifest: where its bytes are, how it hangs, how its grey values and sizes are read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from portal.exams.elements import Elements
from portal.exams.models import Image
from portal.exams.phrases import PHRASES
from portal.exams.spacing import spacing
from portal.viewer import voi
from portal.viewer.pose import Pose, pose
from portal.viewer.slots import label_of
from portal.viewer.stacks import stack
from portal.viewer.technique import lines

STATUS = {"waiting": "transcoding", "done": "ready", "kept": "ready", "failed": "failed"}


def pose_of(image: Image, header: Elements) -> Pose:
    """How the image hangs, by its header and by what its pixels show."""
    return pose(
        laterality=image.laterality,
        view=image.view,
        orientation=[str(value) for value in header.values("PatientOrientation")],
        wall=str(image.pixel_stats.get("chest_wall", "")),
    )


def entry(image: Image, study_uid: str) -> dict[str, Any]:
    """The image as the manifest states it; docs/manifest.md names every field."""
    header = Elements(image.header)
    return {**_identity(image, header), **_addresses(image, study_uid), **_reading(image, header)}


def _identity(image: Image, header: Elements) -> dict[str, Any]:
    return {
        "id": str(image.pk),
        "label": label_of(image),
        "laterality": image.laterality,
        "view": image.view,
        "modifiers": image.view_modifiers,
        "view_source": image.view_source,
        "rows": image.rows,
        "columns": image.columns,
        "frames": image.frames,
        "bits_stored": int(header.number("BitsStored") or 0),
        "photometric": header.text("PhotometricInterpretation"),
        "burnt_in": image.burnt_in,
        "prior": None,
    }


def _addresses(image: Image, study_uid: str) -> dict[str, Any]:
    uids = [study_uid, image.series_uid, image.sop_uid]
    frames = range(1, image.frames + 1)
    return {
        "metadata_url": reverse("wado-metadata", args=uids),
        "frame_urls": [reverse("wado-frames", args=[*uids, str(frame)]) for frame in frames],
        "rendering_url": reverse("image-rendering", args=[image.pk]),
        "status": STATUS[image.transcoding],
        "status_say": PHRASES.said(image.transcoding_note) if image.transcoding == "failed" else "",
        "transfer_syntax": image.transfer_syntax_uid,
    }


def _reading(image: Image, header: Elements) -> dict[str, Any]:
    hung = pose_of(image, header)
    padding = header.number("PixelPaddingValue")
    return {
        "pose": {"rotate": hung.rotate, "flip": hung.flip},
        "chest_wall": hung.chest_wall,
        "spacing": spacing(header),
        "voi": voi.windows(header),
        "voi_luts": voi.luts(header),
        "auto_voi": voi.auto(header, image.pixel_stats),
        "rescale": voi.rescale(header),
        "padding": None if padding is None else int(padding),
        "technique": lines(header),
        "stack": stack(header, image.frames),
    }
