"""REST: releases, runs, and the saliency maps of revealed runs."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.analysis.managers import RunQuerySet
from portal.analysis.models import ImageResult, Release, Run
from portal.analysis.serializers import ReleaseSerializer, RunSerializer
from portal.audit.services import record
from portal.practices.guards import visible_or_404


class ReleaseList(ListAPIView[Release]):
    """Every release that this portal has run, newest first, with its card."""

    scope = "runs"
    serializer_class = ReleaseSerializer
    queryset = Release.objects.order_by("-created_at", "-pk")


class ReleaseDetail(RetrieveAPIView[Release]):
    """One release."""

    scope = "runs"
    serializer_class = ReleaseSerializer
    queryset = Release.objects.all()


class RunList(ListAPIView[Run]):
    """Runs of exams that the caller may see; `?exam=ID` narrows to one exam."""

    scope = "runs"
    serializer_class = RunSerializer
    filterset_fields = ["exam"]
    queryset = Run.objects.none()

    def get_queryset(self) -> RunQuerySet:
        """Scoped to the caller."""
        return Run.objects.with_reveal(self.request.user).select_related("release")


class RunDetail(RetrieveAPIView[Run]):
    """One run: its state always, its result once it has been revealed to the caller."""

    scope = "runs"
    serializer_class = RunSerializer
    queryset = Run.objects.none()

    def get_queryset(self) -> QuerySet[Run]:
        """Scoped to the caller."""
        return Run.objects.with_reveal(self.request.user)

    def get_object(self) -> Run:
        """The run; a refusal is written to the trail."""
        return visible_or_404(self.get_queryset(), self.request.user, pk=self.kwargs["pk"])


class Saliency(APIView):
    """The saliency map of one image: 8-bit grey PNG on the stored grid reduced by 8; 255 = probability 1."""

    scope = "runs"

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, run: UUID, image: UUID) -> FileResponse:
        """Only for whom the run was revealed to; for anybody else there is no such map (404)."""
        opened = Run.objects.marked_to(request.user)
        maps = ImageResult.objects.filter(run__in=opened).exclude(saliency_key="").select_related("run__exam")
        found = visible_or_404(maps, request.user, run=run, image=image)
        exam = found.run.exam
        with transaction.atomic():
            record(
                verb="saliency.viewed", actor=request.user, practice_id=exam.practice_id, subject=found.run,
                exam_id=exam.pk, patient_id=exam.patient_id, detail={"image": str(found.image_id)},
            )  # fmt: skip
        answer = FileResponse(default_storage.open(found.saliency_key), content_type="image/png")
        answer["Cache-Control"] = "private, no-store"
        return answer
