"""REST routes under /api/v1/ of the cases app."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from portal.cases.api import CaseViewSet
from portal.cases.protocol_pages import ProtocolDetail, ProtocolList

router = SimpleRouter()
router.register("cases", CaseViewSet, basename="case-api")
urlpatterns = [
    path("protocols/", ProtocolList.as_view(), name="protocols-api"),
    path("protocols/<slug:code>/", ProtocolDetail.as_view(), name="protocol-api"),
    *router.urls,
]
