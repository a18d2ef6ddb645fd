"""REST: one's own reads, from the draft to the decision."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.cases.people import user_of
from portal.practices.guards import visible_or_404
from portal.reading import serializers as shapes
from portal.reading.models import Read
from portal.reading.selectors import broken_rules
from portal.reading.services.decide import amend, confirm
from portal.reading.services.draft import EditedElsewhere, begin, save_draft
from portal.reading.services.lock import lock
from portal.reading.services.reveal import reveal

EDITED = OpenApiResponse(description="Saved from another window: the kept version and body.")


class ReadViewSet(mixins.ListModelMixin, GenericViewSet[Read]):
    """The signed-in reader's own reads; nobody else's are answered here."""

    scope = "reads"
    serializer_class = shapes.ReadSerializer
    filterset_fields = ("case",)
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Read.objects.none()

    def get_queryset(self) -> QuerySet[Read]:
        """One's own."""
        reads = Read.objects.visible_to(self.request.user)
        return reads.select_related("case__exam", "reader").order_by("-started_at")

    def get_object(self) -> Read:
        """The read, or a 404 that the trail records."""
        return visible_or_404(self.get_queryset(), self.request.user, pk=self.kwargs["pk"])

    def shown(self, read: Read, code: int = status.HTTP_200_OK) -> Response:
        """The read as JSON."""
        return Response(self.get_serializer(read).data, status=code)

    @extend_schema(responses=shapes.ReadSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One read."""
        return self.shown(self.get_object())

    @extend_schema(request=shapes.BeginSerializer, responses={201: shapes.ReadSerializer})
    def create(self, request: Request) -> Response:
        """Claim a place at the case and begin its read, or go on with one's own."""
        asked = shapes.BeginSerializer(data=request.data, context={"request": request})
        read = begin(case=_valid(asked)["case"], user=user_of(request))
        return self.shown(read, status.HTTP_201_CREATED)

    @extend_schema(request=shapes.DraftSerializer, responses={200: shapes.SavedSerializer, 409: EDITED})
    @action(detail=True, methods=["put"])
    def draft(self, request: Request, pk: str) -> Response:
        """Save the draft made from `version`; 409 with what is kept where another window saved since."""
        version = _valid(shapes.LockSerializer(data=request.data))["version"]
        try:
            read = save_draft(read=self.get_object(), version=version, data=_sent(request, "body"))
        except EditedElsewhere as edited:
            return _edited(edited)
        broken = broken_rules(read, read.body)
        return Response({"version": read.version, "saved_at": read.saved_at, "broken": broken})

    @extend_schema(request=shapes.LockSerializer, responses={200: shapes.ReadSerializer, 409: EDITED})
    @action(detail=True, methods=["post"])
    def lock(self, request: Request, pk: str) -> Response:
        """Lock the read for good; 400 with a sentence for each rule that it breaks."""
        version = _valid(shapes.LockSerializer(data=request.data))["version"]
        try:
            read = lock(read=self.get_object(), actor=user_of(request), version=version)
        except EditedElsewhere as edited:
            return _edited(edited)
        return self.shown(read)

    @extend_schema(request=shapes.RevealSerializer, responses={200: shapes.RevealedSerializer})
    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, pk: str) -> Response:
        """Open the suggestion; 409 while the analysis goes on, or where there is none to open."""
        without = _valid(shapes.RevealSerializer(data=request.data))["without"]
        read = self.get_object()
        there = reveal(read=read, actor=user_of(request), without=without)
        read.refresh_from_db()
        return Response({"revealed_at": read.revealed_at, "suggestion": there})

    @extend_schema(request=None, responses=shapes.ReadSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Stand by the read as locked."""
        return self.shown(confirm(read=self.get_object(), actor=user_of(request)))

    @extend_schema(request=shapes.AmendSerializer, responses=shapes.ReadSerializer)
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, pk: str) -> Response:
        """Change the read with a reason; the locked read stays beside it."""
        reason = str(_sent(request, "reason") or "")
        read = self.get_object()
        return self.shown(amend(read=read, actor=user_of(request), reason=reason, data=_sent(request, "body")))


def _valid(door: serializers.Serializer[Any]) -> dict[str, Any]:
    door.is_valid(raise_exception=True)
    return dict(door.validated_data)


def _sent(request: Request, name: str) -> Any:
    """A part of the request's JSON object; None where it is missing or the JSON is no object."""
    return request.data.get(name) if isinstance(request.data, dict) else None


def _edited(edited: EditedElsewhere) -> Response:
    body = {"detail": edited.say, "code": edited.code, "version": edited.version, "body": edited.body}
    return Response(body, status=status.HTTP_409_CONFLICT)
