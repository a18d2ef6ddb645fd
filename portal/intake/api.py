"""REST: handing in. A program sends a whole exam with one POST to /exams/, or opens a submission and adds files."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, ListCreateAPIView, RetrieveAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from portal.exams.api import ExamList
from portal.intake.models import Submission, Upload
from portal.intake.serializers import (
    FilesSerializer,
    SubmissionDetailSerializer,
    SubmissionSerializer,
    UploadSerializer,
)
from portal.intake.services import close_submission, open_submission, receive
from portal.practices.guards import visible_or_404
from portal.practices.models import User
from portal.practices.selectors import active_practice


def _own(request: Request, pk: object) -> Submission:
    mine = Submission.objects.visible_to(request.user).select_related("practice", "sender")
    return visible_or_404(mine, cast(User, request.user), pk=pk)


def _take(request: Request, submission: Submission) -> list[Upload]:
    asked = FilesSerializer(data={"files": request.FILES.getlist("files")})
    asked.is_valid(raise_exception=True)
    sender = cast(User, request.user)
    return [
        receive(file=cast(BinaryIO, file.file), name=file.name, submission=submission, sender=sender)
        for file in asked.validated_data["files"]
    ]


class SubmissionList(ListCreateAPIView[Submission]):
    """One's own submissions, newest first; POST opens one."""

    scope = "exams"
    serializer_class = SubmissionSerializer
    queryset = Submission.objects.none()

    def get_queryset(self) -> QuerySet[Submission]:
        """One's own."""
        return Submission.objects.visible_to(self.request.user)

    def perform_create(self, serializer: BaseSerializer[Submission]) -> None:
        """Open a submission in the active practice."""
        way = "api" if self.request.auth else "browser"
        sender = cast(User, self.request.user)
        serializer.instance = open_submission(practice=active_practice(self.request), sender=sender, way=way)


class SubmissionDetail(RetrieveAPIView[Submission]):
    """One submission with its files: what was filed, what was refused and why."""

    scope = "exams"
    serializer_class = SubmissionDetailSerializer
    queryset = Submission.objects.none()

    def get_object(self) -> Submission:
        """One's own; a refusal is written to the trail."""
        return _own(self.request, self.kwargs["pk"])


class UploadList(ListAPIView[Upload]):
    """The files of a submission, paged."""

    scope = "exams"
    serializer_class = UploadSerializer
    queryset = Upload.objects.none()

    def get_queryset(self) -> QuerySet[Upload]:
        """Of one's own submission."""
        if getattr(self, "swagger_fake_view", False):
            return Upload.objects.none()
        return _own(self.request, self.kwargs["pk"]).uploads.select_related("image")


class SubmissionFiles(APIView):
    """Add files in one multipart request; for large files use resumable uploads (tus) at /api/v1/uploads/."""

    scope = "exams"
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="submissions_files_add",
        request={"multipart/form-data": FilesSerializer},
        responses={201: UploadSerializer(many=True)},
    )
    def post(self, request: Request, pk: str) -> Response:
        """Each file is filed, recognised or refused; a ZIP stays `received` until a worker has unpacked it."""
        uploads = _take(request, _own(request, pk))
        return Response(UploadSerializer(uploads, many=True).data, status=201)


class SubmissionFinish(APIView):
    """Say that no more files come."""

    scope = "exams"

    @extend_schema(request=None, responses={200: SubmissionDetailSerializer})
    def post(self, request: Request, pk: str) -> Response:
        """Each exam that the submission touched is analysed; asking twice changes nothing."""
        submission = close_submission(_own(request, pk))
        return Response(SubmissionDetailSerializer(submission).data)


class Exams(ExamList):
    """Exams that the caller may see; POST hands one in."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="exams_hand_in",
        request={"multipart/form-data": FilesSerializer},
        responses={201: SubmissionDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        """Hand in files (DICOM or ZIP) as one finished submission and ask for the analysis of their exams."""
        way = "api" if request.auth else "browser"
        sender = cast(User, request.user)
        submission = open_submission(practice=active_practice(request), sender=sender, way=way)
        _take(request, submission)
        return Response(SubmissionDetailSerializer(close_submission(submission)).data, status=201)
