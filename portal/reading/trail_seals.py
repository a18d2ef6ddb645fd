"""Which exams the trail must be silent about towards a person who audits and reads in the same practice."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from portal.analysis.models import Run
from portal.audit import seals
from portal.exams.models import Exam
from portal.practices.models import Practice, Role


def sealed_exams(user: Any, practice: UUID, exams: Collection[str]) -> set[str]:
    """Those whose suggestion was never opened to `user`, where they are a reader; none for anybody else."""
    if not Practice.objects.of(user, Role.READER).filter(pk=practice).exists():
        return set()
    opened = Run.objects.revealed_to(user).values("exam")
    closed = Exam.objects.filter(practice=practice, pk__in=list(exams)).exclude(pk__in=opened)
    return {str(pk) for pk in closed.values_list("pk", flat=True)}


seals.register(sealed_exams)
