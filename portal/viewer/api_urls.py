"""REST routes under /api/v1/ of the viewer app."""

from django.urls import path

from portal.viewer import ahead_api, api, desk_api, exports_api, rendering_api

urlpatterns = [
    path("cases/<uuid:pk>/manifest/", api.CaseManifest.as_view(), name="case-manifest"),
    path("cases/<uuid:pk>/ahead/", ahead_api.Ahead.as_view(), name="case-ahead"),
    path("exams/<uuid:pk>/manifest/", api.ExamManifest.as_view(), name="exam-manifest"),
    path("exams/<uuid:pk>/exports/", exports_api.Exports.as_view(), name="exam-exports"),
    path("images/<uuid:pk>/rendering/", rendering_api.Rendering.as_view(), name="image-rendering"),
    path("desk/", desk_api.OwnDesk.as_view(), name="desk"),
    path("desk/checks/", desk_api.DisplayCheck.as_view(), name="display-check-api"),
]
