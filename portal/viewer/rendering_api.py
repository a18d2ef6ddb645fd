"""REST: the server's rendering of one image, where the browser cannot draw it. Not for diagnosis."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.audit.services import record
from portal.exams.models import Exam, Image
from portal.practices.guards import visible_or_404
from portal.viewer import rendering


class WindowSerializer(serializers.Serializer[Any]):
    """Which frame (from 1) through which window, in modality units; without a window the header's first one."""

    frame = serializers.IntegerField(min_value=1, max_value=1000, required=False, default=1)
    center = serializers.FloatField(min_value=-1e6, max_value=1e6, required=False)
    width = serializers.FloatField(min_value=0.01, max_value=1e6, required=False)
    function = serializers.ChoiceField(choices=["LINEAR", "LINEAR_EXACT", "SIGMOID"], required=False, default="LINEAR")
    lut = serializers.IntegerField(min_value=0, max_value=15, required=False, allow_null=True, default=None)
    invert = serializers.BooleanField(required=False, default=False)


class Rendering(APIView):
    """An 8-bit, reduced picture that says itself that it is not for diagnosis."""

    scope = "exams"

    @extend_schema(
        operation_id="image_rendering",
        parameters=[WindowSerializer],
        responses={(200, "image/png"): OpenApiTypes.BINARY, 202: OpenApiTypes.OBJECT, 422: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """The PNG; 202 while a worker draws it, 422 with the reason where it cannot be drawn."""
        images = Image.objects.visible_to(request.user).select_related("exam")
        image = visible_or_404(images.filter(exam__modality=Exam.Modality.MG), request.user, pk=pk)
        told = WindowSerializer(data=request.query_params)
        told.is_valid(raise_exception=True)
        window = dict(told.validated_data)
        own = {} if {"center", "width"} <= window.keys() else rendering.first_window(image)
        recipe = {name: {**window, **own}[name] for name in ("frame", "center", "width", "function", "lut", "invert")}
        with transaction.atomic():
            found = rendering.asked(image, recipe)
            if isinstance(found, bytes):
                _note(request, image, recipe["frame"])
        answer = _answer(found)
        answer["Cache-Control"] = "private, no-store"
        return answer


def _note(request: Request, image: Image, frame: int) -> None:
    record(
        verb="image.viewed", actor=request.user, practice_id=image.exam.practice_id, subject=image,
        exam_id=image.exam_id, patient_id=image.exam.patient_id, detail={"frames": [frame], "rendering": True},
    )  # fmt: skip


def _answer(found: bytes | str | None) -> HttpResponse:
    if isinstance(found, bytes):
        return HttpResponse(found, content_type="image/png")
    if found is None:
        return JsonResponse(
            {"detail": "A worker draws this image: ask again."}, status=202, headers={"Retry-After": "1"}
        )
    return JsonResponse({"detail": found}, status=422)
