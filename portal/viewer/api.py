"""REST: the viewer's manifest, polled by ETag."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.cases.models import Case
from portal.cases.people import user_of
from portal.cases.sharing import arrive
from portal.exams.models import Exam
from portal.practices.guards import visible_or_404
from portal.viewer import manifest
from portal.viewer.opening import note, sheet


class CaseManifest(APIView):
    """Everything the viewer needs of a case; unchanged content answers 304."""

    scope = "cases"

    @extend_schema(operation_id="case_manifest", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """The manifest as this person may see it."""
        cases = Case.objects.visible_to(request.user).select_related("exam__patient", "exam__practice")
        case = visible_or_404(cases, request.user, pk=pk)
        arrive(case=case, user=user_of(request))
        return answer(request, manifest.of_case(case, request.user), case.exam, case)


class ExamManifest(APIView):
    """Everything the viewer needs to look at an exam without reading it."""

    scope = "exams"

    @extend_schema(operation_id="exam_manifest", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """The manifest as this person may see it."""
        exams = Exam.objects.visible_to(request.user).select_related("patient", "practice")
        exam = visible_or_404(exams, request.user, pk=pk)
        return answer(request, manifest.of_exam(exam, request.user), exam, None)


def answer(request: Request, content: dict[str, Any], exam: Exam, case: Case | None) -> HttpResponse:
    """The manifest, or 304 for whoever holds this very content. Headers depend on the content alone.

    A new content is an opening of the exam, and of the earlier exams beside it, and goes into the trail; a poll that
    learns nothing does not.
    """
    body, etag = sheet(content)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        found: HttpResponse = HttpResponseNotModified()
    else:
        note(content=content, exam=exam, case=case, user=request.user)
        found = HttpResponse(body, content_type="application/json")
    found["ETag"] = etag
    found["Cache-Control"] = "private, no-cache"
    return found
