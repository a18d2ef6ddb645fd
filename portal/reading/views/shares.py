"""Pages: showing a case to a reader of another practice, and taking that back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from portal.base.errors import Refused
from portal.base.refusals import show_in_form
from portal.cases.models import Case, Share
from portal.cases.people import user_of
from portal.cases.share_form import ShareForm
from portal.cases.sharing import CLOSED, may_share, share, shares_of
from portal.practices.guards import visible_or_404
from portal.practices.options import options_of
from portal.reading.services.leave import end_share
from portal.reading.views.case import members


def own_case_or_404(request: HttpRequest, pk: object) -> Case:
    """A case of the person's own practices: to a guest, the page on which guests are invited is not there."""
    cases = Case.objects.of_own_practices(request.user).select_related("exam__patient", "practice")
    return visible_or_404(cases, request.user, pk=pk)


@require_http_methods(["GET", "POST"])
@members
def share_case(request: HttpRequest, pk: object) -> HttpResponse:
    """To whom the case is shown, and the form for one more."""
    case, user = own_case_or_404(request, pk), user_of(request)
    form = ShareForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            made = share(case=case, actor=user, **form.cleaned_data)
        except Refused as refused:
            show_in_form(form, refused)
        else:
            say = gettext("If %(address)s belongs to a reader of another practice, the case is open to them now.") % {
                "address": made.address
            }
            messages.success(request, say)
            return redirect("case-share", pk=case.pk)
    off = options_of(case.practice).sharing == "off"
    context = {
        "case": case,
        "form": form if may_share(user, case.practice) and not case.withdrawn_at else None,
        "shares": shares_of(case),
        "closed": gettext(CLOSED) if off else "",
    }
    return render(request, "reading/share.html", context, status=400 if form.errors else 200)


@require_POST
@members
def withdraw_from_guest(request: HttpRequest, pk: object, share: object) -> HttpResponse:
    """Close the case to its guest at once."""
    case = own_case_or_404(request, pk)
    named = visible_or_404(shares_of(case), request.user, pk=share)
    try:
        end_share(share=named, actor=user_of(request))
    except Refused as refused:
        messages.warning(request, refused.say)
    else:
        messages.success(request, gettext("The case is closed to %(_name)s.") % {"_name": _name(named)})
    return redirect("case-share", pk=case.pk)


def _name(share: Share) -> str:
    return share.guest.name if share.guest and share.opened_at else share.address
