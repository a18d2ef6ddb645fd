"""The viewer's page: a shell around the manifest; every image and number comes by the manifest's addresses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from portal.cases.models import Case
from portal.cases.people import user_of
from portal.exams.models import Exam
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import Role
from portal.reading.selectors import open_read
from portal.viewer import desk

PAGE = "viewer/page.html"


@login_required
@require_GET
def view_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A case in the viewer, with the asker's own read beside it where they have one."""
    cases = Case.objects.visible_to(request.user).select_related("exam__patient")
    case = visible_or_404(cases, request.user, pk=pk)
    context = {
        "manifest_url": reverse("case-manifest", args=[case.pk]),
        "title": f"{case.number} · {case.exam.patient.pseudonym}",
        "back_url": f"/cases/{case.pk}/",
        "back_label": "Case",
        "case": case,
        "exam": case.exam,
        "read": open_read(case, request.user),
        **_own(request),
    }
    return render(request, PAGE, context)


@login_required
@require_GET
def view_exam(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An exam in the viewer, to be looked at only."""
    exams = Exam.objects.visible_to(request.user).select_related("patient")
    exam = visible_or_404(exams, request.user, pk=pk)
    context = {
        "manifest_url": reverse("exam-manifest", args=[exam.pk]),
        "title": str(exam),
        "back_url": f"/exams/{exam.pk}/",
        "back_label": "Exam",
        "case": None,
        "exam": exam,
        "read": None,
        **_own(request),
    }
    return render(request, PAGE, context)


@require_GET
@role_required(Role.READER, Role.CLINICIAN, Role.COORDINATOR)
def display(request: HttpRequest) -> HttpResponse:
    """The test pattern, and what the person saw of it on each of their displays."""
    kept = (desk.of(user_of(request)) or {}).get("displays", {})
    rows = [{"name": name, **one} for name, one in kept.items()]
    rows.sort(key=lambda one: str(one.get("check", {}).get("at", "")), reverse=True)
    return render(request, "viewer/display.html", {"displays": rows})


def _own(request: HttpRequest) -> dict[str, Any]:
    """The person's own keys, displays and start, and where changes of them go."""
    return {"own": desk.of(user_of(request)), "desk_url": reverse("desk")}
