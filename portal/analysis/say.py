"""Sentences about a run's state; they say what happens next and nothing of what the model found."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from portal.analysis.models import Run
from portal.analysis.phrases import PHRASES

SEALED = gettext_noop("The suggestion is sealed. It opens to a reader after their own read is locked.")

_STATES = {
    "waiting": gettext_noop("The analysis waits for a free worker."),
    "running": gettext_noop("The analysis is running."),
    "ready": gettext_noop("The analysis has ended."),
}

_STAGES = {
    "load": gettext_noop("Loading the model"),
    "fetch": gettext_noop("Fetching the images"),
    "decode": gettext_noop("Reading the pixels"),
    "network": gettext_noop("Looking at each image"),
    "saliency": gettext_noop("Laying the maps on the images"),
    "write": gettext_noop("Writing the results"),
}


def stage_of(run: Run) -> str:
    """What the worker does now."""
    return gettext(_STAGES[run.stage]) if run.stage in _STAGES else ""


def state_of(run: Run) -> str:
    """One sentence on where the run stands."""
    return PHRASES.said(run.failed_because) if run.state == "failed" else gettext(_STATES[run.state])


def percent(run: Run) -> int:
    """Progress in whole percent; a failed run stays where it stopped."""
    return 100 if run.state == "ready" else round(100 * run.progress)
