"""Pages: on to the next case of the list, or back to the one before. Neither takes a case."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET

from portal.cases.models import Case
from portal.cases.neighbours import KEPT, neighbour
from portal.cases.people import user_of
from portal.cases.views import wanted_of
from portal.practices.guards import role_required, visible_or_404
from portal.practices.selectors import active_practice

ENDS = {
    1: gettext_noop("That was the last case of this list."),
    -1: gettext_noop("That was the first case of this list."),
}


@require_GET
@role_required("clinician", "reader", "coordinator")
def step(request: HttpRequest, pk: UUID, by: int) -> HttpResponse:
    """To the neighbour's page, or with `?images` to its images; at the end of the list to the worklist."""
    case = visible_or_404(Case.objects.visible_to(request.user), request.user, pk=pk)
    kept = request.session.get(KEPT, "")
    found = neighbour(
        case=case, user=user_of(request), practice=active_practice(request), wanted=wanted_of(QueryDict(kept)), by=by
    )
    if found is None and request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)  # asked by a page that stays: the word below is for whoever goes to the list
    if found is None:
        messages.info(request, gettext(ENDS[by]))
        return redirect(f"{reverse('worklist')}?{kept}")
    return redirect("case-view" if "images" in request.GET else "case", pk=found)
