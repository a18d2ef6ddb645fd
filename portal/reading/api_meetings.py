"""REST: consensus meetings. Closing one is signed with a password, on its page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.cases.models import Case
from portal.cases.people import user_of
from portal.practices.guards import visible_or_404
from portal.practices.models import User
from portal.practices.selectors import active_practice
from portal.reading.meetings import STANDINGS, agenda
from portal.reading.models import AgendaItem, Meeting, Minutes
from portal.reading.serializers import ReadSerializer
from portal.reading.services.convene import convene, put_on, seat, take_off
from portal.reading.services.meet import LIMIT, WHY, keep_minutes, not_agreed, open_item, show_minutes

CASE = r"cases/(?P<case>[0-9a-f-]{36})"


class SeatsSerializer(serializers.Serializer[Any]):
    """Who chairs and who attends: readers of the practice, two at least."""

    chair = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())
    attendees = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.all(), many=True, required=False, default=list, help_text="The chair is always one."
    )


class CasesSerializer(serializers.Serializer[Any]):
    """Cases for an agenda."""

    cases = serializers.PrimaryKeyRelatedField(queryset=Case.objects.none(), many=True, required=False, default=list)

    def get_fields(self) -> dict[str, Any]:
        """Narrow the cases to those that the asking person may see."""
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            seen = Case.objects.visible_to(request.user)
            fields["cases"] = serializers.PrimaryKeyRelatedField(queryset=seen, many=True, required=False, default=list)
        return fields


class ConveneSerializer(SeatsSerializer, CasesSerializer):
    """What convenes a meeting."""

    at = serializers.DateTimeField()


class EntrySerializer(serializers.Serializer[Any]):
    """One case of the agenda; nothing of what anybody said."""

    case = serializers.UUIDField(source="item.case_id")
    number = serializers.CharField(source="item.case.number")
    standing = serializers.ChoiceField(choices=list(STANDINGS))
    present = serializers.SerializerMethodField()

    def get_present(self, entry: Any) -> list[str]:
        """Who was there when it was opened, by name."""
        return [person.name for person in entry.present]


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting: when, who, and whether it is closed."""

    attendees: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Meeting
        fields = ("id", "at", "chair", "attendees", "convened_by", "convened_at", "closed_at")
        read_only_fields = fields


class MeetingDetailSerializer(MeetingSerializer):
    """A meeting with its agenda."""

    agenda = EntrySerializer(many=True, read_only=True)

    class Meta:
        model = Meeting
        fields = (*MeetingSerializer.Meta.fields, "agenda")
        read_only_fields = fields


class MinutesSerializer(serializers.ModelSerializer[Minutes]):
    """One version of a case's minutes."""

    by = serializers.CharField(source="by.name", read_only=True)

    class Meta:
        model = Minutes
        fields = ("version", "text", "why", "by", "at", "digest")
        read_only_fields = fields


class WriteMinutesSerializer(serializers.Serializer[Any]):
    """Minutes made from `version` (0: none yet); `why`: needed once the meeting is closed."""

    text = serializers.CharField(max_length=LIMIT)
    version = serializers.IntegerField(min_value=0, max_value=9999)
    why = serializers.CharField(max_length=WHY, required=False, allow_blank=True, default="")


