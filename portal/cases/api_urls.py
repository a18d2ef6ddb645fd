"""REST routes under /api/v1/ of the cases app."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from portal.cases import desk_api
from portal.cases.api import CaseViewSet
from portal.cases.protocol_pages import ProtocolDetail, ProtocolList

router = SimpleRouter()
router.register("cases", CaseViewSet, basename="case-api")
urlpatterns = [
    path("protocols/", ProtocolList.as_view(), name="protocols-api"),
    path("protocols/<slug:code>/", ProtocolDetail.as_view(), name="protocol-api"),
    path("cases/<uuid:pk>/assign/", desk_api.AssignView.as_view(), name="case-assign-api"),
    path("cases/<uuid:pk>/send-back/", desk_api.SendBackView.as_view(), name="case-send-back-api"),
    path("cases/<uuid:pk>/go-on/", desk_api.GoOnView.as_view(), name="case-go-on-api"),
    path("cases/<uuid:pk>/await-prior/", desk_api.AwaitPriorView.as_view(), name="case-await-prior-api"),
    path("cases/<uuid:pk>/priors/", desk_api.PriorsView.as_view(), name="case-priors-api"),
    path("readers/", desk_api.ReadersView.as_view(), name="readers-api"),
    path("readers/balance/", desk_api.BalanceView.as_view(), name="readers-balance-api"),
    path("readers/<uuid:pk>/pause/", desk_api.PauseView.as_view(), name="reader-pause-api"),
    *router.urls,
]
