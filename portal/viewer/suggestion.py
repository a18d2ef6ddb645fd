"""The sealed part of the manifest: how far the analysis is, and its results once they were revealed to this person."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext, gettext_noop

from portal.analysis import say
from portal.analysis.models import Run
from portal.analysis.selectors import latest_run
from portal.cases.guests import works_in
from portal.exams.models import Exam
from portal.practices.models import User
from portal.reading.selectors import revealed_run, still_blind
from portal.viewer.results import results

SEALED = {"state": "sealed", "progress": None, "stage": None, "say": gettext_noop("Sealed until your read is locked")}
NONE = {"state": "none", "progress": None, "stage": None, "say": gettext_noop("No analysis has been asked for")}


def parts(exam: Exam, user: User | AnonymousUser) -> dict[str, Any]:
    """The manifest's `analysis` and `results` for this person."""
    if still_blind(exam, user):
        return {"analysis": _said(SEALED), "results": None}
    run = revealed_run(exam, user)
    if run is not None:
        marks = Run.objects.marked_to(user).filter(pk=run.pk).exists()
        return {
            "analysis": _state(run),
            "results": results(run, marks=marks, outcomes=works_in(user, exam.practice)),
        }
    latest = latest_run(exam)
    state = _said(NONE) if latest is None else _state(latest)
    if state["state"] == "ready":
        state = {**state, "say": f"{state['say']} {gettext(say.SEALED)}"}
    return {"analysis": state, "results": None}


def _said(state: dict[str, Any]) -> dict[str, Any]:
    return {**state, "say": gettext(state["say"])}


def _state(run: Run) -> dict[str, Any]:
    running = run.state == "running"
    return {
        "state": run.state,
        "progress": round(run.progress, 2) if running else None,
        "stage": say.stage_of(run) if running else None,
        "say": say.state_of(run),
    }
