"""The database's own refusal to change the trail: triggers on PostgreSQL and SQLite.

They stop every program that uses the tables, this one included. Whoever owns the database can drop them;
that is what the chain is for (see verify.py).
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

SAY = "audit_event is append-only"

_SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS audit_event_no_{act} BEFORE {act.upper()} ON audit_event
    BEGIN SELECT RAISE(ABORT, '{SAY}'); END"""
    for act in ("update", "delete")
]
_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{SAY}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE OR REPLACE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()""",
    """CREATE OR REPLACE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
]
_CREATE = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_DROP = {
    "sqlite": [f"DROP TRIGGER IF EXISTS audit_event_no_{act}" for act in ("update", "delete")],
    "postgresql": [f"DROP TRIGGER IF EXISTS audit_event_no_{act} ON audit_event" for act in ("change", "truncate")],
}


def create(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place; doing it twice changes nothing. KeyError on a database we do not support."""
    _run(connection, _CREATE)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for a migration backwards, and for tests that empty or tamper with the tables."""
    _run(connection, _DROP)


def after_migrate(using: str, **_: Any) -> None:
    """Put back what a restore or a flush may have lost, each time the tables are brought up to date."""
    connection = connections[using]
    if "audit_event" in connection.introspection.table_names():
        create(connection)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
