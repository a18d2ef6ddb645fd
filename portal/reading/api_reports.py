"""REST: signed reports. The list tells which there are; opening one is written down and counts as a reveal."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.cases.people import user_of
from portal.practices.guards import visible_or_404
from portal.reading.models import Report
from portal.reading.services.show import open_report
from portal.reading.services.sign import digest_of_report


class ReportSerializer(serializers.ModelSerializer[Report]):
    """That there is a report; nothing of what it says, nor its fingerprint, against which guesses could be tried."""

    number = serializers.CharField(source="case.number", read_only=True)
    signed_by = serializers.CharField(source="signed_by.name", read_only=True)

    class Meta:
        model = Report
        fields: tuple[str, ...] = ("id", "case", "number", "signed_by", "signed_at")
        read_only_fields = fields


class AddendumSerializer(serializers.ModelSerializer[Report]):
    """Words that were added later."""

    signed_by = serializers.CharField(source="signed_by.name", read_only=True)

    class Meta:
        model = Report
        fields = ("id", "text", "signed_by", "signed_at", "digest")
        read_only_fields = fields


class ReportDetailSerializer(ReportSerializer):
    """The whole report. `intact`: it still matches the digest that the trail holds."""

    intact = serializers.SerializerMethodField()
    addenda = AddendumSerializer(many=True, read_only=True)
    body = serializers.JSONField(read_only=True)

    class Meta:
        model = Report
        fields = (*ReportSerializer.Meta.fields, "digest", "text", "body", "addenda", "intact")
        read_only_fields = fields

    def get_intact(self, report: Report) -> bool:
        """Whether text, body, signer and time give the stored digest."""
        return digest_of_report(report) == report.digest


class ReportViewSet(mixins.ListModelMixin, GenericViewSet[Report]):
    """Signed reports of the practices in which the person works with exams."""

    scope = "reads"
    serializer_class = ReportSerializer
    filterset_fields = ("case",)
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Report.objects.none()

    def get_queryset(self) -> QuerySet[Report]:
        """Reports without their addenda, newest first."""
        reports = Report.objects.visible_to(self.request.user).filter(addendum_to=None)
        return reports.select_related("case__exam", "signed_by").order_by("-signed_at")

    @extend_schema(
        responses={200: ReportDetailSerializer, 400: OpenApiResponse(description="Sealed: reading it blind.")}
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """Open one report."""
        report = visible_or_404(self.get_queryset(), request.user, pk=pk)
        open_report(report=report, user=user_of(request))
        data: dict[str, Any] = ReportDetailSerializer(report).data
        return Response(data)
