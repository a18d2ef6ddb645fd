"""Inviting people, and what an invited person sees."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from portal.base.errors import Refused
from portal.base.refusals import show_in_form
from portal.practices.forms import InviteForm, JoinForm
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import Invitation, Role, User
from portal.practices.people import invitations_waiting
from portal.practices.selectors import active_practice
from portal.practices.services import invitations as services
from portal.practices.tokens import hash_of
from portal.practices.views.refusals import flash, sent

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _link(request: HttpRequest, key: str) -> str:
    return request.build_absolute_uri(reverse("invitation", args=[key]))


@role_required(Role.ADMIN)
def invite(request: HttpRequest) -> HttpResponseBase:
    """Invite an address; the answer shows the link this once, for those who cannot send mail."""
    form = InviteForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            made, link = services.invite(
                practice=active_practice(request), actor=request.user,  # type: ignore[arg-type]
                link_to=lambda key: _link(request, key), **form.cleaned_data,
            )  # fmt: skip
        except Refused as refused:
            show_in_form(form, refused)
        else:
            return render(request, "practices/invited.html", {"invitation": made, "link": link})
    return render(request, "practices/invite.html", {"form": form}, status=400 if form.is_bound else 200)


def _waiting(request: HttpRequest, pk: str) -> Invitation:
    mine: QuerySet[Invitation] = invitations_waiting(active_practice(request))
    return visible_or_404(mine, request.user, pk=pk)


@role_required(Role.ADMIN)
@require_POST
def withdraw(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Take an invitation back."""
    try:
        services.withdraw(invitation=_waiting(request, pk), actor=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        flash(request, refused)
    return redirect("members")


@role_required(Role.ADMIN)
@require_POST
def resend(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Send a fresh link; the old one stops working."""
    invitation = _waiting(request, pk)
    try:
        made, link = services.resend(
            invitation=invitation, actor=request.user, link_to=lambda key: _link(request, key)  # type: ignore[arg-type]
        )  # fmt: skip
    except Refused as refused:
        flash(request, refused)
        return redirect("members")
    return render(request, "practices/invited.html", {"invitation": made, "link": link})


@sensitive_post_parameters()
def answer(request: HttpRequest, key: str) -> HttpResponseBase:
    """What the link opens: choose a name and a password, or join with the account one has."""
    found = Invitation.objects.filter(services.live(), key_hash=hash_of(key))
    invitation = found.select_related("practice").first()
    if invitation is None:
        return render(request, "practices/invitation_spent.html", {"say": gettext(services.SPENT)}, status=410)
    if User.objects.filter(email=invitation.email).exists():
        return _join(request, invitation)
    return _join_as_new(request, invitation)


def _join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "POST" and isinstance(request.user, User):
        try:
            services.accept(invitation=invitation, user=request.user)
        except Refused as refused:
            flash(request, refused)
            return redirect(request.path)
        messages.success(request, gettext("Welcome to %(practice)s.") % {"practice": invitation.practice})
        return redirect("home")
    return render(request, "practices/invitation_known.html", {"invitation": invitation})


def _join_as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(sent(request), email=invitation.email, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            user = services.accept_as_new(invitation=invitation, **form.cleaned_data)
        except Refused as refused:
            show_in_form(form, refused)
        else:
            login(request, user, backend=BACKEND)
            messages.success(request, gettext("Welcome to %(practice)s.") % {"practice": invitation.practice})
            return redirect("home")
    status = 400 if form.is_bound else 200
    return render(request, "practices/invitation_new.html", {"invitation": invitation, "form": form}, status=status)
