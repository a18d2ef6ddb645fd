"""Pages: giving the case to a reader, and sending it back for views; what is refused stands beside its field."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.base.errors import Refused
from portal.base.ids import as_uuid
from portal.cases.desk import CHOOSE, assign, reassign
from portal.cases.incomplete import send_back
from portal.cases.models import Case
from portal.cases.people import user_of
from portal.practices.guards import role_required
from portal.practices.models import User
from portal.reading.views.case import case_or_404, refused_on


@require_POST
@role_required("coordinator")
def assign_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Give the case to a reader; `from` names who has it now."""
    case, actor = case_or_404(request, pk), user_of(request)
    reader, holder = _member(case, request.POST.get("reader")), _member(case, request.POST.get("from"))
    try:
        if reader is None:
            raise Refused.at("reader", gettext(CHOOSE))
        if holder is None:
            assign(case=case, reader=reader, actor=actor)
        else:
            reassign(case=case, holder=holder, reader=reader, actor=actor)
    except Refused as refused:
        return refused_on(request, case, "assign", refused)
    done = gettext("%(reader)s has this case now. The draft stays with %(holder)s.")
    if holder is None:
        done = gettext("%(reader)s has this case now.")
    messages.success(request, done % {"reader": reader, "holder": holder})
    return redirect("case", pk=case.pk)


@require_POST
@role_required("reader", "coordinator")
def send_back_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Send the case back for views."""
    case = case_or_404(request, pk)
    views, why = request.POST.getlist("views"), request.POST.get("why", "missing")
    try:
        send_back(case=case, actor=user_of(request), views=views, why=why)
    except Refused as refused:
        return refused_on(request, case, "send_back", refused)
    messages.success(request, gettext("The case is sent back. It goes on by itself when the images are here."))
    return redirect("case", pk=case.pk)


def _member(case: Case, typed: object) -> User | None:
    named = as_uuid(typed)
    return User.objects.filter(memberships__practice=case.practice, pk=named).first() if named else None
