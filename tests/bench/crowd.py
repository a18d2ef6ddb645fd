"""A PostgreSQL filled with cases by SQL alone: several practices, every state, skewed people; a million in minutes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from portal.analysis.models import Release
from portal.practices.models import Membership, Practice, Role, User
from tests.bench.crowd_sql import AFTER, FILLED, SEED, TABLES

SHARES = (70, 15, 8, 5, 2)  # per cent of the cases that each practice has
STAFF = {Role.READER: 40, Role.CLINICIAN: 10, Role.COORDINATOR: 2}  # of the first practice; a fifth in the others


@dataclass(frozen=True, slots=True)
class Crowd:
    """The largest practice and, of each role, the person with most to do."""

    practice: Practice
    reader: User
    clinician: User
    coordinator: User

    @property
    def people(self) -> dict[str, User]:
        """By role."""
        return {"reader": self.reader, "clinician": self.clinician, "coordinator": self.coordinator}


def fill(cases: int) -> Crowd:
    """Practices, people and `cases` cases with patients, exams, places, reads, reports, runs, comments and asked views.

    One case in 25 is open. Ids are random, the rest repeats from run to run. Without triggers where the
    database lets us (a superuser): foreign keys hold by construction. Raises RuntimeError on another database.
    """
    if connection.vendor != "postgresql":
        raise RuntimeError("The crowd is made by PostgreSQL's own SQL: set DATABASE_URL to one.")
    crowd = _people()
    release = Release.objects.create(name="crowd", version="1", digest="c" * 64, card={})
    with transaction.atomic(), connection.cursor() as cursor:
        _quickly(cursor)
        indexes = _without_indexes(cursor)
        cursor.execute("SELECT setseed(0.42)")
        for statement in SEED:
            cursor.execute(statement, {"cases": cases})
        for statement in TABLES:
            cursor.execute(statement, {"release": release.pk})
        for statement in AFTER:
            cursor.execute(statement)
        for definition in indexes:
            cursor.execute(definition)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if not connection.in_atomic_block else "ANALYZE")
    return crowd


def _quickly(cursor: CursorWrapper) -> None:
    cursor.execute("SET LOCAL synchronous_commit = off")
    cursor.execute("SELECT current_setting('is_superuser')")
    if cursor.fetchone() == ("on",):
        cursor.execute("SET LOCAL session_replication_role = replica")


def _without_indexes(cursor: CursorWrapper) -> list[str]:
    """Drop the indexes of the tables that are filled, and how each is made again; those of constraints stay."""
    cursor.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
           WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)""",
        [list(FILLED)],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


def _people() -> Crowd:
    """Practices and people, and the table `person` (practice and role by number) from which the SQL draws."""
    rows: list[tuple[int, str, int, User]] = []
    practices = [Practice(name=f"Crowd {at}") for at in range(len(SHARES))]
    Practice.objects.bulk_create(practices)
    for at, practice in enumerate(practices):
        for role, most in STAFF.items():
            for k in range(most if at == 0 else max(1, most // 5)):
                rows.append((at, role, k, User(email=f"{role}{k}@crowd{at}.example", name=f"{role.label} {at}.{k}")))
        users = [user for number, _, _, user in rows if number == at]
        User.objects.bulk_create(users)
        Membership.objects.bulk_create(
            [Membership(user=user, practice=practice, role=role) for n, role, _, user in rows if n == at]
        )
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE person (at int, practice uuid, share int, role text, k int, id uuid)")
        drawn = [(at, practices[at].pk, SHARES[at], role, k, user.pk) for at, role, k, user in rows]
        cursor.executemany("INSERT INTO person VALUES (%s, %s, %s, %s, %s, %s)", drawn)
    first = {(at, role): user for at, role, k, user in rows if k == 0}
    return Crowd(practices[0], *(first[0, role] for role in (Role.READER, Role.CLINICIAN, Role.COORDINATOR)))