class MeetingViewSet(mixins.ListModelMixin, GenericViewSet[Meeting]):
    """The meetings of the practices in which the person reads or coordinates."""

    scope = "cases"
    serializer_class = MeetingSerializer
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Meeting.objects.none()

    def get_queryset(self) -> QuerySet[Meeting]:
        """Those that the person may see, newest first."""
        return Meeting.objects.visible_to(self.request.user).prefetch_related("attendees").order_by("-at", "-pk")

    def get_object(self) -> Meeting:
        """The meeting, or a 404 that the trail records."""
        return visible_or_404(self.get_queryset(), self.request.user, pk=self.kwargs["pk"])

    def item(self, meeting: Meeting, case: str) -> AgendaItem:
        """The case's item on its agenda."""
        items = meeting.agenda.current().select_related("case__exam", "case__practice", "meeting__practice")
        return visible_or_404(items, self.request.user, case=case)

    def shown(self, meeting: Meeting, code: int = status.HTTP_200_OK) -> Response:
        """The meeting with its agenda."""
        rows = agenda(meeting, user_of(self.request))
        body = {**MeetingSerializer(meeting).data, "agenda": EntrySerializer(rows, many=True).data}
        return Response(body, status=code)

    def asked(self, door: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What was sent, checked."""
        found = door(data=self.request.data, context={"request": self.request})
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)

    @extend_schema(responses=MeetingDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One meeting."""
        return self.shown(self.get_object())

    @extend_schema(request=ConveneSerializer, responses={201: MeetingDetailSerializer})
    def create(self, request: Request) -> Response:
        """Convene one in the active practice."""
        practice = active_practice(request)
        meeting = convene(practice=practice, actor=user_of(request), **self.asked(ConveneSerializer))
        return self.shown(meeting, status.HTTP_201_CREATED)

    @extend_schema(request=SeatsSerializer, responses=MeetingDetailSerializer)
    @action(detail=True, methods=["post"])
    def seats(self, request: Request, pk: str) -> Response:
        """Set who chairs and who attends."""
        meeting = self.get_object()
        return self.shown(seat(meeting=meeting, actor=user_of(request), **self.asked(SeatsSerializer)))

    @extend_schema(request=CasesSerializer, responses=MeetingDetailSerializer)
    @action(detail=True, methods=["post"], url_path="agenda")
    def extend(self, request: Request, pk: str) -> Response:
        """Put discordant cases on the agenda, all of them or none."""
        meeting = self.get_object()
        put_on(meeting=meeting, cases=self.asked(CasesSerializer)["cases"], actor=user_of(request))
        return self.shown(meeting)

    @extend_schema(request=None, responses=ReadSerializer)
    @action(detail=True, methods=["post"], url_path=f"{CASE}/open")
    def open(self, request: Request, pk: str, case: str) -> Response:
        """Open a case; answers the meeting's read, whose draft and lock go on under /reads/."""
        meeting = self.get_object()
        read = open_item(meeting=meeting, item=self.item(meeting, case), actor=user_of(request))
        return Response(ReadSerializer(read).data)

    @extend_schema(request=None, responses=MeetingDetailSerializer)
    @action(detail=True, methods=["post"], url_path=f"{CASE}/not-agreed")
    def not_agreed(self, request: Request, pk: str, case: str) -> Response:
        """Send it on to an arbiter when the meeting is closed."""
        meeting = self.get_object()
        not_agreed(meeting=meeting, item=self.item(meeting, case), actor=user_of(request))
        return self.shown(meeting)

    @extend_schema(request=None, responses=MeetingDetailSerializer)
    @action(detail=True, methods=["post"], url_path=f"{CASE}/off")
    def off(self, request: Request, pk: str, case: str) -> Response:
        """Take it off the agenda."""
        meeting = self.get_object()
        take_off(meeting=meeting, item=self.item(meeting, case), actor=user_of(request))
        return self.shown(meeting)

    @extend_schema(request=WriteMinutesSerializer, responses=MinutesSerializer(many=True))
    @action(detail=True, methods=["get", "post"], url_path=f"{CASE}/minutes")
    def minutes(self, request: Request, pk: str, case: str) -> Response:
        """The versions, oldest first, for whom they are open to; POST adds one and answers it, 409 when edited elsewhere."""
        item = self.item(self.get_object(), case)
        if request.method == "POST":
            kept = keep_minutes(item=item, actor=user_of(request), **self.asked(WriteMinutesSerializer))
            return Response(MinutesSerializer(kept).data)
        return Response(MinutesSerializer(show_minutes(item=item, user=user_of(request)), many=True).data)
