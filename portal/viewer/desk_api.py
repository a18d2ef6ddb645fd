"""REST: one's own desk in the viewer, and what one saw of the test pattern."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.cases.people import user_of
from portal.practices.selectors import active_practice
from portal.viewer import desk


class OwnDesk(APIView):
    """Keys, displays and hanging of the person who asks; nobody else's can be named."""

    scope = "reads"

    @extend_schema(operation_id="desk", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """What is kept."""
        return Response(desk.of(user_of(request)) or {})

    @extend_schema(operation_id="desk_change", request=desk.DeskSerializer, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request) -> Response:
        """Change what is named; null forgets it."""
        asked = desk.DeskSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(desk.change(user=user_of(request), settings=asked.validated_data))


class DisplayCheck(APIView):
    """What a person saw of the test pattern on a display."""

    scope = "reads"

    @extend_schema(operation_id="display_check", request=desk.CheckSerializer, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Keep it with its date; the trail has it too."""
        asked = desk.CheckSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = desk.check_display(user=user_of(request), practice=active_practice(request), seen=asked.validated_data)
        return Response(found, status=status.HTTP_201_CREATED)
