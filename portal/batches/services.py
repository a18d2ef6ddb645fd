"""Opening cases for many exams at once: all of them, or none with a sentence for each that cannot."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from portal.audit.models import Event
from portal.audit.services import record
from portal.base.errors import Refused
from portal.batches.models import Batch, BatchItem
from portal.batches.selectors import rows
from portal.cases.services import Request, lies_ahead, open_case
from portal.exams.models import Exam
from portal.practices.models import Practice, User

LIMIT = 200


@transaction.atomic
def open_batch(*, practice: Practice, name: str, exams: Sequence[Exam], asked: Request, actor: User) -> Batch:
    """One batch with a case for each exam. Raises Refused with the exams that cannot have a case, and opens none."""
    words = name.strip()
    if not 1 <= len(words) <= 120:
        raise Refused.at("name", gettext("Give the batch a name of up to 120 characters."))
    chosen = list(dict.fromkeys(exams))
    if not 1 <= len(chosen) <= LIMIT:
        raise Refused.at("exams", gettext("Choose 1 to %(limit)s exams.") % {"limit": LIMIT})
    if any(exam.practice_id != practice.pk for exam in chosen):
        raise Refused.at("exams", gettext("Every exam of a batch belongs to one practice: make one batch for each."))
    lies_ahead(asked.due_at)
    list(
        Exam.objects.select_for_update().filter(pk__in=[exam.pk for exam in chosen]).order_by("pk")
    )  # all before the trail
    batch = Batch.objects.create(practice=practice, name=words, asked_by=actor, due_at=asked.due_at)
    problems: list[str] = []
    for exam in chosen:
        _add(batch, exam, asked, actor, problems)
    if problems:
        raise Refused("exams", gettext("No case was opened."), fields={"exams": problems})
    record(verb="batch.opened", actor=actor, practice_id=practice.pk, subject=batch, detail={"exams": len(chosen)})
    return batch


@transaction.atomic
def show_results(*, batch: Batch, user: User) -> list[dict[str, Any]]:
    """The batch's rows for `user`; that they saw results is an event, a refresh that brings no other is not."""
    shown = rows(batch, user)
    results = [row["result"]["report"] for row in shown if row["result"]]
    about = {"verb": "batch.results-viewed", "subject_id": str(batch.pk), "actor_id": str(user.pk)}
    if results and not Event.objects.filter(**about, detail={"results": len(results)}).exists():
        detail = {"results": len(results)}
        record(verb=about["verb"], actor=user, practice_id=batch.practice_id, subject=batch, detail=detail)
    return shown


def _add(batch: Batch, exam: Exam, asked: Request, actor: User, problems: list[str]) -> None:
    try:
        with transaction.atomic():
            BatchItem.objects.create(batch=batch, exam=exam, case=open_case(exam=exam, asked=asked, actor=actor))
    except Refused as refused:
        problems.append(f"{exam}: {refused.say}")
