"""REST routes under /api/v1/ of the cases app."""

from rest_framework.routers import SimpleRouter

from portal.cases.api import CaseViewSet

router = SimpleRouter()
router.register("cases", CaseViewSet, basename="case-api")
urlpatterns = router.urls
