"""Time that stands still and chance that repeats itself, so that two worlds differ in nothing that nobody meant."""

import contextlib
import time
import zlib
from datetime import UTC, datetime, timedelta

import numpy as np
from django.utils import timezone

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Stand:
    """The clock and the dice of a test: `at(...)` sets both."""

    def __init__(self, monkeypatch):
        self.now = BEGIN
        self.dice = np.random.default_rng(0)
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        self.patch = monkeypatch

    def at(self, minutes, dice):
        """Let it be so many minutes after the beginning, and chance begin anew from `dice`."""
        self.now, self.dice = BEGIN + timedelta(minutes=minutes), np.random.default_rng(zlib.crc32(dice.encode()))

    @contextlib.contextmanager
    def still(self):
        """Within it every random byte comes from the dice, and the machine's clock stands too."""
        with self.patch.context() as patch:
            for name in ("os.urandom", "random._urandom"):  # the second is what `secrets` reads
                patch.setattr(name, lambda count: self.dice.bytes(count))
            patch.setattr(time, "time", lambda: self.now.timestamp())
            yield
