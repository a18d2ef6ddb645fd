"""Keeping a run while working on it: a heartbeat renews the lease, and progress is shown."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from types import TracebackType

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from portal.analysis.managers import lease_end
from portal.analysis.models import Run

logger = logging.getLogger(__name__)

PROGRESS_EVERY = 0.5  # seconds between two UPDATEs of the same stage


class LeaseLostError(Exception):
    """Another worker has taken the run over: stop, and write nothing."""


class Lease:
    """Holds `run` (as claimed: its `attempts` is the fence) for the time of a with-block.

    A thread renews the lease three times per lease, until the hard time limit would have killed this worker:
    a killed worker's run is free after one short lease, a hung one's never stays taken.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name=f"lease-{run.pk}")
        self._told = (0.0, "")

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def report(self, stage: str, fraction: float) -> None:
        """Show how far the work is (0..1); raises LeaseLostError once the run belongs to somebody else."""
        last, last_stage = self._told
        if stage == last_stage and time.monotonic() - last < PROGRESS_EVERY:
            return
        self._told = (time.monotonic(), stage)
        progress = min(max(fraction, 0.0), 1.0)
        kept = Run.objects.held(self.run).update(
            stage=stage[:40], progress=progress, lease_until=lease_end(timezone.now())
        )
        if not kept:
            raise LeaseLostError(str(self.run.pk))

    def _beat(self) -> None:
        last = timezone.now() + timedelta(seconds=settings.RUN_TIME_LIMIT)
        try:
            while not self._stop.wait(settings.RUN_LEASE / 3) and timezone.now() < last:
                self._renew()
        finally:
            connection.close()

    def _renew(self) -> None:
        """One beat; a database that is away for a moment costs this beat, not the heart."""
        try:
            Run.objects.held(self.run).update(lease_until=lease_end(timezone.now()))
        except DatabaseError:
            logger.warning("Run %s: the lease could not be renewed; trying again.", self.run.pk)
            connection.close()
