"""Pages: one case; taking it and giving it back; the read panel by itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from portal.base.errors import Refused
from portal.base.ids import as_uuid
from portal.cases.claims import release
from portal.cases.models import Case
from portal.cases.people import user_of
from portal.cases.services import withdraw
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import User
from portal.reading.case_page import case_page
from portal.reading.models import Read
from portal.reading.services.draft import begin
from portal.reading.services.look import look

members = role_required("clinician", "reader", "coordinator")


def case_or_404(request: HttpRequest, pk: object) -> Case:
    """The case with its state, or a 404 that the trail records."""
    cases = Case.objects.visible_to(request.user).with_state().select_related("exam__patient", "opened_by", "practice")
    return visible_or_404(cases, request.user, pk=pk)


@require_GET
@members
def show_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Question, opinions, timeline and the next thing to do."""
    case = case_or_404(request, pk)
    shown = case_page(case, user_of(request))
    look(case=case, user=user_of(request))
    return render(request, "reading/case.html", shown)


def refused_on(request: HttpRequest, case: Case, part: str, refused: Refused) -> HttpResponse:
    """The case's page again, with what was typed into its form `part` and what is wrong beside the field.

    A refusal that is about no field is said above the case as it stands now.
    """
    if not refused.fields:
        messages.warning(request, refused.say)
        return redirect("case", pk=case.pk)
    user, ticked = user_of(request), {name: request.POST.getlist(name) for name in ("mentions", "views")}
    shown = {**case_page(case, user), "wrong": {part: refused}, "typed": request.POST, "ticked": ticked}
    look(case=case, user=user)
    return render(request, "reading/case.html", shown, status=400)


@require_POST
@role_required("clinician", "coordinator")
def withdraw_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Take a case back, with a reason."""
    case = case_or_404(request, pk)
    try:
        withdraw(case=case, actor=user_of(request), because=request.POST.get("because", ""))
    except Refused as refused:
        return refused_on(request, case, "withdraw", refused)
    messages.success(request, gettext("Case %(case_number)s is withdrawn.") % {"case_number": case.number})
    return redirect("case", pk=case.pk)


@require_POST
@members
def read_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Take the case and open it in the viewer; somebody who was second is told who has it."""
    case = case_or_404(request, pk)
    try:
        begin(case=case, user=user_of(request))
    except Refused as refused:
        messages.warning(request, refused.say)
        return redirect("case", pk=case.pk)
    return redirect(f"/cases/{case.pk}/view/")


@require_POST
@members
def release_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Give the case back; a coordinator names whose claim."""
    case = case_or_404(request, pk)
    named = as_uuid(request.POST.get("member", ""))
    member = User.objects.filter(assignments__case=case, pk=named).first() if named else None
    try:
        release(case=case, actor=user_of(request), member=member)
    except Refused as refused:
        messages.warning(request, refused.say)
    else:
        messages.success(request, gettext("Case %(case_number)s is back in the pool.") % {"case_number": case.number})
    return redirect("case", pk=case.pk)


@require_GET
@members
def read_panel(request: HttpRequest, pk: object) -> HttpResponse:
    """The panel beside the images, after a step of the read."""
    reads = Read.objects.visible_to(request.user).select_related("case__exam")
    read = visible_or_404(reads, request.user, pk=pk)
    return render(request, "reading/_panel.html", {"case": read.case})
