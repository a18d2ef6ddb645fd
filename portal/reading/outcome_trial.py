"""A table of outcomes tried first: what each line would do, and then exactly that table kept in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from portal.audit.services import record
from portal.base.errors import Conflict, Refused
from portal.base.language import SOURCE
from portal.exams.models import Exam
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import has_role
from portal.reading.models import Outcome, OutcomeTable
from portal.reading.outcome_table import CHANGED, Line, checked_table, digest_of_table, keep_lines
from portal.reading.outcomes import Found

MOVED = gettext_noop(
    "An outcome of the table was entered by somebody else since it was checked. Check the table again."
)
EFFECTS = {
    "new": gettext_noop("New"),
    "corrects": gettext_noop("Corrects what is kept"),
    "same": gettext_noop("Is kept already"),
    "kept": gettext_noop("Would be kept"),
    "fault": gettext_noop("Cannot be kept"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """One line of a checked table in words. `accession`: as the exam is called here; empty where none was found."""

    line: int
    accession: str
    says: str
    effect: str  # a key of EFFECTS
    fault: str

    @property
    def word(self) -> str:
        """The effect in words."""
        return gettext(EFFECTS[self.effect])


@transaction.atomic
def try_table(*, practice: Practice, data: bytes, actor: User) -> OutcomeTable:
    """Check a table and keep what it would do for a day; no outcome is written. Raises Refused for what is no such table."""
    with translation.override(SOURCE):  # kept for a day
        lines = checked_table(practice, data, actor)
    current = _current([line.exam for line in lines if line.exam])
    faults = sum(1 for line in lines if line.fault)
    OutcomeTable.objects.filter(sent_at__lt=timezone.now() - OutcomeTable.KEPT).delete()
    table = OutcomeTable.objects.create(
        practice=practice, digest=digest_of_table(data), lines=[_plain(line, current) for line in lines], faults=faults,
        sent_by=actor,
    )  # fmt: skip
    detail = {"lines": len(lines), "faults": faults, "sha256": table.digest}
    record(verb="outcomes.checked", actor=actor, practice_id=practice.pk, subject=table, detail=detail)
    return table


@transaction.atomic
def keep_table(*, table: OutcomeTable, digest: str, actor: User) -> tuple[int, int]:
    """Keep every line of a checked table; (outcomes changed, exams).

    Raises Refused while a line is wrong, Conflict for another digest, a table that is kept already, and where an outcome
    that it would change has changed since it was checked.
    """
    held = OutcomeTable.objects.select_for_update().get(pk=table.pk)
    if held.digest != digest:
        raise Conflict("other-table", gettext(CHANGED))
    if held.applied_at:
        raise Conflict("kept", gettext("This table is kept already."))
    if held.faults:
        raise Refused("table", gettext("Correct the lines that cannot be kept and check the table again."))
    exams = {str(exam.pk): exam for exam in _exams(held.lines).select_for_update().order_by("pk")}
    current = _current(list(exams.values()))
    if any(current.get(each["exam"], {}) != each["was"] for each in held.lines):
        raise Conflict("moved", gettext(MOVED))
    lines = [Line(each["line"], exams[each["exam"]], _found(each)) for each in held.lines]
    kept = keep_lines(held.practice, lines, held.digest, actor)
    held.applied_at, held.lines = timezone.now(), []  # the trail keeps its fingerprint, the outcomes what it said
    held.save(update_fields=["applied_at", "lines"])
    return kept


def effects_of(table: OutcomeTable, lines: Sequence[dict[str, Any]], user: User) -> list[Effect]:
    """Some lines of the table in words. Who may read blind is not told what was kept before."""
    exams = {str(exam.pk): exam for exam in _exams(lines)}
    kept = {
        str(one.pk): one for one in Outcome.objects.filter(pk__in=[pk for each in lines for pk in each["was"].values()])
    }
    reads = has_role(user, table.practice, Role.READER)
    return [_effect(each, exams.get(each["exam"] or ""), kept, reads) for each in lines]


def _effect(line: dict[str, Any], exam: Exam | None, kept: dict[str, Outcome], reads: bool) -> Effect:
    found = _found(line)
    says = "; ".join(f"{each.side} {each.result}, {each.proof}{_months(each)}" for each in found)
    if line["fault"] or exam is None:
        return Effect(line["line"], "", says, "fault", line["fault"] or gettext("The exam is no longer here."))
    return Effect(line["line"], exam.accession, says, "kept" if reads else _change(line, found, kept), "")


def _change(line: dict[str, Any], found: Sequence[Found], kept: dict[str, Outcome]) -> str:
    before = [kept.get(line["was"].get(each.side, "")) for each in found]
    if not any(before):
        return "new"
    same = all(one and (one.result, one.proof, one.months) == (each.result, each.proof, each.months)
               for one, each in zip(before, found, strict=True))  # fmt: skip
    return "same" if same else "corrects"


def _months(found: Found) -> str:
    return "" if found.months is None else gettext(", %(months)s months") % {"months": found.months}


def _plain(line: Line, current: dict[str, dict[str, str]]) -> dict[str, Any]:
    exam = str(line.exam.pk) if line.exam else None
    found = [[each.side, each.result, each.proof, each.months] for each in line.found]
    return {"line": line.number, "exam": exam, "found": found, "was": current.get(exam or "", {}), "fault": line.fault}


def _found(line: dict[str, Any]) -> tuple[Found, ...]:
    return tuple(Found(*each) for each in line["found"])


def _exams(lines: Sequence[dict[str, Any]]) -> Any:
    return Exam.objects.filter(pk__in={each["exam"] for each in lines if each["exam"]})


def _current(exams: Sequence[Exam]) -> dict[str, dict[str, str]]:
    """The outcomes that hold now: exam id -> side -> outcome id."""
    now: dict[str, dict[str, str]] = {}
    rows = Outcome.objects.current().filter(exam__in={exam.pk for exam in exams})
    for pk, exam, side in rows.values_list("pk", "exam", "side"):
        now.setdefault(str(exam), {})[side] = str(pk)
    return now
