"""Inside the portal: many cases, and the worklist's query on them, against reading the same rows by their keys."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.db import connection
from django.utils import timezone

from portal.base.ids import short_code
from portal.cases.models import Assignment, Case
from portal.cases.selectors import Wanted, worklist
from portal.exams.models import Exam, Patient
from portal.practices.models import Practice, Role, User
from tests.bench.measures import Series

BLOCK = 5000  # cases made in one go
OPEN = 20  # one case of so many is open, the others are signed
TABS = ("mine", "pool", "urgent", "arbitration", "done")


def measure(cases: int, rounds: int) -> dict[str, object]:
    """Seconds by tab, and those of the same rows by key; `cases` are made first."""
    practice, reader = _who()
    fill = Series("fill")
    with fill.timed():
        make(practice, cases)
    tabs = {tab: _tab(practice, reader, tab, rounds) for tab in TABS}
    return {"tabs": tabs, "cases": Case.objects.count(), "fill": fill.values[0], "database": connection.vendor}


def _who() -> tuple[Practice, User]:
    reader = User.objects.get(email="reader@demo.overread")
    return Practice.objects.of(reader, Role.READER).get(), reader


def _tab(practice: Practice, reader: User, tab: str, rounds: int) -> dict[str, object]:
    whole, bare = Series(tab), Series("by key")
    for _ in range(rounds):
        with whole.timed():
            found = worklist(reader, practice, Wanted(tab=tab))
            rows = list(found.page.object_list)
        keys = [row.pk for row in rows]
        with bare.timed():
            list(Case.objects.filter(pk__in=keys).select_related("exam__patient", "opened_by"))
    return {"whole": whole.values, "bare": bare.values, "rows": len(rows)}


def make(practice: Practice, cases: int) -> None:
    """Cases with a patient, an exam and a reader's place each; one in twenty is open, half of those held.

    One open case in ten waits for an arbiter: its reader is done, and nobody holds the second place.
    """
    people = {name: User.objects.get(email=f"{name}@demo.overread") for name in ("clinician", "reader", "reader2")}
    numbers = iter(range(cases))
    while block := list(islice(numbers, BLOCK)):
        _block(practice, people, block)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a database that has lived for a while knows its tables


def _block(practice: Practice, people: dict[str, User], block: list[int]) -> None:
    patients = [Patient(practice=practice, pseudonym=f"B-{n}", key=secrets.token_hex(32)) for n in block]
    Patient.objects.bulk_create(patients)
    exams = [
        Exam(practice=practice, patient=patient, study_uid=f"2.25.{secrets.randbits(120)}") for patient in patients
    ]
    Exam.objects.bulk_create(exams)
    cases = [_case(practice, people, exam, n) for exam, n in zip(exams, block, strict=True)]
    Case.objects.bulk_create(cases)
    Assignment.objects.bulk_create(_places(people, cases, block))


def _case(practice: Practice, people: dict[str, User], exam: Exam, n: int) -> Case:
    now = timezone.now()
    return Case(
        practice=practice, number=f"C-{short_code(9)}", exam=exam, question="Distortion on the left?",
        opened_by=people["clinician"], urgency=("routine", "routine", "soon", "urgent")[n // OPEN % 4],
        due_at=now + timedelta(hours=n % 200 - 20), closed_at=None if n % OPEN == 0 else now - timedelta(minutes=n),
    )  # fmt: skip


def _places(people: dict[str, User], cases: list[Case], block: list[int]) -> Iterator[Assignment]:
    for case, n in zip(cases, block, strict=True):
        holder = people["reader" if n % 7 == 0 else "reader2"]
        arbitrated = case.closed_at is None and n // OPEN % 10 == 9
        held = arbitrated or case.closed_at is not None or n // OPEN % 2 == 0
        done_at = timezone.now() if arbitrated else case.closed_at
        yield Assignment(case=case, place="reader", member=holder if held else None, done_at=done_at)
        if arbitrated:
            yield Assignment(case=case, place="arbiter")
