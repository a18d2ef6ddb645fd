"""Members of a practice, for its admins."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from portal.base.errors import Refused
from portal.base.refusals import show_in_form
from portal.practices.forms import RolesForm
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import Role, User
from portal.practices.people import invitations_waiting, members_of
from portal.practices.selectors import active_practice, roles_of
from portal.practices.services.people import remove_member, set_roles
from portal.practices.views.refusals import flash, sent

PAGE = 25


@role_required(Role.ADMIN)
@require_safe
def members(request: HttpRequest) -> HttpResponseBase:
    """Everybody with a role here, and the invitations that wait for an answer."""
    practice = active_practice(request)
    wanted = request.GET.get("q", "").strip()
    page = Paginator(members_of(practice, matching=wanted), PAGE).get_page(request.GET.get("page"))
    words = {"page_obj": page, "q": wanted, "invitations": invitations_waiting(practice)}
    return render(request, "practices/members.html", words)


@role_required(Role.ADMIN)
def member(request: HttpRequest, pk: str) -> HttpResponseBase:
    """One member's roles."""
    practice = active_practice(request)
    person = visible_or_404(members_of(practice), request.user, pk=pk)
    held = sorted(roles_of(person, practice))
    form = RolesForm(sent(request), initial={"roles": held})
    if request.method == "POST" and form.is_valid() and _kept(request, form, person):
        messages.success(request, gettext("%(person)s's roles are kept.") % {"person": person})
        return redirect("members")
    status = 400 if form.is_bound else 200
    return render(request, "practices/member.html", {"person": person, "form": form}, status=status)


def _kept(request: HttpRequest, form: RolesForm, person: User) -> bool:
    practice, roles = active_practice(request), form.cleaned_data["roles"]
    try:
        set_roles(user=person, practice=practice, roles=roles, actor=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        show_in_form(form, refused)
        return False
    return True


@role_required(Role.ADMIN)
@require_POST
def remove(request: HttpRequest, pk: str) -> HttpResponseBase:
    """End somebody's membership."""
    practice = active_practice(request)
    person = visible_or_404(members_of(practice), request.user, pk=pk)
    try:
        remove_member(user=person, practice=practice, actor=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        flash(request, refused)
        return redirect("member", pk=person.pk)
    messages.success(request, gettext("%(person)s is no longer a member.") % {"person": person})
    return redirect("members")
