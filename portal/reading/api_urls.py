"""REST routes under /api/v1/ of the reading app."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from portal.reading.api import ReadViewSet
from portal.reading.api_cases import ClaimView, ReleaseView
from portal.reading.api_comments import CommentsView
from portal.reading.api_meetings import MeetingViewSet
from portal.reading.api_outcomes import ExamOutcomesView, OutcomeTableView
from portal.reading.api_reports import ReportViewSet
from portal.reading.api_shares import SharesView, WithdrawShareView
from portal.reading.lexicon_pages import LexiconDetail, LexiconList

router = SimpleRouter()
router.register("reads", ReadViewSet, basename="read-api")
router.register("meetings", MeetingViewSet, basename="meeting-api")
router.register("reports", ReportViewSet, basename="report-api")
urlpatterns = [
    path("cases/<uuid:pk>/claim/", ClaimView.as_view(), name="case-claim-api"),
    path("cases/<uuid:pk>/release/", ReleaseView.as_view(), name="case-release-api"),
    path("cases/<uuid:pk>/comments/", CommentsView.as_view(), name="case-comments-api"),
    path("cases/<uuid:pk>/shares/", SharesView.as_view(), name="case-shares-api"),
    path("cases/<uuid:pk>/shares/<uuid:share>/withdraw/", WithdrawShareView.as_view(), name="case-share-withdraw-api"),
    path("exams/<uuid:pk>/outcomes/", ExamOutcomesView.as_view(), name="exam-outcomes-api"),
    path("outcomes/", OutcomeTableView.as_view(), name="outcomes-api"),
    path("lexicons/", LexiconList.as_view(), name="lexicons-api"),
    path("lexicons/<slug:code>/", LexiconDetail.as_view(), name="lexicon-api"),
    *router.urls,
]
