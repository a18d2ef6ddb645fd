"""Pages: consensus meetings, convening one, and one with its agenda."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.audit.services import record
from portal.base.errors import Refused
from portal.base.ids import as_uuid
from portal.base.refusals import show_in_form
from portal.cases.people import user_of
from portal.practices.guards import role_required, visible_or_404
from portal.reading.meeting_forms import AgendaForm, CloseForm, MeetingForm, SeatForm
from portal.reading.meetings import agenda, leads, next_item, waiting_cases
from portal.reading.models import Meeting
from portal.reading.services.close_meeting import close_meeting
from portal.reading.services.convene import convene, put_on, seat
from portal.reading.services.sign import ask_password

conferring = role_required("reader", "coordinator")


def meeting_or_404(request: HttpRequest, pk: object) -> Meeting:
    """The meeting among those that the person may see."""
    meetings = Meeting.objects.visible_to(request.user).select_related("practice", "chair", "convened_by")
    return visible_or_404(meetings, request.user, pk=pk)


@require_GET
@conferring
def list_meetings(request: HttpRequest) -> HttpResponse:
    """Meetings, those still to close first; how many discordant cases wait for one."""
    practice = request.practice  # type: ignore[attr-defined]
    found = Meeting.objects.visible_to(request.user).filter(practice=practice).select_related("chair")
    counted = found.annotate(cases=Count("agenda", filter=Q(agenda__off_at=None)))
    page = Paginator(counted.order_by("-closed_at", "-at", "-pk"), 25).get_page(request.GET.get("page"))
    context = {"page": page, "waiting": len(waiting_cases(practice, user_of(request)))}
    return render(request, "reading/meetings.html", context)


@require_http_methods(["GET", "POST"])
@conferring
def new_meeting(request: HttpRequest) -> HttpResponse:
    """When, who, and which of the discordant cases that wait."""
    practice = request.practice  # type: ignore[attr-defined]
    user = user_of(request)
    waiting = waiting_cases(practice, user)
    start = _start(request, waiting)
    form = MeetingForm(request.POST or None, practice=practice, waiting=waiting, user=user, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = convene(practice=practice, actor=user, **form.cleaned_data)
        except Refused as refused:
            show_in_form(form, refused)
        else:
            messages.success(request, gettext("The %(meeting)s is convened.") % {"meeting": meeting})
            return redirect("meeting", pk=meeting.pk)
    status = 400 if form.errors else 200
    return render(request, "reading/meeting_new.html", {"form": form, "waiting": waiting}, status=status)


def _start(request: HttpRequest, waiting: list[Any]) -> dict[str, Any]:
    named = as_uuid(request.GET.get("case"))
    chosen = [case for case in waiting if named is None or case.pk == named]
    now = timezone.localtime().replace(second=0, microsecond=0)
    return {"at": now, "cases": [case.pk for case in chosen[:60]]}


@require_GET
@conferring
def show_meeting(request: HttpRequest, pk: object) -> HttpResponse:
    """The agenda, who is there, and what to do next."""
    return page_of(request, meeting_or_404(request, pk))


def page_of(request: HttpRequest, meeting: Meeting, **forms: Any) -> HttpResponse:
    """The meeting's page; `forms` that were refused are shown with their sentences."""
    user = user_of(request)
    live = meeting.closed_at is None
    waiting = waiting_cases(meeting.practice, user) if live else []
    people = list(meeting.attendees.order_by("name"))
    start = {"chair": meeting.chair_id, "attendees": [each.pk for each in people]}
    context = {
        "meeting": meeting,
        "entries": agenda(meeting, user),
        "people": people,
        "live": live,
        "chairs": meeting.chair_id == user.pk,
        "leads": live and leads(meeting, user),
        "next": next_item(meeting) if live else None,
        "seats": SeatForm(practice=meeting.practice, initial=start),
        "more": AgendaForm(waiting=waiting, user=user),
        "waiting": waiting,
        "closing": CloseForm(),
        **forms,
    }
    with transaction.atomic():
        record(verb="meeting.viewed", actor=user, practice_id=meeting.practice_id, subject=meeting)
    return render(request, "reading/meeting.html", context, status=400 if forms else 200)


@require_POST
@conferring
def seat_meeting(request: HttpRequest, pk: object) -> HttpResponse:
    """Set who chairs and who is there."""
    meeting = meeting_or_404(request, pk)
    form = SeatForm(request.POST, practice=meeting.practice)
    if form.is_valid():
        try:
            seat(meeting=meeting, actor=user_of(request), **form.cleaned_data)
        except Refused as refused:
            show_in_form(form, refused)
        else:
            messages.success(request, gettext("Who is there is kept."))
            return redirect("meeting", pk=meeting.pk)
    return page_of(request, meeting, seats=form)


@require_POST
@conferring
def extend_agenda(request: HttpRequest, pk: object) -> HttpResponse:
    """Put more cases on the agenda, all of them or none."""
    meeting = meeting_or_404(request, pk)
    user = user_of(request)
    form = AgendaForm(request.POST, waiting=waiting_cases(meeting.practice, user), user=user)
    if form.is_valid():
        try:
            put_on(meeting=meeting, cases=form.cleaned_data["cases"], actor=user)
        except Refused as refused:
            show_in_form(form, refused)
        else:
            return redirect("meeting", pk=meeting.pk)
    return page_of(request, meeting, more=form)


@require_POST
@conferring
def end_meeting(request: HttpRequest, pk: object) -> HttpResponse:
    """Close it with the chair's password: its outcomes take effect."""
    meeting = meeting_or_404(request, pk)
    user = user_of(request)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            ask_password(user, form.cleaned_data["password"], lambda: _refused(meeting, user))
            close_meeting(meeting=meeting, actor=user)
        except Refused as refused:
            show_in_form(form, refused)
        else:
            messages.success(
                request, gettext("The meeting is closed. The reports of what was agreed on are yours to sign.")
            )
            return redirect("meeting", pk=meeting.pk)
    return page_of(request, meeting, closing=form)


def _refused(meeting: Meeting, user: Any) -> None:
    verb = "meeting.close-refused"
    record(verb=verb, actor=user, practice_id=meeting.practice_id, subject=meeting, outcome="refused")
