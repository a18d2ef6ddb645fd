"""Pages: keeping the list that is shown under a name, and changing what is kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from portal.base.errors import Refused
from portal.cases.people import user_of
from portal.cases.saved_lists import address_of, open_with, rename_list, save_list, saved_lists
from portal.practices.guards import role_required, visible_or_404
from portal.practices.selectors import active_practice

working = role_required("clinician", "reader", "coordinator")


@require_POST
@working
def save(request: HttpRequest) -> HttpResponse:
    """Keep the tab, filters and order that were sent; back to the same list."""
    user, practice = user_of(request), active_practice(request)
    try:
        kept = save_list(user=user, practice=practice, name=request.POST.get("name", ""), asked=request.POST)
    except Refused as refused:
        messages.error(request, refused.say)
        return redirect("worklist")
    messages.success(request, gettext("This list is kept as %(kept)s.") % {"kept": kept})
    return redirect(f"{reverse('worklist')}?{address_of(kept)}")


@require_POST
@working
def change(request: HttpRequest, pk: object) -> HttpResponse:
    """Rename a list, remove it, or let the worklist open with it: `do` says which."""
    mine = saved_lists(user_of(request), active_practice(request))
    saved = visible_or_404(mine, request.user, pk=pk)
    act = request.POST.get("do", "")
    try:
        if act == "remove":
            saved.delete()
            messages.success(request, gettext("The list %(saved)s is removed.") % {"saved": saved})
        elif act == "rename":
            rename_list(saved=saved, name=request.POST.get("name", ""))
        elif act in ("first", "not-first"):
            open_with(saved=saved, first=act == "first")
    except Refused as refused:
        messages.error(request, refused.say)
    return redirect("worklist")
