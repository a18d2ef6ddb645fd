"""Nothing changes or removes an event: not the model, not a query set, not SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from portal.audit.managers import AppendOnly
from portal.audit.models import Event
from portal.audit.services import record

WAYS = {
    "save": lambda event: event.save(),
    "delete": lambda event: event.delete(),
    "update": lambda event: Event.objects.update(verb="x"),
    "delete of a query set": lambda event: Event.objects.all().delete(),
    "bulk_update": lambda event: Event.objects.bulk_update([event], ["verb"]),
    "bulk_create": lambda event: Event.objects.bulk_create([event]),
}


@pytest.fixture
def event(cast):
    with transaction.atomic():
        return record(verb="exam.filed", actor=cast.alice, practice_id=cast.northside.pk)


@pytest.mark.parametrize("way", WAYS)
def test_the_code_refuses_to_change_an_event(event, way):
    with pytest.raises(AppendOnly, match="append-only"):
        WAYS[way](event)


@pytest.mark.parametrize("sql", ["UPDATE audit_event SET verb = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_too(event, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Event.objects.get().verb == "exam.filed"


@pytest.mark.django_db(transaction=True)
def test_postgresql_refuses_to_empty_the_table(event):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE: DELETE is its only way, and is refused above")
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_event")


@pytest.mark.django_db(transaction=True)
def test_the_triggers_stand_again_after_a_test_emptied_the_tables(event):
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event")
