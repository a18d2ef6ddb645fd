"""REST: outcomes of an exam, and a table of them."""

from collections import Counter
from typing import Any

from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.cases.people import user_of
from portal.exams.models import Exam
from portal.practices.guards import visible_or_404
from portal.practices.models import User
from portal.practices.permissions import HasRole
from portal.practices.selectors import active_practice
from portal.reading.models import Outcome, OutcomeTable
from portal.reading.outcome_table import BYTES, import_table
from portal.reading.outcome_trial import effects_of, try_table
from portal.reading.outcomes import corrected_for, enter, outcomes_for, parse_found
from portal.reading.selectors import sides_of


class OutcomeSerializer(serializers.ModelSerializer[Outcome]):
    """What became of one breast."""

    months = serializers.IntegerField(required=False, allow_null=True, help_text="From the exam to the proof.")
    entered_by = serializers.CharField(source="entered_by.name", read_only=True)

    class Meta:
        model = Outcome
        fields = ("side", "result", "proof", "months", "entered_by", "entered_at", "way", "replaced_at")
        read_only_fields = ("entered_by", "entered_at", "way", "replaced_at")


class ExamOutcomesView(APIView):
    """The outcomes of an exam, as far as they are open to the asker; POST keeps one, by clinicians and coordinators."""

    scope = "cases"

    @extend_schema(
        responses=OutcomeSerializer(many=True),
        parameters=[OpenApiParameter("history", bool, description="Those that were replaced as well.")],
    )
    def get(self, request: Request, pk: object) -> Response:
        """Those that hold now, with `history` those replaced as well; none for a reader who may still read the exam blind."""
        exam = visible_or_404(Exam.objects.visible_to(request.user), request.user, pk=pk)
        shown = outcomes_for(exam, user_of(request))
        if request.query_params.get("history") == "true":
            shown += corrected_for(exam, user_of(request))
        return Response(OutcomeSerializer(shown, many=True).data)

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
    dry_run = serializers.BooleanField(default=False, help_text="Say what each line would do, and write nothing.")
    digest = serializers.CharField(
        max_length=64,
        required=False,
        allow_blank=True,
        default="",
        help_text="SHA-256 that a dry run answered: 409 for another file.",
    )


class TriedSerializer(serializers.Serializer[Any]):
    """What a table would do: lines by effect, and the fault of each line that cannot be kept."""

    digest = serializers.CharField()
    lines = serializers.IntegerField()
    effects = serializers.DictField(child=serializers.IntegerField())
    faults = serializers.ListField(child=serializers.DictField())


class KeptSerializer(serializers.Serializer[Any]):
    """What an import did."""

    changed = serializers.IntegerField()
    exams = serializers.IntegerField()


class OutcomeTableView(APIView):
    """POST keeps every row of a table of outcomes, or none with a sentence for each wrong one; a dry run writes nothing."""

    scope = "cases"
    permission_classes = (HasRole,)
    roles = ("coordinator", "admin")
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request=TableSerializer,
        responses=PolymorphicProxySerializer(
            "OutcomeTable", [KeptSerializer, TriedSerializer], resource_type_field_name=None
        ),
    )
    def post(self, request: Request) -> Response:
        """Import, or try."""
        asked = TableSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data["table"].read(BYTES + 1)
        practice, actor = active_practice(request), user_of(request)
        if asked.validated_data["dry_run"]:
            return Response(_tried(try_table(practice=practice, data=data, actor=actor), actor))
        digest = asked.validated_data["digest"]
        changed, exams = import_table(practice=practice, data=data, actor=actor, digest=digest)
        return Response({"changed": changed, "exams": exams})


def _tried(table: OutcomeTable, user: User) -> dict[str, Any]:
    found = effects_of(table, table.lines, user)
    faults = [{"line": each.line, "fault": each.fault} for each in found if each.fault]
    effects = dict(Counter(each.effect for each in found))
    return {"digest": table.digest, "lines": len(found), "effects": effects, "faults": faults}
