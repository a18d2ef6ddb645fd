"""Changing the trail behind the portal's back, as the database's owner could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.stack import Stack

_SWAP = """
from django.db import connection
from portal.audit import triggers
from portal.audit.models import Event
event = Event.objects.filter(verb={verb!r}).latest("id")
triggers.drop(connection)
with connection.cursor() as cursor:
    cursor.execute("UPDATE audit_event SET actor_name = %s WHERE id = %s", [{name!r} or event.actor_name, event.pk])
triggers.create(connection)
print(event.actor_name)
"""


@contextmanager
def tampered_event(stack: Stack, verb: str) -> Iterator[None]:
    """While this lasts, the last event of this kind names somebody else."""
    real = stack.manage("shell", "-v0", "-c", _SWAP.format(verb=verb, name="somebody@else.example")).stdout.strip()
    try:
        yield
    finally:
        stack.manage("shell", "-v0", "-c", _SWAP.format(verb=verb, name=real))
