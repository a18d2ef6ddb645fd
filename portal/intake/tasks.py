"""Background work on what was handed in, on the queue `intake`."""

from __future__ import annotations

from celery import shared_task

from portal.exams.tasks import resume_transcoding
from portal.intake import sweeping
from portal.intake.finishing import finish_if_settled
from portal.intake.models import Upload
from portal.intake.unpacking import unpack_archive


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def unpack(upload_id: str) -> None:
    """File the entries of one ZIP; safe to deliver twice, because claim() lets one worker in."""
    if not Upload.objects.claim(upload_id):
        return
    upload = Upload.objects.select_related("submission__practice", "submission__sender").get(pk=upload_id)
    unpack_archive(upload)
    finish_if_settled(upload.submission)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Finish what nobody finished; each step is safe to repeat."""
    sweeping.drop_partial_uploads()
    sweeping.give_up_interrupted()
    for upload_id in sweeping.lapsed_archives():
        unpack.delay(upload_id)
    sweeping.finish_idle()
    sweeping.forget_names()
    resume_transcoding()
