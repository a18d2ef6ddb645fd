"""REST: a read as DICOM objects."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_noop
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.cases.models import Case
from portal.cases.people import user_of
from portal.interop.exports import export_read
from portal.practices.guards import visible_or_404
from portal.practices.models import Role
from portal.practices.selectors import has_role
from portal.reading.selectors import visible_reads

NOT_YOURS = gettext_noop(
    "The sender's own identifiers are for a clinician or coordinator of the exam's practice. Ask without them."
)


class AskedSerializer(serializers.Serializer[Any]):
    """Under which identifiers."""

    identity = serializers.ChoiceField(choices=["replaced", "original"], default="replaced")


class ReadObjects(APIView):
    """A read's findings as Grayscale Softcopy Presentation States and a Comprehensive SR (TID 1500)."""

    scope = "reads"

    @extend_schema(
        operation_id="read_objects",
        parameters=[OpenApiParameter("identity", enum=["replaced", "original"])],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """One ZIP: `gsps-N.dcm` for each marked image, `report.dcm`. One's own read at any time, others' once they are open."""
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        user = user_of(request)
        cases = Case.objects.visible_to(user).filter(reads=pk)
        case = visible_or_404(cases, user, reads=pk)
        read = visible_or_404(visible_reads(case, user), user, pk=pk)
        original = asked.validated_data["identity"] == "original"
        if original and not has_role(user, case.practice, Role.CLINICIAN, Role.COORDINATOR):
            raise PermissionDenied(gettext(NOT_YOURS))
        archive = export_read(read=read, actor=user, original=original)
        name = f"read-{case.number}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(archive, content_type="application/zip", headers=headers)
