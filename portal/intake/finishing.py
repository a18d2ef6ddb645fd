"""The end of a submission: every exam it touched is analysed, once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.analysis.services import request_run
from portal.audit.services import record
from portal.base.errors import Refused
from portal.exams.models import Exam
from portal.intake.models import Submission, Upload


@transaction.atomic
def finish_if_settled(submission: Submission) -> bool:
    """Finish a closed submission without waiting files: one conditional UPDATE lets one caller ask for the analyses."""
    if Upload.objects.filter(submission=submission.pk, state=Upload.State.RECEIVED).exists():
        return False
    unfinished = Submission.objects.filter(pk=submission.pk, closed_at__isnull=False, finished_at=None)
    if not unfinished.update(finished_at=timezone.now()):
        return False
    exams = list(Exam.objects.filter(pk__in=submission.uploads.exclude(exam=None).values("exam")))
    refused = [code for exam in exams if (code := _ask(exam, submission))]
    record(
        verb="submission.finished",
        actor=submission.sender,
        practice_id=submission.practice_id,
        subject=submission,
        detail={"exams": [str(exam.pk) for exam in exams], "not_analysed": refused},
    )
    return True


def _ask(exam: Exam, submission: Submission) -> str:
    """Ask for the exam's analysis; the refusal's code, e.g. where no release is installed: the exam is filed all the same."""
    try:
        request_run(exam=exam, actor=submission.sender)
    except Refused as refused:
        return refused.code
    return ""
