"""REST: cases. Claiming and giving back concern the read, so the reading app serves them."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.base.paging import Walk
from portal.cases.models import Case, CaseQuerySet
from portal.cases.people import user_of
from portal.cases.serializers import CaseRequestSerializer, CaseSerializer, WithdrawSerializer
from portal.cases.services import open_case, withdraw
from portal.cases.states import STATES
from portal.practices.guards import visible_or_404


class CaseFilter(filters.FilterSet):  # type: ignore[misc]
    """?state= ?urgency= ?number= ?exam= ?patient="""

    state = filters.ChoiceFilter(choices=list(STATES.items()), method="of_state")
    patient = filters.CharFilter(field_name="exam__patient__pseudonym")
    exam = filters.UUIDFilter(field_name="exam_id")

    class Meta:
        model = Case
        fields = ("state", "urgency", "number", "protocol")

    def of_state(self, cases: CaseQuerySet, name: str, state: str) -> CaseQuerySet:
        """Those of one state, found by what it needs."""
        return cases.in_state(state)


class NewestFirst(Walk):
    """By when they were opened."""

    ordering = ("-opened_at", "-id")


class CaseViewSet(mixins.ListModelMixin, GenericViewSet[Case]):
    """The cases of the practices in which the person works with exams."""

    scope = "cases"
    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    pagination_class = NewestFirst
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Case.objects.none()

    def get_queryset(self) -> QuerySet[Case]:
        """Those that the person may see, with their state."""
        user = self.request.user
        cases = Case.objects.listed_for(user) if self.action == "list" else Case.objects.visible_to(user)
        return cases.with_state().with_waits().select_related("exam__patient", "opened_by")

    def get_object(self) -> Case:
        """The case, or a 404 that the trail records."""
        return visible_or_404(self.get_queryset(), self.request.user, pk=self.kwargs["pk"])

    @extend_schema(responses=CaseSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One case."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=CaseRequestSerializer, responses={201: CaseSerializer})
    def create(self, request: Request) -> Response:
        """Open a case on an exam."""
        asked = CaseRequestSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        case = open_case(exam=asked.validated_data["exam"], asked=asked.asked(), actor=user_of(request))
        shown = self.get_queryset().get(pk=case.pk)
        return Response(self.get_serializer(shown).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WithdrawSerializer, responses=CaseSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take the case back, with a reason."""
        asked = WithdrawSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        case = self.get_object()
        withdraw(case=case, actor=user_of(request), because=asked.validated_data["because"])
        return self.retrieve(request, pk)
