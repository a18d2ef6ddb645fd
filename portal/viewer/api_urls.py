"""REST routes under /api/v1/ of the viewer app."""

from django.urls import path

from portal.viewer import api

urlpatterns = [
    path("cases/<uuid:pk>/manifest/", api.CaseManifest.as_view(), name="case-manifest"),
    path("exams/<uuid:pk>/manifest/", api.ExamManifest.as_view(), name="exam-manifest"),
]
