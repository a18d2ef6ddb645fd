"""Writing a case's events into the trail."""

from typing import Any

from django.db import models

from portal.audit.models import Event
from portal.audit.services import Actor, record
from portal.cases.models import Case


def note(
    verb: str,
    *,
    actor: Actor | None,
    case: Case,
    subject: models.Model | None = None,
    outcome: str = "done",
    **detail: Any,
) -> Event:
    """Append `verb` to the chain of the case's practice; `detail` holds codes and numbers only."""
    return record(
        verb=verb,
        actor=actor,
        practice_id=case.practice_id,
        subject=subject or case,
        exam_id=case.exam_id,
        case_id=case.pk,
        patient_id=case.exam.patient_id,
        outcome=outcome,
        detail=detail,
    )
