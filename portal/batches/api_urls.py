"""REST routes under /api/v1/ of the batches app."""

from rest_framework.routers import SimpleRouter

from portal.batches.api import BatchViewSet

router = SimpleRouter()
router.register("batches", BatchViewSet, basename="batch-api")
urlpatterns = router.urls
