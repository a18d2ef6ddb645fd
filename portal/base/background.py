"""Sending work to the workers from inside a transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send_on_commit(task: Any, *args: str, when_away: Callable[[], object] | None = None, **options: Any) -> None:
    """Send `task` when the transaction commits; call inside one.

    What was committed stands: a broker that is away undoes no answer. `when_away` then marks the row for its sweep,
    where the sweep would not find it by its age alone.
    """

    def send() -> None:
        try:
            task.apply_async(args=args, **options)
        except OperationalError:
            logger.warning("The broker is away; the sweep will send %s for %s.", task.name, args[0] if args else "-")
            if when_away:
                when_away()

    transaction.on_commit(send, robust=True)
