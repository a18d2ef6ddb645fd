"""The viewer's page: a shell around the manifest; every image and number comes by the manifest's addresses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from portal.cases.models import Case
from portal.cases.people import user_of
from portal.cases.sharing import arrive
from portal.exams.models import Exam
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import Role
from portal.viewer import desk, manifest
from portal.viewer.opening import note, sheet

PAGE = "viewer/page.html"


@login_required
@require_GET
def view_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A case in the viewer, with the asker's own read beside it where they have one."""
    cases = Case.objects.visible_to(request.user).select_related("exam__patient", "exam__practice")
    case = visible_or_404(cases, request.user, pk=pk)
    arrive(case=case, user=user_of(request))
    context = {
        "manifest_url": reverse("case-manifest", args=[case.pk]),
        "title": f"{case.number} · {case.exam.patient.pseudonym}",
        "back_url": f"/cases/{case.pk}/",
        "back_label": gettext("Case"),
        "case": case,
        "exam": case.exam,
        **_brought(request, manifest.of_case(case, request.user), case.exam, case),
        **_window(request),
        **_own(request),
    }
    return render(request, PAGE, context)


@login_required
@require_GET
def view_exam(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An exam in the viewer, to be looked at only."""
    exams = Exam.objects.visible_to(request.user).select_related("patient", "practice")
    exam = visible_or_404(exams, request.user, pk=pk)
    context = {
        "manifest_url": reverse("exam-manifest", args=[exam.pk]),
        "title": str(exam),
        "back_url": f"/exams/{exam.pk}/",
        "back_label": gettext("Exam"),
        "case": None,
        "exam": exam,
        **_brought(request, manifest.of_exam(exam, request.user), exam, None),
        **_window(request),
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


def _brought(request: HttpRequest, content: dict[str, Any], exam: Exam, case: Case | None) -> dict[str, Any]:
    """The manifest that the page brings along, so that pixels are asked for without another round trip: an opening."""
    note(content=content, exam=exam, case=case, user=request.user)
    return {"manifest": content, "manifest_tag": sheet(content)[1]}


def _window(request: HttpRequest) -> dict[str, Any]:
    """Whether this is the window for another monitor, which shows beside the first and has no form."""
    return {"second": request.GET.get("window") == "2"}


def _own(request: HttpRequest) -> dict[str, Any]:
    """The person's own keys, displays and start, and where changes of them go."""
    return {"own": desk.of(user_of(request)), "desk_url": reverse("desk")}
