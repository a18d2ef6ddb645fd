"""What every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from portal.base.requests import current
from portal.practices.models import Role
from portal.practices.selectors import active_practice, practices_of, roles_of

_WORK = frozenset({Role.CLINICIAN, Role.READER, Role.COORDINATOR})
MENU = (
    ("Worklist", "/cases/", _WORK),
    ("Exams", "/exams/", _WORK),
    ("Batches", "/batches/", frozenset({Role.CLINICIAN, Role.COORDINATOR})),
    ("Readers", "/readers/", frozenset({Role.COORDINATOR})),
    ("Members", "/members/", frozenset({Role.ADMIN})),
    ("Trail", "/audit/", frozenset({Role.AUDITOR, Role.ADMIN})),
    ("Protocols", "/protocols/", frozenset({Role.ADMIN})),
    ("Outcomes", "/outcomes/", frozenset({Role.COORDINATOR, Role.ADMIN})),
    ("Effect", "/effect/", frozenset({Role.ADMIN})),
    ("Training set", "/training-set/", frozenset({Role.ADMIN})),
)


@dataclass(frozen=True)
class Entry:
    """One entry of the menu; `current` where the page lies under it."""

    label: str
    href: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, object]:
    """The notice, theme, practice and roles of this page, and the menu that those roles open."""
    frame: dict[str, object] = {"notice": settings.NOTICE, "version": settings.VERSION, "theme": "dark"}
    frame["reference"] = current()
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {**frame, "roles": set(), "menu": []}
    try:
        practice = active_practice(request)
    except PermissionDenied:
        return {**frame, "theme": user.theme, "roles": set(), "menu": []}
    roles = roles_of(user, practice)
    menu = [Entry(label, href, request.path.startswith(href)) for label, href, opens in MENU if roles & opens]
    here = {"practice": practice, "practices": practices_of(user), "roles": roles, "menu": menu}
    return {**frame, **here, "theme": user.theme}
