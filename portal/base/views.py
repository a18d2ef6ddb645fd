"""Health checks for a supervisor or load balancer: words, never details."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.base.health import readiness


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"process": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check is ok, else 503; `{"database": "ok", "worker": "fail", ...}`."""
    found = readiness()
    words = {name: "ok" if well else "fail" for name, well in found.items()}
    answer = JsonResponse(words, status=200 if all(found.values()) else 503)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # by `readiness`, once and with its reason
    return answer
