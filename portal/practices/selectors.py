"""Who a person is here: their practices, their roles, and the practice they are working in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop
from rest_framework.request import Request

from portal.base.ids import as_uuid
from portal.base.once import once
from portal.practices.models import Membership, Practice, User

CHOSEN = "practice"  # the session's key for the practice chosen in the menu
HEADER = "Overread-Practice"  # how a program that belongs to several practices names one
HOMELESS = gettext_noop("You belong to no practice. Ask an admin of your practice for an invitation.")


def practices_of(user: User | AnonymousUser) -> list[Practice]:
    """The practices of an active user, by name; none for anybody else."""
    return list(Practice.objects.of(user).order_by("name"))


def practice_keys(user: Any, *roles: str) -> QuerySet[Any, Any] | tuple[UUID, ...]:
    """Of the practices in which `user` is active with one of `roles`, the keys that a column is compared with.

    A subquery; in a request that only reads, what was found the first time, which makes each later statement a short one.
    """
    known = _looked_up(user)
    if known is None:
        return Practice.objects.of(user, *roles).values_list("pk", flat=True)
    return tuple(pk for pk, held in known.roles.items() if not roles or held & set(roles))


def roles_of(user: User | AnonymousUser, practice: Practice) -> set[str]:
    """The roles that `user` holds in `practice`; empty for a stranger or a deactivated user."""
    if not user.is_active or user.pk is None:
        return set()
    return set(Membership.objects.filter(user=user.pk, practice=practice).values_list("role", flat=True))


def has_role(user: User | AnonymousUser, practice: Practice, *roles: str) -> bool:
    """Whether `user` holds one of `roles` in `practice` (any role at all when none is named)."""
    held = roles_of(user, practice)
    return bool(held & set(roles)) if roles else bool(held)


@dataclass(frozen=True, slots=True)
class Belonging:
    """The practices of a person, by name, and their roles in each, as one request found them."""

    practices: list[Practice]
    roles: dict[UUID, set[str]]


def belonging(request: HttpRequest | Request) -> Belonging:
    """Where the person of this request belongs, asked of the database once a request.

    For what a page shows and opens. A service that changes something asks `has_role` again.
    """
    plain: Any = getattr(request, "_request", request)
    user = request.user
    kept: tuple[UUID | None, Belonging] | None = getattr(plain, "_belonging", None)
    if kept is None or kept[0] != user.pk:
        kept = plain._belonging = (user.pk, _looked_up(user) or _look_up(user))
    return kept[1]


def _looked_up(user: User | AnonymousUser) -> Belonging | None:
    """Where `user` belongs, in a request that only reads; None outside of one."""
    return once(("belonging", user.pk), lambda: _look_up(user))


def _look_up(user: User | AnonymousUser) -> Belonging:
    found = Belonging([], {})
    if not user.is_active or user.pk is None:
        return found
    for each in (
        Membership.objects.filter(user=user.pk).select_related("practice").order_by("practice__name", "practice")
    ):
        if each.practice_id not in found.roles:
            found.practices.append(each.practice)
        found.roles.setdefault(each.practice_id, set()).add(each.role)
    return found


def roles_here(request: HttpRequest | Request, practice: Practice) -> set[str]:
    """The roles of this request's person in `practice`; empty for a stranger."""
    return belonging(request).roles.get(practice.pk, set())


def active_practice(request: HttpRequest | Request) -> Practice:
    """The practice in which this request works: named by header, chosen in the menu, else the first by name.

    Raises PermissionDenied (403) for a person without a practice. A practice that the person does not
    belong to is never answered, whatever the header or the session says.
    """
    mine = belonging(request).practices
    if not mine:
        raise PermissionDenied(gettext(HOMELESS))
    session = getattr(request, "session", None)
    wanted = as_uuid(request.headers.get(HEADER)) or as_uuid(session.get(CHOSEN) if session is not None else None)
    return next((practice for practice in mine if practice.pk == wanted), mine[0])


def people_of(practice: Practice) -> list[User]:
    """Everybody with a role in `practice`, by name."""
    return list(User.objects.filter(memberships__practice=practice).distinct().order_by("name", "email"))


def home_of(roles: set[str]) -> str:
    """Where a person's day begins, as the name of a path."""
    if roles & {"reader", "coordinator", "clinician"}:
        return "/cases/"
    return "/members/" if "admin" in roles else "/audit/"
