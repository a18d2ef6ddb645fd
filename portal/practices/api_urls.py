"""REST routes under /api/v1/ of the practices app."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from portal.practices.api import Me, MemberViewSet, Practices
from portal.practices.trail.api import EventViewSet

router = SimpleRouter()
router.register("members", MemberViewSet, "api-members")
router.register("events", EventViewSet, "api-events")

urlpatterns = [
    path("me/", Me.as_view(), name="api-me"),
    path("practices/", Practices.as_view(), name="api-practices"),
    path("", include(router.urls)),
]
