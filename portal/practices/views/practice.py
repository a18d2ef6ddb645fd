"""The practice's own settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from portal.base.errors import Conflict
from portal.base.refusals import show_in_form
from portal.practices.forms import PracticeForm
from portal.practices.guards import role_required
from portal.practices.models import Role
from portal.practices.selectors import active_practice
from portal.practices.services.account import change_practice
from portal.practices.views.refusals import sent


@role_required(Role.ADMIN)
def settings(request: HttpRequest) -> HttpResponseBase:
    """Name, default protocol, what happens to dates, the density notice."""
    practice = active_practice(request)
    form = PracticeForm(sent(request), practice=practice)
    if request.method == "POST" and form.is_valid():
        name, seen = form.cleaned_data["name"], form.cleaned_data["seen"]
        try:
            change_practice(practice=practice, name=name, options=form.options(), actor=request.user, seen=seen)  # type: ignore[arg-type]
        except Conflict as refused:
            form = form.overtaken()
            show_in_form(form, refused)
            return render(request, "practices/settings.html", {"form": form}, status=409)
        messages.success(request, gettext("The settings are kept."))
        return redirect("practice")
    status = 400 if form.is_bound else 200
    return render(request, "practices/settings.html", {"form": form}, status=status)
