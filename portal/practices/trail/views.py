"""The trail's page, its export and its check."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from portal.audit.export import rows
from portal.audit.filters import EventFilter
from portal.audit.managers import SEE_THE_TRAIL
from portal.audit.seals import shown_to
from portal.audit.selectors import events_of, lines, links_of, verbs_of
from portal.audit.services import record
from portal.audit.verify import Verdict, verify
from portal.practices.guards import role_required
from portal.practices.models import Practice
from portal.practices.selectors import active_practice, people_of

PAGE = 50
MOST_CHECKED_HERE = 50_000  # links; about ten seconds. A longer chain is for the command line


def _search(request: HttpRequest, practice: Practice) -> EventFilter:
    chain = str(practice.pk)
    return EventFilter(request.GET, queryset=events_of(chain), request=request, chain=chain)


@role_required(*SEE_THE_TRAIL)
@require_safe
def trail(request: HttpRequest) -> HttpResponseBase:
    """Search the practice's trail; a date that is none stands beside its field and finds nothing."""
    practice = active_practice(request)
    chain, search = str(practice.pk), _search(request, practice)
    events = search.qs if search.is_valid() else search.qs.none()
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    words = {
        "page_obj": page, "lines": lines(chain, shown_to(request.user, chain, page.object_list)), "form": search.form, "links": links_of(chain),
        "people": people_of(practice), "verbs": verbs_of(chain), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "audit/trail.html", words)


@role_required(*SEE_THE_TRAIL)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """What the search found, as CSV; that it was taken out is itself an event."""
    practice = active_practice(request)
    search = _search(request, practice)
    used = sorted(key for key, value in request.GET.items() if value and key in search.filters)
    with transaction.atomic():
        record(verb="trail.exported", actor=request.user, practice_id=practice.pk, detail={"filters": used})
    events = search.qs if search.is_valid() else search.qs.none()
    told = shown_to(request.user, str(practice.pk), events.iterator(chunk_size=2000))
    response = StreamingHttpResponse(rows(told), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="overread-trail.csv"'
    response["Cache-Control"] = "no-store, private"
    return response


@role_required(*SEE_THE_TRAIL)
@require_POST
def check(request: HttpRequest) -> HttpResponseBase:
    """Walk the practice's chain now; the result is shown and kept as an event."""
    practice = active_practice(request)
    chain = str(practice.pk)
    if links_of(chain) > MOST_CHECKED_HERE:
        messages.info(
            request,
            gettext("This chain is too long to check here. Run: %(command)s")
            % {"command": f"manage.py audit verify --practice {chain}"},
        )
        return redirect("trail")
    verdict = verify(chain)
    with transaction.atomic():
        detail = {"whole": verdict.whole, "links": verdict.links, "broken_at": verdict.broken_at}
        record(verb="trail.checked", actor=request.user, practice_id=practice.pk, detail=detail)
    _tell(request, verdict)
    return redirect("trail")


def _tell(request: HttpRequest, verdict: Verdict) -> None:
    if verdict.whole:
        messages.success(
            request,
            gettext("The chain holds: %(links)s links, each follows from the one before it.")
            % {"links": verdict.links},
        )
    else:
        words = gettext(
            "The chain is broken at link %(link)s: %(why)s. Keep a copy of the database and call whoever runs this portal."
        )
        say = words % {"link": verdict.broken_at, "why": verdict.why}
        messages.error(request, say)
