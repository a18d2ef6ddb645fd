"""Pages: one case of a meeting: opened in the viewer, its minutes, not agreed on, taken off."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from portal.base.errors import Refused
from portal.base.refusals import show_in_form
from portal.cases.people import user_of
from portal.practices.guards import visible_or_404
from portal.reading.meeting_forms import MinutesForm
from portal.reading.meetings import digest_of_minutes, next_item
from portal.reading.models import AgendaItem, Meeting
from portal.reading.services.convene import take_off
from portal.reading.services.meet import keep_minutes, not_agreed, open_item, show_minutes
from portal.reading.views.meetings import conferring, meeting_or_404


def item_or_404(request: HttpRequest, meeting: Meeting, case: object) -> AgendaItem:
    """The case's item on this agenda."""
    items = meeting.agenda.current().select_related("case__exam", "case__practice", "meeting__practice")
    return visible_or_404(items, request.user, case=case)


@require_POST
@conferring
def open_next(request: HttpRequest, pk: object) -> HttpResponse:
    """Open the first case that is not decided; without one, back to the agenda."""
    meeting = meeting_or_404(request, pk)
    item = next_item(meeting)
    if item is None:
        messages.success(request, gettext("Every case is decided. Close the meeting."))
        return redirect("meeting", pk=meeting.pk)
    return _opened(request, meeting, item)


@require_POST
@conferring
def open_case_of(request: HttpRequest, pk: object, case: object) -> HttpResponse:
    """Open one case of the agenda in the viewer, for everybody who is there."""
    meeting = meeting_or_404(request, pk)
    return _opened(request, meeting, item_or_404(request, meeting, case))


def _opened(request: HttpRequest, meeting: Meeting, item: AgendaItem) -> HttpResponse:
    try:
        open_item(meeting=meeting, item=item, actor=user_of(request))
    except Refused as refused:
        messages.warning(request, refused.say)
        return redirect("meeting", pk=meeting.pk)
    return redirect("case-view", pk=item.case_id)


def _done(request: HttpRequest, pk: object, case: object, act: Callable[..., object]) -> HttpResponse:
    """Do `act` to a case of the agenda, and back to the meeting; a refusal is said there."""
    meeting = meeting_or_404(request, pk)
    item = item_or_404(request, meeting, case)
    try:
        act(meeting=meeting, item=item, actor=user_of(request))
    except Refused as refused:
        messages.warning(request, refused.say)
    return redirect("meeting", pk=meeting.pk)


@require_POST
@conferring
def case_not_agreed(request: HttpRequest, pk: object, case: object) -> HttpResponse:
    """Send the case on to an arbiter."""
    return _done(request, pk, case, not_agreed)


@require_POST
@conferring
def case_off(request: HttpRequest, pk: object, case: object) -> HttpResponse:
    """Take the case off the agenda."""
    return _done(request, pk, case, take_off)


@require_http_methods(["GET", "POST"])
@conferring
def minutes_of_case(request: HttpRequest, pk: object, case: object) -> HttpResponse:
    """Every version of the minutes, for whom they are open to, and the way to add one."""
    meeting = meeting_or_404(request, pk)
    item = item_or_404(request, meeting, case)
    user = user_of(request)
    kept = show_minutes(item=item, user=user)
    last = kept[-1] if kept else None
    start = {"text": last.text if last else "", "version": last.version if last else 0}
    form = MinutesForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            keep_minutes(item=item, actor=user, **form.cleaned_data)
        except Refused as refused:
            show_in_form(form, refused)
        else:
            messages.success(request, gettext("The minutes are kept."))
            return redirect("meeting-minutes", pk=meeting.pk, case=item.case_id)
    context = {
        "meeting": meeting, "item": item, "form": form, "writes": item.present.filter(pk=user.pk).exists(),
        "versions": [(each, digest_of_minutes(each) == each.digest) for each in reversed(kept)],
    }  # fmt: skip
    return render(request, "reading/minutes.html", context, status=400 if form.errors else 200)
