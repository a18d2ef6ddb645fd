"""REST routes under /api/v1/ of the interop app."""

from django.urls import path

from portal.interop.api import ReadObjects

urlpatterns = [path("reads/<uuid:pk>/objects/", ReadObjects.as_view(), name="read-objects")]
