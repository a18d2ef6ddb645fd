"""Who may call the API at all; what they may see is each query set's `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_lazy
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal.practices.guards import place, refuse, roles_said
from portal.practices.models import ApiToken
from portal.practices.selectors import active_practice, belonging, roles_here

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise
    from rest_framework.views import APIView

AREAS = ("exams", "cases", "reads", "batches", "runs", "dicomweb", "members", "audit")
ANY = "any"  # a view that every token opens, whatever its scopes
READ_ONLY = ("audit:write", "dicomweb:write")  # nothing there to write
SCOPES = tuple(s for area in AREAS for s in (f"{area}:read", f"{area}:write") if s not in READ_ONLY)


class IsMember(BasePermission):
    """Signed in, active, and a member of some practice; a token must also hold the view's scope.

    A view names its area as `scope = "exams"`: a token then needs `exams:read` to look and `exams:write`
    to change. A view without a scope takes no token at all.
    """

    message: str | StrPromise = gettext_lazy("Sign in as a member of a practice.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Members only, with the scope where a token is used."""
        user = request.user
        if not (user and user.is_authenticated and belonging(request).practices):
            return False
        if isinstance(request.auth, ApiToken) and not self._in_scope(request, request.auth, view):
            self._tell(request, getattr(view, "scope", None) or "no token")
            return False
        return True

    def _tell(self, request: Request, *needs: str) -> None:
        """A member who was turned away goes into the trail."""
        refuse(request.user, verb="api.refused", detail={**place(request._request), "needs": sorted(needs)})

    def _in_scope(self, request: Request, token: ApiToken, view: APIView) -> bool:
        area = getattr(view, "scope", None)
        if area == ANY:
            return True
        needed = f"{area}:{'read' if request.method in SAFE_METHODS else 'write'}"
        self.message = gettext("This token lacks the scope %(scope)s. Make one that has it on your account page.") % {
            "scope": needed
        }
        if area is None:
            self.message = gettext("Tokens are not accepted here. Sign in with the browser.")
        return area is not None and needed in token.scopes


class HasRole(IsMember):
    """A member who holds one of the view's `roles` in the active practice."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Members with the role; the message names it."""
        if not super().has_permission(request, view):
            return False
        roles: tuple[str, ...] = getattr(view, "roles", ())
        self.message = gettext("This needs the role %(roles)s. Ask an admin of your practice.") % {
            "roles": roles_said(roles)
        }
        held = roles_here(request, active_practice(request))
        if held & set(roles) if roles else held:
            return True
        self._tell(request, *roles)
        return False
