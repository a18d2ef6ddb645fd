"""REST routes under /api/v1/ of the intake app."""

from django.urls import include, path
from rest_framework_tus.routers import TusAPIRouter

from portal.intake import api
from portal.intake.tus import Uploads

router = TusAPIRouter()
router.register("uploads", Uploads, basename="uploads")

urlpatterns = [
    path("exams/", api.Exams.as_view(), name="api-exams"),
    path("submissions/", api.SubmissionList.as_view(), name="api-submissions"),
    path("submissions/<uuid:pk>/", api.SubmissionDetail.as_view(), name="api-submission"),
    path("submissions/<uuid:pk>/files/", api.SubmissionFiles.as_view(), name="api-submission-files"),
    path("submissions/<uuid:pk>/uploads/", api.UploadList.as_view(), name="api-submission-uploads"),
    path("submissions/<uuid:pk>/finish/", api.SubmissionFinish.as_view(), name="api-submission-finish"),
    path("", include(router.urls)),
]
