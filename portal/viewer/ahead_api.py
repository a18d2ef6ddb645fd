"""REST: the pixels that a reader's next case will hang, for a browser that has time while they read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.cases.ahead import next_in_hand
from portal.cases.models import Case
from portal.exams.models import Exam, Image
from portal.practices.guards import visible_or_404
from portal.viewer import hanging
from portal.viewer.images import entry

DECODED = ("id", "rows", "columns", "frames", "photometric", "transfer_syntax", "rescale", "frame_urls")
DEPTH = 2  # bytes of a decoded pixel, at most


class Ahead(APIView):
    """Which frames the next case will hang first: addresses and sizes. Nothing of what anybody says of them."""

    scope = "cases"

    @extend_schema(operation_id="case_ahead", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: UUID) -> Response:
        """The next case of one's list where one has taken it; `case` is null where there is none. It is not opened by this."""
        case = visible_or_404(Case.objects.visible_to(request.user), request.user, pk=pk)
        found = next_in_hand(request, case)
        told = {"case": found and str(found.pk), "images": _images(found.exam, request.user, case) if found else []}
        return Response(told, headers={"Cache-Control": "no-store"})


def _images(exam: Exam, user: Any, case: Case) -> list[dict[str, Any]]:
    """The images of the exam's first layout that one frame makes whole and that are ready."""
    images = list(Image.objects.visible_to(user).filter(exam=exam).order_by("created_at", "pk"))
    if exam.modality != Exam.Modality.MG or not images:
        return []
    found = hanging.layouts(images)
    first = hanging.initial(found, images)
    named = [cell["image"] for one in found if one["id"] == first for cell in one["cells"]]
    told = [entry(image, exam.study_uid) for image in images if str(image.pk) in named and image.frames == 1]
    return [_of(one, case) for one in sorted(told, key=lambda one: named.index(one["id"])) if one["status"] == "ready"]


def _of(told: dict[str, Any], case: Case) -> dict[str, Any]:
    """What decoding needs; asked for by `ahead_url`, the frame is in the trail as sent and not opened."""
    size = DEPTH * told["rows"] * told["columns"]
    return {name: told[name] for name in DECODED} | {
        "ahead_url": f"{told['frame_urls'][0]}?ahead={case.pk}",
        "bytes": size,
    }
