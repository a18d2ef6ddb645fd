"""Sentences about a run's state; they say what happens next and nothing of what the model found."""

from __future__ import annotations

from portal.analysis.models import Run

SEALED = "The suggestion is sealed. It opens to a reader after their own read is locked."

_STATES = {
    "waiting": "The analysis waits for a free worker.",
    "running": "The analysis is running.",
    "ready": "The analysis has ended.",
}

_STAGES = {
    "load": "Loading the model",
    "fetch": "Fetching the images",
    "decode": "Reading the pixels",
    "network": "Looking at each image",
    "saliency": "Laying the maps on the images",
    "write": "Writing the results",
}


def stage_of(run: Run) -> str:
    """What the worker does now."""
    return _STAGES.get(run.stage, "")


def state_of(run: Run) -> str:
    """One sentence on where the run stands."""
    return run.failed_because if run.state == "failed" else _STATES[run.state]


def percent(run: Run) -> int:
    """Progress in whole percent; a failed run stays where it stopped."""
    return 100 if run.state == "ready" else round(100 * run.progress)
