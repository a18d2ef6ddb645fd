"""Where every request goes: pages, the REST API under /api/v1/, DICOMweb under /dicomweb/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from portal.base.language import in_english

PAGES = ["base", "practices", "exams", "analysis", "intake", "cases", "reading", "batches", "viewer"]
API = ["practices", "exams", "analysis", "cases", "intake", "reading", "batches", "viewer", "interop"]

urlpatterns = [
    path("accounts/", include("portal.practices.signin_urls")),
    path("dicomweb/", include("portal.wado_proxy.urls")),
    path("api/v1/schema/", in_english(SpectacularAPIView.as_view()), name="schema"),
    *[path("api/v1/", include(f"portal.{app}.api_urls")) for app in API],
    *[path("", include(f"portal.{app}.urls")) for app in PAGES],
]

handler400 = "portal.base.error_pages.bad_request"
handler500 = "portal.base.error_pages.server_error"
