"""REST: key images leave the viewer as files; the browser makes them, the trail has them first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.services import record
from portal.base.errors import Refused
from portal.exams.models import Exam, Image
from portal.practices.guards import visible_or_404


class ExportSerializer(serializers.Serializer[Any]):
    """Which images are written into a file, and of which kind."""

    format = serializers.ChoiceField(choices=["png", "pdf"])
    images = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=20)


class Exports(APIView):
    """Tell the trail that images of an exam, or of earlier ones of the same patient, are exported."""

    scope = "exams"

    @extend_schema(operation_id="exam_exported", request=ExportSerializer, responses={201: OpenApiResponse()})
    def post(self, request: Request, pk: UUID) -> Response:
        """One event for each exam that the images are of; an image with burnt-in text is refused."""
        exam = visible_or_404(Exam.objects.visible_to(request.user), request.user, pk=pk)
        asked = ExportSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = set(asked.validated_data["images"])
        mine = Image.objects.visible_to(request.user).filter(
            exam__patient=exam.patient_id, exam__practice=exam.practice_id
        )
        images = list(mine.filter(pk__in=wanted).select_related("exam"))
        if len(images) != len(wanted):
            raise Refused(
                "unknown-image", gettext("An image is not of this patient, or not there any more. Reload the page.")
            )
        if any(image.burnt_in == "yes" for image in images):
            raise Refused(
                "burnt-in", gettext("Text is burnt into an image, and it may hold a name: it is not exported.")
            )
        with transaction.atomic():
            for one in {image.exam_id: image.exam for image in images}.values():
                shown = sorted(str(image.pk) for image in images if image.exam_id == one.pk)
                record(
                    verb="image.exported", actor=request.user, practice_id=exam.practice_id, subject=one,
                    exam_id=one.pk, patient_id=one.patient_id,
                    detail={"format": asked.validated_data["format"], "images": shown},
                )  # fmt: skip
        return Response(status=status.HTTP_201_CREATED)
