"""The earlier exams of a case: found by themselves, also when they are filed later; a person may take one off again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from portal.base.errors import Refused
from portal.cases.models import PRIOR, Case
from portal.cases.trail import note
from portal.exams.models import Exam
from portal.practices.models import Role, User
from portal.practices.selectors import has_role


def priors_of(case: Case) -> QuerySet[Exam]:
    """The earlier exams attached to `case`, newest first; none that was filed after its report was signed."""
    found = Exam.objects.earlier_than(case.exam).exclude(pk__in=case.detached.values("pk"))
    return found.filter(created_at__lt=case.closed_at) if case.closed_at else found


def may_change(case: Case, user: User) -> bool:
    """Whether `user` attaches and detaches priors: who opened the case, or a coordinator, while it is open."""
    live = not (case.closed_at or case.withdrawn_at)
    return live and (case.opened_by_id == user.pk or has_role(user, case.practice, Role.COORDINATOR))


def prior_parts(case: Case, user: User) -> dict[str, Any]:
    """What the case page offers about priors: each earlier exam and whether it is attached; waiting for one."""
    live = not (case.closed_at or case.withdrawn_at)
    reads = case.assignments.filter(member=user, done_at=None).exists()
    waits = case.missing_views.wanting().filter(view=PRIOR).exists()
    detached = set(case.detached.values_list("pk", flat=True))
    may = may_change(case, user)
    return {
        "may_prior": may,
        "may_await": live and (may or reads) and not waits,
        "prior_choices": [(each, each.pk not in detached) for each in Exam.objects.earlier_than(case.exam)[:20]]
        if may
        else [],
    }


@transaction.atomic
def set_prior(*, case: Case, exam: Exam, actor: User, attached: bool) -> None:
    """Attach `exam` to the case as a prior, or take it off. Raises Refused for an exam that is none of hers, or no right to."""
    held = Case.objects.select_for_update(of=("self",)).select_related("exam", "practice").get(pk=case.pk)
    if not may_change(held, actor):
        raise Refused(
            "not-yours",
            gettext("Who opened the case, or a coordinator, attaches priors, and only while the case is open."),
        )
    if not Exam.objects.earlier_than(held.exam).filter(pk=exam.pk).exists():
        raise Refused.at("exam", gettext("Choose an earlier exam of the same patient."), code="no-prior")
    if held.detached.filter(pk=exam.pk).exists() is not attached:
        return
    if attached:
        held.detached.remove(exam)
    else:
        held.detached.add(exam)
    note("case.prior-attached" if attached else "case.prior-detached", actor=actor, case=held, prior=str(exam.pk))
