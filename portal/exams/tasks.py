"""Background work on images, on the queue `intake`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from portal.audit.services import record
from portal.base.background import send_on_commit
from portal.exams import objects
from portal.exams.models import Image
from portal.exams.transcoding import Outcome, transcode

LATE = timedelta(minutes=6)  # a transcoding still waiting after this was lost with its worker
GRACE = 120  # seconds that a replaced object stays readable for whoever opened it before


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def transcode_image(image_id: str) -> None:
    """Transcode one image; safe to deliver twice: only the first to finish takes the object's place."""
    image = Image.objects.select_related("exam").filter(pk=image_id, transcoding=Image.Transcoding.WAITING).first()
    if image is not None:
        settle(image, transcode(image))


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def discard_object(key: str) -> None:
    """Delete a replaced object, unless a row still names it."""
    if not Image.objects.filter(object_key=key).exists():
        objects.discard(key)


def settle(image: Image, outcome: Outcome) -> None:
    """Write what became of the image, if it still waits and still names the object that was read."""
    changes: dict[str, Any] = {"transcoding": outcome.state, "transcoding_note": outcome.note[:200]}
    if outcome.pixel_sha256:
        changes |= {"pixel_sha256": outcome.pixel_sha256, "pixel_stats": outcome.stats or {}}
    if outcome.key:
        syntax = {"transfer_syntax_uid": "1.2.840.10008.1.2.4.202"}
        changes |= {"object_key": outcome.key, "object_bytes": outcome.size, **syntax}
    with transaction.atomic():
        waiting = Image.objects.filter(pk=image.pk, object_key=image.object_key, transcoding=Image.Transcoding.WAITING)
        won = bool(waiting.update(**changes))
        if won:
            _record(image, outcome)
        if won and outcome.key:
            send_on_commit(discard_object, image.object_key, countdown=GRACE)
    if not won and outcome.key:
        objects.discard(outcome.key)


def _record(image: Image, outcome: Outcome) -> None:
    record(
        verb="image.transcoded",
        actor=None,
        practice_id=image.exam.practice_id,
        subject=image,
        exam_id=image.exam_id,
        patient_id=image.exam.patient_id,
        detail={
            "state": str(outcome.state),
            "pixel_sha256": outcome.pixel_sha256,
            "bytes_before": image.object_bytes,
            "bytes_after": outcome.size or image.object_bytes,
        },
    )


def resume_transcoding() -> int:
    """Send lost transcodings again; returns how many."""
    late = Image.objects.filter(
        transcoding=Image.Transcoding.WAITING, created_at__lt=timezone.now() - LATE
    ).values_list("pk", flat=True)[:200]
    for pk in late:
        transcode_image.delay(str(pk))
    return len(late)
