"""REST routes under /api/v1/ of the reading app."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from portal.reading.api import ReadViewSet
from portal.reading.api_cases import ClaimView, ReleaseView
from portal.reading.api_comments import CommentsView
from portal.reading.api_outcomes import ExamOutcomesView, OutcomeTableView
from portal.reading.api_reports import ReportViewSet

router = SimpleRouter()
router.register("reads", ReadViewSet, basename="read-api")
router.register("reports", ReportViewSet, basename="report-api")
urlpatterns = [
    path("cases/<uuid:pk>/claim/", ClaimView.as_view(), name="case-claim-api"),
    path("cases/<uuid:pk>/release/", ReleaseView.as_view(), name="case-release-api"),
    path("cases/<uuid:pk>/comments/", CommentsView.as_view(), name="case-comments-api"),
    path("exams/<uuid:pk>/outcomes/", ExamOutcomesView.as_view(), name="exam-outcomes-api"),
    path("outcomes/", OutcomeTableView.as_view(), name="outcomes-api"),
    *router.urls,
]
