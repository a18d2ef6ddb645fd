"""Signs of life."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache

HEARTBEAT = "overread:worker-heartbeat"


@shared_task  # type: ignore[untyped-decorator]
def heartbeat() -> None:
    """Leave a mark that says: beat sent this, the broker carried it and a worker ran it."""
    cache.set(HEARTBEAT, 1, timeout=45)


@worker_ready.connect  # type: ignore[untyped-decorator]
def first_heartbeat(**_: Any) -> None:
    """A worker that has just begun to listen need not wait for beat to say so."""
    cache.set(HEARTBEAT, 1, timeout=45)
