"""REST: exams and their images. Handing in is in intake."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView

from portal.base.paging import Walk
from portal.exams.models import Exam, Image
from portal.exams.selectors import exams_of, practices_shown_to, search
from portal.exams.serializers import ExamDetailSerializer, ExamSerializer, ImageSerializer
from portal.practices.guards import visible_or_404


class NewestFirst(Walk):
    """By when they were filed."""

    ordering = ("-created_at", "-id")


@extend_schema(
    parameters=[
        OpenApiParameter("search", str, description="Beginning of a pseudonym or of a replaced accession, or a date")
    ]
)
class ExamList(ListAPIView[Exam]):
    """Exams that the caller may see, newest first."""

    scope = "exams"
    serializer_class = ExamSerializer
    pagination_class = NewestFirst
    queryset = Exam.objects.none()

    def get_queryset(self) -> QuerySet[Exam]:
        """Scoped to the caller, narrowed by `?search=`."""
        user, text = self.request.user, self.request.query_params.get("search", "")
        return search(exams_of(user), text, practices_shown_to(user) if text else ())


class ExamDetail(RetrieveAPIView[Exam]):
    """One exam with its images."""

    scope = "exams"
    serializer_class = ExamDetailSerializer
    queryset = Exam.objects.none()

    def get_object(self) -> Exam:
        """The exam; a refusal is written to the trail."""
        exams = Exam.objects.visible_to(self.request.user).select_related("patient").prefetch_related("images")
        return visible_or_404(exams, self.request.user, pk=self.kwargs["pk"])


class ImageList(ListAPIView[Image]):
    """The images of one exam, in the order they were filed."""

    scope = "exams"
    serializer_class = ImageSerializer
    queryset = Image.objects.none()

    def get_queryset(self) -> QuerySet[Image]:
        """Of an exam that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Image.objects.none()
        exams = Exam.objects.visible_to(self.request.user)
        exam = visible_or_404(exams, self.request.user, pk=self.kwargs["pk"])
        return Image.objects.filter(exam=exam)
