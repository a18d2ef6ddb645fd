"""REST: outcomes of an exam, and a table of them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.cases.people import user_of
from portal.exams.models import Exam
from portal.practices.guards import visible_or_404
from portal.practices.permissions import HasRole
from portal.practices.selectors import active_practice
from portal.reading.models import Outcome
from portal.reading.outcome_table import BYTES, import_table
from portal.reading.outcomes import enter, outcomes_for, parse_found
from portal.reading.selectors import sides_of


class OutcomeSerializer(serializers.ModelSerializer[Outcome]):
    """What became of one breast."""

    months = serializers.IntegerField(required=False, allow_null=True, help_text="From the exam to the proof.")

    class Meta:
        model = Outcome
        fields = ("side", "result", "proof", "months", "entered_at")
        read_only_fields = ("entered_at",)


class ExamOutcomesView(APIView):
    """The outcomes of an exam, as far as they are open to the asker; POST keeps one, by clinicians and coordinators."""

    scope = "cases"

    @extend_schema(responses=OutcomeSerializer(many=True))
    def get(self, request: Request, pk: object) -> Response:
        """Those that hold now; none for a reader who may still read the exam blind."""
        exam = visible_or_404(Exam.objects.visible_to(request.user), request.user, pk=pk)
        return Response(OutcomeSerializer(outcomes_for(exam, user_of(request)), many=True).data)

    @extend_schema(request=OutcomeSerializer, responses={201: OutcomeSerializer})
    def post(self, request: Request, pk: object) -> Response:
        """Keep one; what was kept before stays as replaced."""
        exam = visible_or_404(Exam.objects.visible_to(request.user), request.user, pk=pk)
        sent: dict[str, Any] = request.data if isinstance(request.data, dict) else {}
        found = parse_found(sent, sides_of(exam))
        enter(exam=exam, found=[found], actor=user_of(request))
        kept = Outcome.objects.current().get(exam=exam, side=found.side)
        return Response(OutcomeSerializer(kept).data, status=status.HTTP_201_CREATED)


class TableSerializer(serializers.Serializer[Any]):
    """A CSV; its columns stand in docs/reading.md."""

    table = serializers.FileField(max_length=200)


class KeptSerializer(serializers.Serializer[Any]):
    """What an import did."""

    changed = serializers.IntegerField()
    exams = serializers.IntegerField()


class OutcomeTableView(APIView):
    """POST keeps every row of a table of outcomes, or none with a sentence for each wrong one."""

    scope = "cases"
    permission_classes = (HasRole,)
    roles = ("coordinator", "admin")
    parser_classes = (MultiPartParser,)

    @extend_schema(request=TableSerializer, responses=KeptSerializer)
    def post(self, request: Request) -> Response:
        """Import."""
        asked = TableSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data["table"].read(BYTES + 1)
        changed, exams = import_table(practice=active_practice(request), data=data, actor=user_of(request))
        return Response({"changed": changed, "exams": exams})
