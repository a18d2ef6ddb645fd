"""Reading runs and releases."""

from __future__ import annotations

from typing import Any

from portal.analysis.models import Release, Run
from portal.exams.models import Exam


def active_release() -> Release | None:
    """The release that new exams are asked of; None before the first one was registered."""
    return Release.objects.filter(active=True).order_by("-created_at", "-pk").first()


def latest_run(exam: Exam) -> Run | None:
    """The run that speaks for the exam: of its newest revision, the one asked for last."""
    return exam.runs.select_related("release").order_by("-revision", "-requested_at").first()


def is_revealed(run: Run, user: Any) -> bool:
    """Whether the run's suggestion has been opened to `user`."""
    return Run.objects.revealed_to(user).filter(pk=run.pk).exists()
