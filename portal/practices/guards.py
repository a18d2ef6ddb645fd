"""Doors that write down whom they turned away: a stranger gets 404, a member without the role 403."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext

from portal.audit.services import record
from portal.base.ids import as_uuid
from portal.base.language import inside
from portal.practices.models import Membership, Role, User
from portal.practices.selectors import HOMELESS, active_practice, roles_here

Row = TypeVar("Row", bound=models.Model)
View = Callable[..., HttpResponseBase]


def visible_or_404(queryset: models.QuerySet[Row], user: User | AnonymousUser, **lookup: Any) -> Row:
    """The one row of `queryset` (already narrowed by `visible_to(user)`) that `lookup` names.

    Raises Http404 alike for a row that is not there and one that `user` may not see, after writing the
    refusal to the trail of the user's own practice. Call it outside a transaction: the event commits by
    itself, and a surrounding rollback would lose it (RuntimeError says so).
    """
    try:
        return queryset.get(**lookup)
    except (ObjectDoesNotExist, ValidationError, ValueError):
        refuse(user, verb=f"{queryset.model._meta.model_name}.refused", asked=_identifier(lookup))
    raise Http404


def refuse(user: User | AnonymousUser, *, verb: str, asked: str = "", detail: dict[str, Any] | None = None) -> None:
    """Write a refused access down, in a transaction of its own; `asked` is an identifier, never free text."""
    known = user if isinstance(user, User) else None
    about = {**(detail or {}), **({"asked": asked} if asked else {})}
    with transaction.atomic(durable=True):
        record(verb=verb, actor=known, practice_id=_own_chain(known), outcome="refused", detail=about)


def _own_chain(user: User | None) -> object:
    held = Membership.objects.filter(user=user).order_by("created_at", "pk") if user else Membership.objects.none()
    return held.values_list("practice", flat=True).first()


def _identifier(lookup: dict[str, Any]) -> str:
    """The UUID of the lookup, where it has one: whatever else was typed may name a patient."""
    found = (as_uuid(lookup.get(name)) for name in ("pk", "id"))
    return next((str(value) for value in found if value is not None), "")


def role_required(*roles: str) -> Callable[[View], View]:
    """Open a page to `roles` of the active practice, which the view finds as `request.practice`.

    Nobody signed in: to the sign-in page. A person without a practice or without the role: 403, written down.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            admit(request, *roles)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def admit(request: HttpRequest, *roles: str) -> None:
    """Set `request.practice`, or raise PermissionDenied with the sentence that the 403 page shows."""
    try:
        practice = active_practice(request)
    except PermissionDenied:
        refuse(request.user, verb="page.refused", detail={**place(request), "needs": ["a practice"]})
        raise PermissionDenied(gettext(HOMELESS)) from None
    held = roles_here(request, practice)
    if not (held & set(roles) if roles else held):
        refuse(request.user, verb="page.refused", detail={**place(request), "needs": sorted(roles)})
        say = gettext("This page is for the role %(roles)s. Ask an admin of %(practice)s if you need it.")
        raise PermissionDenied(say % {"roles": roles_said(roles), "practice": practice})
    request.practice = practice  # type: ignore[attr-defined]


def roles_said(roles: Iterable[str]) -> str:
    """Roles by name: "clinician or reader"."""
    return gettext(" or ").join(inside(str(Role(role).label)) for role in sorted(roles))


def place(request: HttpRequest) -> dict[str, str]:
    """The name of the page or API route that was asked for; never its address, in which anything may be typed."""
    match = request.resolver_match
    return {"page": match.view_name} if match else {}
