"""One's own account: name, password, tokens."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request, gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from portal.practices.forms import LanguageForm, MailForm, NameForm, PasswordForm, TokenForm
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import ApiToken
from portal.practices.selectors import active_practice
from portal.practices.services import account as services
from portal.practices.services.tokens import issue_token, revoke_token

Forms = dict[str, forms.BaseForm]


def _page(request: HttpRequest, changed: Forms, **more: object) -> HttpResponse:
    user = request.user
    fresh: Forms = {
        "name_form": NameForm(initial={"name": user.name}),  # type: ignore[union-attr]
        "password_form": PasswordForm(user),  # type: ignore[arg-type]
        "language_form": LanguageForm(initial={"language": user.language}),  # type: ignore[union-attr]
        "mail_form": MailForm(user=user),  # type: ignore[arg-type]
        "token_form": TokenForm(),
    }
    tokens = ApiToken.objects.filter(user=user.pk, revoked_at=None).order_by("-created_at")
    status = 400 if changed else 200
    words = {**fresh, **changed, "tokens": tokens, "now": timezone.now(), **more}
    return render(request, "practices/account.html", words, status=status)


@role_required()
@require_safe
def account(request: HttpRequest) -> HttpResponseBase:
    """The page."""
    return _page(request, {})


@role_required()
@require_POST
def rename(request: HttpRequest) -> HttpResponseBase:
    """Change one's name."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, {"name_form": form})
    name = form.cleaned_data["name"]
    services.rename(user=request.user, name=name, practice=active_practice(request))  # type: ignore[arg-type]
    messages.success(request, gettext("Your name is changed."))
    return redirect("account")


@role_required()
@require_POST
def choose_mails(request: HttpRequest) -> HttpResponseBase:
    """Which mails one gets."""
    form = MailForm(request.POST, user=request.user)  # type: ignore[arg-type]
    if not form.is_valid():
        return _page(request, {"mail_form": form})
    services.choose_mails(user=request.user, wanted=form.cleaned_data["wanted"])  # type: ignore[arg-type]
    messages.success(request, gettext("Your mails are kept."))
    return redirect("account")


@role_required()
@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """In which language one reads the portal from the next page on."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _page(request, {"language_form": form})
    language = form.cleaned_data["language"]
    services.choose_language(user=request.user, language=language)  # type: ignore[arg-type]
    with translation.override(language or get_language_from_request(request)):
        messages.success(request, gettext("Your language is kept."))
    return redirect("account")


@sensitive_post_parameters()
@role_required()
@require_POST
def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change one's password, which asks for the present one; this session goes on, others end."""
    form = PasswordForm(request.user, request.POST)  # type: ignore[arg-type]
    if not form.is_valid():
        return _page(request, {"password_form": form})
    user, practice = form.user, active_practice(request)
    services.change_password(user=user, password=form.cleaned_data["new_password1"], practice=practice)
    update_session_auth_hash(request, user)
    messages.success(request, gettext("Your password is changed. Other browsers are signed out."))
    return redirect("account")


@role_required()
@require_POST
def make_token(request: HttpRequest) -> HttpResponseBase:
    """Make a token; its secret is on this one page and nowhere else."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, {"token_form": form})
    data, user = form.cleaned_data, request.user
    expires_at = timezone.now() + timedelta(days=data["days"])
    _, secret = issue_token(
        user=user, name=data["token_name"], scopes=data["scopes"], expires_at=expires_at, actor=user  # type: ignore[arg-type]
    )  # fmt: skip
    return _page(request, {}, secret=secret)


@role_required()
@require_POST
def drop_token(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Revoke one of one's own tokens."""
    token = visible_or_404(ApiToken.objects.filter(user=request.user.pk), request.user, pk=pk)
    revoke_token(token=token, actor=token.user)
    messages.success(request, gettext("The token “%(token_name)s” is revoked.") % {"token_name": token.name})
    return redirect("account")
