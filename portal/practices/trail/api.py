"""The trail for programs: `GET /api/v1/events/`."""

from __future__ import annotations

from typing import Any

from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request

from portal.audit.filters import EventFilter
from portal.audit.managers import SEE_THE_TRAIL, EventQuerySet
from portal.audit.models import Event
from portal.audit.seals import shown_to
from portal.practices.permissions import HasRole
from portal.practices.selectors import active_practice


class EventSerializer(serializers.ModelSerializer[Event]):
    """One link of the chain, with every column that its digest covers."""

    class Meta:
        model = Event
        fields = [
            "chain", "sequence", "at", "actor_id", "actor_name", "verb", "outcome", "subject_type", "subject_id",
            "exam_id", "case_id", "patient_id", "detail", "before", "digest",
        ]  # fmt: skip
        read_only_fields = fields


class EventViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Event]):
    """Events of the active practice, newest first; auditors and admins only."""

    serializer_class = EventSerializer
    permission_classes = [HasRole]
    roles = SEE_THE_TRAIL
    scope = "audit"
    filterset_class = EventFilter
    queryset = Event.objects.none()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the filters look case numbers up in the practice that is asked."""
        super().initial(request, *args, **kwargs)
        request.trail_chain = str(active_practice(request).pk)  # type: ignore[attr-defined]

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        """A page of them, as this person may see them."""
        chain = getattr(self.request, "trail_chain", "")
        return list(shown_to(self.request.user, chain, super().paginate_queryset(queryset) or []))

    def get_queryset(self) -> EventQuerySet:
        """The active practice's events."""
        chain = getattr(self.request, "trail_chain", "")
        return Event.objects.visible_to(self.request.user).filter(chain=chain).order_by("-at", "-sequence")
