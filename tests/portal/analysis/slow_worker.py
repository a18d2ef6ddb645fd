"""A Celery application whose analyst hangs in its first attempt: `celery -A tests.portal.analysis.slow_worker`."""

import os
import time
from pathlib import Path

import django

django.setup()

from portal.analysis import runner  # noqa: E402
from portal.celery import app  # noqa: E402
from tests.portal.analysis.results import Analyst  # noqa: E402

STARTED = Path(os.environ["OVERREAD_DATA_DIR"]) / "first-attempt"


def hang_once(progress):
    """Stay in the first attempt until the process is killed."""
    if not STARTED.exists():
        STARTED.touch()
        time.sleep(600)
    progress("network", 0.5)


runner.analyst = lambda: Analyst(before=hang_once)
__all__ = ["app"]
