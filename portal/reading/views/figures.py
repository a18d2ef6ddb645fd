"""Pages for an admin: what the suggestion changed, and the training set from verdicts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from portal.base.errors import Refused
from portal.cases.people import user_of
from portal.practices.guards import role_required
from portal.practices.selectors import active_practice
from portal.reading.effect import effects
from portal.reading.training_set import begin_export, plan, stream


@require_GET
@role_required("admin")
def effect(request: HttpRequest) -> HttpResponse:
    """How often the suggestion changed a read, to the better or the worse."""
    return render(request, "reading/effect.html", {"effects": effects(active_practice(request))})


@require_http_methods(["GET", "POST"])
@role_required("admin")
def training_set(request: HttpRequest) -> HttpResponseBase:
    """What an export would hold; POST streams it."""
    practice = active_practice(request)
    if request.method == "GET":
        return render(request, "reading/training_set.html", {"plan": plan(practice)})
    try:
        made = begin_export(practice=practice, actor=user_of(request))
    except Refused as refused:
        messages.warning(request, refused.say)
        return redirect("training-set")
    name = f"training-set-{timezone.now():%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(stream(made), content_type="application/zip", headers=headers)
