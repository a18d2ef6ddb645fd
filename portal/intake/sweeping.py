"""What nobody finished: submissions left open, files that never arrived whole, archives whose worker died."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.exams.objects import discard
from portal.intake.archive import ArchiveRefused
from portal.intake.filing import refuse
from portal.intake.finishing import finish_if_settled
from portal.intake.managers import ATTEMPTS
from portal.intake.models import PartialUpload, Submission, Upload

IDLE = timedelta(minutes=10)  # a submission nobody adds to is finished
PARTIAL_KEPT = timedelta(hours=24)  # how long an interrupted upload can be resumed
NAMES_KEPT = timedelta(hours=24)  # file names may name a patient


def drop_partial_uploads() -> None:
    """Delete uploads that nobody resumed, with their bytes."""
    for partial in PartialUpload.objects.filter(touched_at__lt=timezone.now() - PARTIAL_KEPT):
        partial.delete()


def give_up_interrupted() -> None:
    """Refuse files whose filing stopped half-way, and archives that failed at every attempt."""
    old = Upload.objects.filter(state=Upload.State.RECEIVED, created_at__lt=timezone.now() - IDLE)
    for upload in old.filter(waiting_key="").select_related("submission"):
        refuse(upload, ArchiveRefused("interrupted"))
    spent = old.filter(attempts__gte=ATTEMPTS, lease_until__lt=timezone.now()).exclude(waiting_key="")
    for upload in spent.select_related("submission"):
        refuse(upload, ArchiveRefused("zip-failed"))
        discard(upload.waiting_key)


def lapsed_archives() -> list[str]:
    """Archives that no worker holds any more, or that none was ever sent for."""
    waiting = Upload.objects.filter(state=Upload.State.RECEIVED, attempts__lt=ATTEMPTS).exclude(waiting_key="")
    now = timezone.now()
    unheld = waiting.filter(lease_until__lt=now) | waiting.filter(
        lease_until=None, created_at__lt=now - timedelta(minutes=2)
    )
    return [str(pk) for pk in unheld.values_list("pk", flat=True)]


def finish_idle() -> None:
    """Close and finish submissions that nobody touched for a while; a resumable upload keeps one open."""
    idle = Submission.objects.filter(finished_at=None, touched_at__lt=timezone.now() - IDLE)
    for submission in idle.filter(partial_uploads=None):
        Submission.objects.filter(pk=submission.pk, closed_at=None).update(closed_at=timezone.now())
        finish_if_settled(submission)


def forget_names() -> int:
    """Clear file names of submissions finished a day ago; returns how many."""
    done = Submission.objects.filter(finished_at__lt=timezone.now() - NAMES_KEPT)
    return Upload.objects.filter(submission__in=done).exclude(name="").update(name="")
