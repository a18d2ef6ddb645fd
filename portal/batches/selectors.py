"""How far a batch is, and what came of each exam."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q

from portal.batches.models import Batch, BatchItem, BatchQuerySet
from portal.cases.models import Case
from portal.exams.models import Exam
from portal.practices.models import Practice, User
from portal.reading.models import Report
from portal.reading.selectors import still_blind


def counted(batches: BatchQuerySet) -> BatchQuerySet:
    """Annotate `total`, `signed` and `withdrawn`."""
    return batches.annotate(
        total=Count("items"),
        signed=Count("items", filter=Q(items__case__closed_at__isnull=False)),
        withdrawn=Count("items", filter=Q(items__case__withdrawn_at__isnull=False)),
    )


def rows(batch: Batch, user: User) -> list[dict[str, Any]]:
    """Each exam of the batch with its case's state and, once signed, the result."""
    items = list(batch.items.select_related("exam__patient", "exam__practice").order_by("pk"))
    cases = {case.pk: case for case in Case.objects.with_state().filter(pk__in=[item.case_id for item in items])}
    reports = _reports(cases)
    return [_row(item, cases.get(item.case_id) if item.case_id else None, reports, user) for item in items]


def _reports(cases: Iterable[Any]) -> dict[Any, Report]:
    signed = Report.objects.filter(case__in=list(cases), addendum_to=None)
    return {report.case_id: report for report in signed}


def _row(item: BatchItem, case: Case | None, reports: dict[Any, Report], user: User) -> dict[str, Any]:
    report = reports.get(item.case_id)
    return {
        "exam": item.exam,
        "case": case,
        "report": report,
        "result": result_of(report) if report and not still_blind(item.exam, user) else None,
    }


def result_of(report: Report) -> dict[str, Any]:
    """What the reader signed; the suggestion is no part of it and stays with the report's own page."""
    return {
        "report": str(report.pk),
        "signed_at": report.signed_at,
        "digest": report.digest,
        "text": report.text,
        **report.body["agreed"],
    }


def ready_exams(practice: Practice, user: User, limit: int = 100) -> list[Exam]:
    """Exams of the practice that can have a case now: with images, without an open case; newest first."""
    busy = Case.objects.open().filter(practice=practice).values("exam")
    exams = Exam.objects.visible_to(user).mammograms().filter(practice=practice).exclude(pk__in=busy)
    with_images = exams.annotate(count=Count("images")).filter(count__gt=0)
    return list(with_images.select_related("patient").order_by("-created_at")[:limit])
