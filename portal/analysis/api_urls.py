"""REST routes under /api/v1/ of the analysis app."""

from django.urls import path

from portal.analysis import api

urlpatterns = [
    path("releases/", api.ReleaseList.as_view(), name="api-releases"),
    path("releases/<int:pk>/", api.ReleaseDetail.as_view(), name="api-release"),
    path("runs/", api.RunList.as_view(), name="api-runs"),
    path("runs/<uuid:pk>/", api.RunDetail.as_view(), name="api-run"),
    path("runs/<uuid:run>/saliency/<uuid:image>.png", api.Saliency.as_view(), name="api-saliency"),
]
