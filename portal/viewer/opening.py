"""A manifest on its way to a person: the bytes, their validator, and the word of it in the trail."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from portal.audit.services import record
from portal.cases.models import Case
from portal.exams.models import Exam
from portal.practices.models import User


def sheet(content: dict[str, Any]) -> tuple[bytes, str]:
    """The manifest as it is sent, and its ETag, which depends on the content alone."""
    body = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


@transaction.atomic
def note(*, content: dict[str, Any], exam: Exam, case: Case | None, user: User | AnonymousUser) -> None:
    """Record that `user` opened the exam, and the earlier exams and companions beside it."""
    case_id = case.pk if case else ""
    record(
        verb="exam.opened", actor=user, practice_id=exam.practice_id, subject=exam,
        exam_id=exam.pk, patient_id=exam.patient_id, case_id=case_id,
    )  # fmt: skip
    for name, key in (("prior_of", "priors"), ("companion_of", "companions")):
        for other in Exam.objects.filter(pk__in=[one["id"] for one in content[key]]):
            record(
                verb="exam.opened", actor=user, practice_id=exam.practice_id, subject=other,
                exam_id=other.pk, patient_id=exam.patient_id, case_id=case_id, detail={name: str(exam.pk)},
            )  # fmt: skip
