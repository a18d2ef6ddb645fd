"""Outcomes from a CSV: every row is checked first, and either all of them are kept or none."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from portal.audit.services import record
from portal.base.errors import Conflict, Refused
from portal.exams.models import Exam
from portal.exams.selectors import replaced
from portal.practices.models import Practice, User
from portal.practices.selectors import has_role
from portal.reading.outcomes import MAY_ENTER, Found, enter, parse_found
from portal.reading.selectors import sides_of

COLUMNS = ("side", "result", "proof")
KEYS = ("accession", "patient")
ROWS, BYTES, SHOWN = 5000, 2 * 1024 * 1024, 50
TEMPLATE = (
    "accession,patient,side,result,proof,months\n"
    "A-7F3KQ2MNPR,,L,malignant,pathology,1\n"
    "A-7F3KQ2MNPR,,R,clear,follow-up,24\n"
    ",P-7F3KQ2MN,B,clear,follow-up,24\n"
)
CHANGED = gettext_noop("This is not the table that was checked: its fingerprint is another one. Check it again.")
Row = tuple[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: the exam and what would be kept of it, or what is wrong."""

    number: int
    exam: Exam | None = None
    found: tuple[Found, ...] = ()
    fault: str = ""


@transaction.atomic
def import_table(*, practice: Practice, data: bytes, actor: User, digest: str = "") -> tuple[int, int]:
    """Keep every row of a CSV with the columns side, result, proof, and accession or patient; months where there are.

    `side` may be B for both breasts. An exam is found by accession, or by patient where the patient has one exam; both
    as they are called here or as the sender called them. Returns (outcomes changed, exams in the table). Raises Refused
    with a sentence for each wrong row, and keeps nothing then; Conflict where `digest` is given and is not the table's.
    """
    lines = checked_table(practice, data, actor)
    if digest and digest != digest_of_table(data):
        raise Conflict("other-table", gettext(CHANGED))
    said = gettext("Line %(line)s: %(fault)s")
    problems = [said % {"line": line.number, "fault": line.fault} for line in lines if line.fault]
    if problems:
        left = gettext("%(count)s more rows are wrong.") % {"count": len(problems) - SHOWN}
        more = [left] if len(problems) > SHOWN else []
        raise _refused(
            [*problems[:SHOWN], *more], gettext("Nothing was kept: correct these rows and send the table again.")
        )
    return keep_lines(practice, lines, digest_of_table(data), actor)


def keep_lines(practice: Practice, lines: Iterable[Line], digest: str, actor: User) -> tuple[int, int]:
    """Keep what checked lines say; (outcomes changed, exams). Call inside a transaction."""
    found: dict[Exam, list[Found]] = {}
    for line in lines:
        if line.exam is not None:
            found.setdefault(line.exam, []).extend(line.found)
    list(
        Exam.objects.select_for_update().filter(pk__in=[exam.pk for exam in found]).order_by("pk")
    )  # all before the trail
    changed = sum(
        enter(exam=exam, found=list(dict.fromkeys(each)), actor=actor, way="csv") for exam, each in found.items()
    )
    detail = {"exams": len(found), "changed": changed, "sha256": digest}
    record(verb="outcomes.imported", actor=actor, practice_id=practice.pk, detail=detail)
    return changed, len(found)


def checked_table(practice: Practice, data: bytes, actor: User) -> list[Line]:
    """Every line of the CSV with what would be kept or what is wrong; nothing is written.

    Raises Refused for somebody without the role, and for what is no such table at all.
    """
    if not has_role(actor, practice, *MAY_ENTER):
        raise Refused("not-yours", gettext("Clinicians, coordinators and admins enter outcomes."))
    kept: dict[Exam, dict[str, Found]] = {}
    return [_checked(practice, number, row, kept) for number, row in _rows(data)]


def digest_of_table(data: bytes) -> str:
    """SHA-256 (hex) of the file's bytes."""
    return hashlib.sha256(data).hexdigest()


def _rows(data: bytes) -> list[Row]:
    if len(data) > BYTES:
        raise _refused(
            [gettext("The table is larger than %(most)s MB: cut it into several.") % {"most": BYTES // 1024**2}]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused([gettext("The table is not UTF-8: save it as CSV UTF-8.")]) from error
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        names = [str(name).strip().lower() for name in reader.fieldnames or []]
        reader.fieldnames = names
        rows = [(reader.line_num, {key: str(value or "") for key, value in row.items() if key}) for row in reader]
    except csv.Error as error:
        raise _refused([gettext("The table cannot be read: %(error)s.") % {"error": error}]) from error
    missing = [name for name in COLUMNS if name not in names]
    if missing or not set(KEYS) & set(names):
        raise _refused(
            [
                gettext("The table needs the columns %(columns)s and one of %(keys)s.")
                % {"columns": ", ".join(COLUMNS), "keys": ", ".join(KEYS)}
            ]
        )
    if not 1 <= len(rows) <= ROWS:
        raise _refused(
            [gettext("Send 1 to %(most)s rows at a time; this table has %(rows)s.") % {"most": ROWS, "rows": len(rows)}]
        )
    return rows


def _checked(practice: Practice, number: int, row: dict[str, str], kept: dict[Exam, dict[str, Found]]) -> Line:
    try:
        exam = _exam(practice, row)
        found = _of_row(exam, row)
        for each in found:
            if kept.setdefault(exam, {}).setdefault(each.side, each) != each:
                raise Refused(
                    "twice",
                    gettext("Another line says something else of the %(side)s side of this exam.")
                    % {"side": each.side},
                )
    except Refused as refused:
        return Line(number, fault=refused.say)
    return Line(number, exam, tuple(found))


def _of_row(exam: Exam, row: dict[str, str]) -> list[Found]:
    sides = sides_of(exam)
    named = sorted(sides) if row["side"].strip().upper() == "B" else [row["side"]]
    return [parse_found({**row, "side": side}, sides) for side in named]


def _exam(practice: Practice, row: dict[str, str]) -> Exam:
    exams = Exam.objects.filter(practice=practice)
    for key, column in (("accession", "accession"), ("patient", "patient__pseudonym")):
        word = row.get(key, "").replace("\x00", "").strip()[:200]
        if not word:
            continue
        fitting = list(exams.filter(**{column: replaced(exams, practice, word)}).select_related("practice")[:2])
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise Refused("many", gettext("Several exams have this %(key)s: give the accession of one.") % {"key": key})
        raise Refused("unknown", gettext("No exam here has this %(key)s.") % {"key": key})
    raise Refused("no-key", gettext("Give an accession or a patient."))


def _refused(says: list[str], say: str = "") -> Refused:
    return Refused("table", say or gettext("The table cannot be used."), fields={"table": says})
