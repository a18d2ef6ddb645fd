"""REST: the viewer's manifest, polled by ETag."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.audit.services import record
from portal.cases.models import Case
from portal.exams.models import Exam
from portal.practices.guards import visible_or_404
from portal.viewer import manifest


class CaseManifest(APIView):
    """Everything the viewer needs of a case; unchanged content answers 304."""

    scope = "cases"

    @extend_schema(operation_id="case_manifest", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """The manifest as this person may see it."""
        cases = Case.objects.visible_to(request.user).select_related("exam__patient", "exam__practice")
        case = visible_or_404(cases, request.user, pk=pk)
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
    body = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        found: HttpResponse = HttpResponseNotModified()
    else:
        with transaction.atomic():
            record(
                verb="exam.opened", actor=request.user, practice_id=exam.practice_id, subject=exam,
                exam_id=exam.pk, patient_id=exam.patient_id, case_id=case.pk if case else "",
            )  # fmt: skip
            for prior in Exam.objects.filter(pk__in=[one["id"] for one in content["priors"]]):
                record(
                    verb="exam.opened", actor=request.user, practice_id=exam.practice_id, subject=prior,
                    exam_id=prior.pk, patient_id=exam.patient_id, case_id=case.pk if case else "",
                    detail={"prior_of": str(exam.pk)},
                )  # fmt: skip
        found = HttpResponse(body, content_type="application/json")
    found["ETag"] = etag
    found["Cache-Control"] = "private, no-cache"
    return found
