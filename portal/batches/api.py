"""REST: many exams handed in as one request."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.batches.models import Batch
from portal.batches.selectors import counted
from portal.batches.serializers import BatchDetailSerializer, BatchRequestSerializer, BatchSerializer
from portal.batches.services import open_batch, show_results
from portal.cases.people import user_of
from portal.cases.services import Request as Asked
from portal.practices.guards import visible_or_404


class BatchViewSet(mixins.ListModelMixin, GenericViewSet[Batch]):
    """The batches of the practices in which the person hands in or coordinates."""

    scope = "cases"
    serializer_class = BatchSerializer
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Batch.objects.none()

    def get_queryset(self) -> QuerySet[Batch]:
        """Those that the person may see, with their counts."""
        return counted(Batch.objects.visible_to(user_of(self.request))).order_by("-created_at")

    def shown(self, batch: Batch, code: int = status.HTTP_200_OK) -> Response:
        """The batch with its exams."""
        data = {name: getattr(batch, name) for name in BatchSerializer.Meta.fields}
        detail = BatchDetailSerializer({**data, "items": show_results(batch=batch, user=user_of(self.request))})
        return Response(detail.data, status=code)

    @extend_schema(responses=BatchDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One batch: each exam's state, and its result once signed."""
        return self.shown(visible_or_404(self.get_queryset(), request.user, pk=pk))

    @extend_schema(request=BatchRequestSerializer, responses={201: BatchDetailSerializer})
    def create(self, request: Request) -> Response:
        """Open a case on each exam: all of them, or none with the reasons."""
        door = BatchRequestSerializer(data=request.data, context={"request": request})
        door.is_valid(raise_exception=True)
        data = dict(door.validated_data)
        name, exams = data.pop("name"), data.pop("exams")
        batch = open_batch(
            practice=exams[0].practice, name=name, exams=exams, asked=Asked(**data), actor=user_of(request)
        )
        return self.shown(self.get_queryset().get(pk=batch.pk), status.HTTP_201_CREATED)
