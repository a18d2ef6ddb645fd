"""Outcomes from a CSV: every row is checked first, and either all of them are kept or none."""

from __future__ import annotations

import csv
import hashlib
import io

from django.db import transaction

from portal.audit.services import record
from portal.base.errors import Refused
from portal.exams.models import Exam
from portal.exams.selectors import replaced
from portal.practices.models import Practice, User
from portal.practices.selectors import has_role
from portal.reading.outcomes import MAY_ENTER, Found, enter, parse_found
from portal.reading.selectors import sides_of

COLUMNS = ("side", "result", "proof")
KEYS = ("accession", "patient")
ROWS, BYTES, SHOWN = 5000, 2 * 1024 * 1024, 50
Row = tuple[int, dict[str, str]]


@transaction.atomic
def import_table(*, practice: Practice, data: bytes, actor: User) -> tuple[int, int]:
    """Keep every row of a CSV with the columns side, result, proof, and accession or patient; months where there are.

    `side` may be B for both breasts. An exam is found by accession, or by patient where the patient has one exam; both
    as they are called here or as the sender called them. Returns (outcomes changed, exams in the table). Raises Refused
    with a sentence for each wrong row, and keeps nothing then.
    """
    if not has_role(actor, practice, *MAY_ENTER):
        raise Refused("not-yours", "Clinicians, coordinators and admins enter outcomes.")
    found, problems = _checked(practice, _rows(data))
    if problems:
        more = [f"{len(problems) - SHOWN} more rows are wrong."] if len(problems) > SHOWN else []
        raise _refused([*problems[:SHOWN], *more], "Nothing was kept: correct these rows and send the table again.")
    changed = 0
    list(
        Exam.objects.select_for_update().filter(pk__in=[exam.pk for exam in found]).order_by("pk")
    )  # all before the trail
    for exam, each in found.items():
        changed += enter(exam=exam, found=each, actor=actor, way="csv")
    digest = hashlib.sha256(data).hexdigest()
    detail = {"exams": len(found), "changed": changed, "sha256": digest}
    record(verb="outcomes.imported", actor=actor, practice_id=practice.pk, detail=detail)
    return changed, len(found)


def _rows(data: bytes) -> list[Row]:
    if len(data) > BYTES:
        raise _refused([f"The table is larger than {BYTES // 1024**2} MB: cut it into several."])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(["The table is not UTF-8: save it as CSV UTF-8."]) from error
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        names = [str(name).strip().lower() for name in reader.fieldnames or []]
        reader.fieldnames = names
        rows = [(reader.line_num, {key: str(value or "") for key, value in row.items() if key}) for row in reader]
    except csv.Error as error:
        raise _refused([f"The table cannot be read: {error}."]) from error
    missing = [name for name in COLUMNS if name not in names]
    if missing or not set(KEYS) & set(names):
        raise _refused([f"The table needs the columns {', '.join(COLUMNS)} and one of {', '.join(KEYS)}."])
    if not 1 <= len(rows) <= ROWS:
        raise _refused([f"Send 1 to {ROWS} rows at a time; this table has {len(rows)}."])
    return rows


def _checked(practice: Practice, rows: list[Row]) -> tuple[dict[Exam, list[Found]], list[str]]:
    found: dict[Exam, list[Found]] = {}
    problems: list[str] = []
    for line, row in rows:
        try:
            exam = _exam(practice, row)
            for each in _of_row(exam, row):
                _add(found.setdefault(exam, []), each)
        except Refused as refused:
            problems.append(f"Line {line}: {refused.say}")
    return found, problems


def _of_row(exam: Exam, row: dict[str, str]) -> list[Found]:
    sides = sides_of(exam)
    named = sorted(sides) if row["side"].strip().upper() == "B" else [row["side"]]
    return [parse_found({**row, "side": side}, sides) for side in named]


def _add(kept: list[Found], each: Found) -> None:
    if any(other.side == each.side and other != each for other in kept):
        raise Refused("twice", f"Another line says something else of the {each.side} side of this exam.")
    if each not in kept:
        kept.append(each)


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
            raise Refused("many", f"Several exams have this {key}: give the accession of one.")
        raise Refused("unknown", f"No exam here has this {key}.")
    raise Refused("no-key", "Give an accession or a patient.")


def _refused(says: list[str], say: str = "The table cannot be used.") -> Refused:
    return Refused("table", say, fields={"table": says})
