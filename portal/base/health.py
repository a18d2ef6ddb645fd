"""Checks of what the portal needs to work: each returns when it is well and raises when it is not."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.module_loading import import_string

from portal.base.tasks import HEARTBEAT
from portal.celery import app

log = logging.getLogger(__name__)
STORAGE_PROVEN_FOR = 10.0  # seconds; a probe every 0.3 s must not become a write every 0.3 s
STARTING = 60.0  # seconds in which a part that was never ready is waited for
_proven = {"storage": float("-inf")}
_state = {"ready": False, "since": time.monotonic()}
_told: dict[str, tuple[int, str]] = {}


class Unwell(Exception):
    """A check that ran and found something missing."""


def readiness() -> dict[str, bool]:
    """Every check of `settings.READINESS_CHECKS` by name; the reason of a failure goes to the log alone."""
    found = {name: _is_well(name, import_string(path)) for name, path in settings.READINESS_CHECKS.items()}
    _state["ready"] = _state["ready"] or all(found.values())
    return found


def _is_well(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception as error:  # noqa: BLE001 (a health check must survive whatever broke)
        _tell(name, str(error))
        return False
    if _told.pop(name, None):
        log.info("%s is ready.", name.capitalize())
    return True


def _tell(name: str, why: str) -> None:
    """Each reason once: a supervisor asks every half second, and while the parts start that they wait is no fault."""
    starting = not _state["ready"] and time.monotonic() - _state["since"] < STARTING
    level = logging.INFO if starting else logging.WARNING
    if _told.get(name) != (level, why):
        _told[name] = (level, why)
        log.log(level, "%s %s: %s", "Still waiting for" if starting else "Not ready:", name, why)


def database() -> None:
    """The database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def broker() -> None:
    """The broker takes a connection within two seconds."""
    with app.connection_for_write() as link:
        link.ensure_connection(max_retries=1, interval_start=0, timeout=2)


def worker() -> None:
    """A worker left its heartbeat less than 45 seconds ago."""
    if cache.get(HEARTBEAT) is None:
        raise Unwell("no worker left a heartbeat in the last 45 seconds")


def storage() -> None:
    """The object store keeps what it is given; proven again after ten seconds."""
    if time.monotonic() - _proven["storage"] < STORAGE_PROVEN_FOR:
        return
    written = secrets.token_bytes(16)
    key = default_storage.save(f"health/{secrets.token_hex(8)}", ContentFile(written))
    try:
        with default_storage.open(key) as file:
            if file.read() != written:
                raise Unwell("the object store answered with other bytes than it was given")
    finally:
        default_storage.delete(key)
    _proven["storage"] = time.monotonic()
