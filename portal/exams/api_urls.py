"""REST routes under /api/v1/ of the exams app; `exams/` itself is in intake, which also hands in there."""

from django.urls import path

from portal.exams import api

urlpatterns = [
    path("exams/<uuid:pk>/", api.ExamDetail.as_view(), name="api-exam"),
    path("exams/<uuid:pk>/images/", api.ImageList.as_view(), name="api-exam-images"),
]
