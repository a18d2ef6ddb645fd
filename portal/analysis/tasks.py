"""What workers and beat do: run an exam, and sweep up after workers that died."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.utils import timezone

from portal.analysis.lease import LeaseLostError
from portal.analysis.models import Run
from portal.analysis.outcome import fail, let_go
from portal.analysis.phrases import SPENT, TOO_LONG
from portal.analysis.runner import CannotRunError, execute
from portal.base.background import send_on_commit

logger = logging.getLogger(__name__)

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)  # type: ignore[untyped-decorator]
def run_exam(run_id: str) -> None:
    """Analyse one exam; safe to deliver twice, because claim() lets one worker in."""
    attempt = Run.objects.claim(run_id)
    if not attempt:
        return
    run = Run.objects.select_related("exam", "release").get(pk=run_id)
    run.attempts = attempt
    try:
        execute(run)
    except LeaseLostError:
        logger.warning("Run %s, attempt %s: taken over by another worker; nothing was written.", run.pk, attempt)
    except SoftTimeLimitExceeded:
        fail(run, TOO_LONG.format(limit=settings.CELERY_TASK_SOFT_TIME_LIMIT))
    except CannotRunError as error:
        fail(run, str(error))
    except Exception:
        logger.exception("Run %s, attempt %s failed; the sweep tries again or ends it.", run.pk, attempt)
        let_go(run)


def enqueue_on_commit(run_id: str) -> None:
    """Send the run to a worker once the transaction has committed; call inside one."""
    waiting = Run.objects.unended().filter(pk=run_id)
    send_on_commit(run_exam, run_id, when_away=lambda: waiting.update(enqueued_at=NEVER))


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep() -> None:
    """End the runs that have no attempt left; send a new message for the lost ones."""
    now = timezone.now()
    for run in Run.objects.spent(now).select_related("exam", "release"):
        fail(run, SPENT.format(attempts=run.attempts))
    for run_id in list(Run.objects.lost(now).values_list("pk", flat=True)):
        if Run.objects.lost(now).filter(pk=run_id).update(enqueued_at=now):
            run_exam.delay(str(run_id))
