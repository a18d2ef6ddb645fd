"""Practices and who holds which role in them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.audit.services import record
from portal.base.errors import Conflict, Refused
from portal.practices.models import Membership, Practice, Role, User

LAST_ADMIN = gettext_noop("{user} is the last admin of {practice}. Make somebody else an admin first.")


@transaction.atomic
def create_practice(*, name: str, actor: User | None) -> Practice:
    """A practice with this name; Conflict where the name is taken."""
    if Practice.objects.filter(name__iexact=name.strip()).exists():
        raise Conflict(
            "name-taken",
            gettext("There is a practice called %(strip)s already. Choose another name.") % {"strip": name.strip()},
        )
    practice = Practice.objects.create(name=name.strip())
    record(verb="practice.created", actor=actor, practice_id=practice.pk, subject=practice)
    return practice


@transaction.atomic
def add_member(*, user: User, practice: Practice, roles: Collection[str], actor: User | None) -> None:
    """Give `user` these roles in `practice`, on top of those already held."""
    checked = known_roles(roles)
    for role in sorted(checked):
        Membership.objects.get_or_create(user=user, practice=practice, role=role)
    detail = {"member": user.email, "roles": sorted(checked)}
    record(verb="member.added", actor=actor, practice_id=practice.pk, subject=user, detail=detail)


@transaction.atomic
def set_roles(*, user: User, practice: Practice, roles: Collection[str], actor: User) -> None:
    """Let `user` hold exactly these roles in `practice`.

    Raises Conflict when that would leave the practice without an admin, Refused for no or unknown roles.
    """
    held, wanted = _held_under_lock(user, practice), known_roles(roles)
    if held == wanted:
        return
    if Role.ADMIN in held - wanted:
        _keep_an_admin(user, practice)
    Membership.objects.filter(user=user, practice=practice).exclude(role__in=wanted).delete()
    Membership.objects.bulk_create(
        Membership(user=user, practice=practice, role=role) for role in sorted(wanted - held)
    )
    detail = {"member": user.email, "before": sorted(held), "after": sorted(wanted)}
    record(verb="member.changed", actor=actor, practice_id=practice.pk, subject=user, detail=detail)


@transaction.atomic
def remove_member(*, user: User, practice: Practice, actor: User) -> None:
    """End every role of `user` in `practice`, and their tokens where they belong to no practice any more.

    What they did stays theirs in the trail. Raises Conflict for the last admin.
    """
    held = _held_under_lock(user, practice)
    if Role.ADMIN in held:
        _keep_an_admin(user, practice)
    Membership.objects.filter(user=user, practice=practice).delete()
    revoked = 0
    if not user.memberships.exists():
        revoked = user.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    detail = {"member": user.email, "before": sorted(held), "tokens_revoked": revoked}
    record(verb="member.removed", actor=actor, practice_id=practice.pk, subject=user, detail=detail)


def _held_under_lock(user: User, practice: Practice) -> set[str]:
    """The roles held, read with the practice's row locked: two admins cannot remove each other at once."""
    Practice.objects.select_for_update().get(pk=practice.pk)
    held = set(Membership.objects.filter(user=user, practice=practice).values_list("role", flat=True))
    if not held:
        raise Refused(
            "not-a-member",
            gettext("%(user)s is no longer a member of %(practice)s. Reload the page.")
            % {"user": user, "practice": practice},
        )
    return held


def _keep_an_admin(user: User, practice: Practice) -> None:
    others = Membership.objects.filter(practice=practice, role=Role.ADMIN, user__is_active=True).exclude(user=user)
    if not others.exists():
        raise Conflict("last-admin", gettext(LAST_ADMIN).format(user=user, practice=practice))


def known_roles(roles: Collection[str]) -> set[str]:
    """The roles as a set; Refused when there is none or one that does not exist."""
    unknown = set(roles) - set(Role.values)
    if unknown or not roles:
        raise Refused.at(
            "roles",
            gettext("Choose at least one of these roles: %(Role_values)s.") % {"Role_values": ", ".join(Role.values)},
        )
    return set(roles)
