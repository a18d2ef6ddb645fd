"""What every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from portal.base.language import words_address
from portal.base.requests import current
from portal.practices.models import Role
from portal.practices.selectors import active_practice, belonging, roles_here

_WORK = frozenset({Role.CLINICIAN, Role.READER, Role.COORDINATOR})
MENU = (
    (_("Worklist"), "/cases/", _WORK),
    (_("Exams"), "/exams/", _WORK),
    (_("Batches"), "/batches/", frozenset({Role.CLINICIAN, Role.COORDINATOR})),
    (_("Meetings"), "/meetings/", frozenset({Role.READER, Role.COORDINATOR})),
    (_("Readers"), "/readers/", frozenset({Role.COORDINATOR})),
    (_("Members"), "/members/", frozenset({Role.ADMIN})),
    (_("Trail"), "/audit/", frozenset({Role.AUDITOR, Role.ADMIN})),
    (_("Protocols"), "/protocols/", frozenset({Role.ADMIN})),
    (_("Outcomes"), "/outcomes/", frozenset({Role.COORDINATOR, Role.ADMIN})),
    (_("Effect"), "/effect/", frozenset({Role.ADMIN})),
    (_("Training set"), "/training-set/", frozenset({Role.ADMIN})),
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
    frame["reference"], frame["words_address"] = current(), words_address()
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {**frame, "roles": set(), "menu": []}
    try:
        practice = active_practice(request)
    except PermissionDenied:
        return {**frame, "theme": user.theme, "roles": set(), "menu": []}
    roles = roles_here(request, practice)
    menu = [Entry(gettext(label), href, request.path.startswith(href)) for label, href, opens in MENU if roles & opens]
    here = {"practice": practice, "practices": belonging(request).practices, "roles": roles, "menu": menu}
    return {**frame, **here, "theme": user.theme}
