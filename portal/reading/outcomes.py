"""Outcomes: the rule for one, entering them by hand, and who may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.audit.services import record
from portal.base.errors import Refused
from portal.cases.guests import works_in
from portal.cases.models import Case
from portal.exams.models import Exam
from portal.practices.models import Role, User
from portal.practices.selectors import has_role
from portal.reading.models import Outcome
from portal.reading.selectors import sides_of, still_blind

MAY_ENTER = (Role.CLINICIAN, Role.COORDINATOR, Role.ADMIN)
FIELDS = ("side", "result", "proof", "months")
LEAST_FOLLOW_UP, LONGEST = 12, 240  # months


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one breast, checked."""

    side: str
    result: str
    proof: str
    months: int | None


def parse_found(typed: Mapping[str, Any], sides: frozenset[str]) -> Found:
    """One outcome from what was typed as side, result, proof and months; Refused with the field that cannot be.

    `sides`: the breasts that the exam shows. Cancer needs pathology; follow-up needs its length in months.
    """
    words = ["" if typed.get(name) is None else str(typed[name]).strip().lower() for name in FIELDS]
    breast, outcome, by, after = words
    if breast.upper() not in sides:
        raise Refused.at(
            "side",
            gettext("Give a side that the exam shows: %(sorted_sides)s.") % {"sorted_sides": ", ".join(sorted(sides))},
        )
    if outcome not in Outcome.Result.values:
        raise Refused.at(
            "result", gettext("Give one of %(Result_values)s.") % {"Result_values": ", ".join(Outcome.Result.values)}
        )
    if by not in Outcome.Proof.values:
        raise Refused.at(
            "proof", gettext("Give one of %(Proof_values)s.") % {"Proof_values": ", ".join(Outcome.Proof.values)}
        )
    count = int(after) if after.isascii() and after.isdecimal() and len(after) < 4 else None
    if after and (count is None or count > LONGEST):
        raise Refused.at(
            "months",
            gettext("Give whole months from the exam to the proof, up to %(LONGEST)s, or nothing.")
            % {"LONGEST": LONGEST},
        )
    if outcome == Outcome.Result.MALIGNANT and by != Outcome.Proof.PATHOLOGY:
        raise Refused.at("proof", gettext("Cancer is proven by pathology."))
    if by == Outcome.Proof.FOLLOW_UP and (count is None or count < LEAST_FOLLOW_UP):
        raise Refused.at(
            "months",
            gettext("Follow-up proves something from %(LEAST_FOLLOW_UP)s months on: give its length.")
            % {"LEAST_FOLLOW_UP": LEAST_FOLLOW_UP},
        )
    return Found(breast.upper(), outcome, by, count)


@transaction.atomic
def enter(*, exam: Exam, found: Sequence[Found], actor: User, way: str = "hand") -> int:
    """Keep what became of the exam's breasts; how many changed. What was kept before stays beside it as replaced.

    Raises Refused for somebody without the role. The trail tells that, for which side and how, never what.
    """
    if not has_role(actor, exam.practice, *MAY_ENTER):
        raise Refused("not-yours", gettext("Clinicians, coordinators and admins enter outcomes."))
    Exam.objects.select_for_update().get(pk=exam.pk)
    now, changed = timezone.now(), []
    for each in found:
        current = Outcome.objects.current().filter(exam=exam, side=each.side)
        if current.filter(result=each.result, proof=each.proof, months=each.months).exists():
            continue
        current.update(replaced_at=now)
        Outcome.objects.create(
            exam=exam, side=each.side, result=each.result, proof=each.proof, months=each.months, way=way,
            entered_by=actor, entered_at=now,
        )  # fmt: skip
        changed.append(each.side)
    if changed:
        record(
            verb="outcome.entered", actor=actor, practice_id=exam.practice_id, subject=exam, exam_id=exam.pk,
            patient_id=exam.patient_id, detail={"sides": sorted(changed), "way": way},
        )  # fmt: skip
    return len(changed)


def outcomes_for(exam: Exam, user: User) -> list[Outcome]:
    """The exam's outcomes that `user` may see: a guest none, a reader none while a case is open or they may yet read it blind."""
    if not _open_to(exam, user):
        return []
    return list(Outcome.objects.current().filter(exam=exam).select_related("entered_by").order_by("-side"))


def corrected_for(exam: Exam, user: User) -> list[Outcome]:
    """What was kept before and replaced since, newest first; as closed as `outcomes_for`."""
    if not _open_to(exam, user):
        return []
    replaced = Outcome.objects.filter(exam=exam, replaced_at__isnull=False)
    return list(replaced.select_related("entered_by").order_by("-replaced_at", "-entered_at"))


def _open_to(exam: Exam, user: User) -> bool:
    if not works_in(user, exam.practice) or not Exam.objects.visible_to(user).filter(pk=exam.pk).exists():
        return False
    reads = has_role(user, exam.practice, Role.READER)
    return not (reads and (Case.objects.open().filter(exam=exam).exists() or still_blind(exam, user)))


def outcome_parts(case: Case, user: User) -> dict[str, Any]:
    """The case page's part on outcomes; nothing at all for whom they are closed to."""
    roles_enter = has_role(user, case.practice, Role.CLINICIAN, Role.COORDINATOR)
    closed = has_role(user, case.practice, Role.READER) and not outcomes_for(case.exam, user)
    return {
        "outcomes": outcomes_for(case.exam, user),
        "corrected": corrected_for(case.exam, user),
        "may_enter": roles_enter and not closed,
        "outcome_sides": sorted(sides_of(case.exam), reverse=True),
        "outcome_results": Outcome.Result.choices,
        "outcome_proofs": Outcome.Proof.choices,
    }
