"""Invitations: a link that lets one address join with the roles that an admin chose. Only the key's hash is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.audit.services import record
from portal.base.errors import Conflict, Refused
from portal.practices.models import Invitation, Membership, Practice, User
from portal.practices.services.people import add_member, known_roles
from portal.practices.tokens import hash_of, new_invitation_key

VALID_FOR = timedelta(days=7)
SPENT = gettext_noop("This invitation was used, withdrawn or is too old. Ask whoever invited you for another.")
LinkTo = Callable[[str], str]  # an invitation's key -> the address to open


def live() -> Q:
    """What makes an invitation good: not accepted, not withdrawn, not too old."""
    return Q(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


@transaction.atomic
def invite(
    *, practice: Practice, email: str, name: str, roles: Collection[str], actor: User, link_to: LinkTo
) -> tuple[Invitation, str]:
    """Invite an address; returns the invitation and its link, which is also mailed and shown this once.

    An earlier invitation of the address is withdrawn. Raises Refused for a member or for no roles.
    """
    address = email.strip().lower()
    if Membership.objects.filter(practice=practice, user__email=address).exists():
        say = gettext("%(address)s is a member already. Change the roles on the members page.") % {"address": address}
        raise Refused.at("email", say, code="already-a-member")
    wanted = sorted(known_roles(roles))
    earlier = Invitation.objects.filter(live(), practice=practice, email=address)
    earlier.update(withdrawn_at=timezone.now())
    key = new_invitation_key()
    invitation = Invitation.objects.create(
        practice=practice, email=address, name=name.strip(), roles=wanted, key_hash=hash_of(key),
        invited_by=actor, expires_at=timezone.now() + VALID_FOR,
    )  # fmt: skip
    _note("invitation.sent", invitation, actor, roles=wanted)
    link = link_to(key)
    _mail_on_commit(invitation, link)
    return invitation, link


@transaction.atomic
def withdraw(*, invitation: Invitation, actor: User) -> None:
    """Make the link useless; Conflict when it was used in the meantime."""
    withdrawn = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not withdrawn.update(withdrawn_at=timezone.now()):
        raise Conflict(
            "spent",
            gettext("%(email)s has joined already, or the invitation was withdrawn before.")
            % {"email": invitation.email},
        )
    _note("invitation.withdrawn", invitation, actor)


def resend(*, invitation: Invitation, actor: User, link_to: LinkTo) -> tuple[Invitation, str]:
    """A fresh link for the same address and roles; the old one stops working."""
    return invite(
        practice=invitation.practice, email=invitation.email, name=invitation.name,
        roles=invitation.roles, actor=actor, link_to=link_to,
    )  # fmt: skip


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> None:
    """Let the invited person in. Raises Conflict when the link is spent, Refused for somebody else."""
    if user.email != invitation.email:
        say = gettext("This invitation is for %(email)s. Sign out, then open the link again.") % {
            "email": invitation.email
        }
        raise Refused("other-address", say)
    if not Invitation.objects.filter(live(), pk=invitation.pk).update(accepted_at=timezone.now()):
        raise Conflict("spent", gettext(SPENT))
    _note("invitation.accepted", invitation, user)
    add_member(user=user, practice=invitation.practice, roles=invitation.roles, actor=user)


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str) -> User:
    """Make the invited person's account and let them in; Conflict when the link is spent or the account exists."""
    if User.objects.filter(email=invitation.email).exists():
        raise Conflict(
            "account-exists",
            gettext("%(email)s has an account already. Sign in, then open the link again.")
            % {"email": invitation.email},
        )
    user = User.objects.create_user(invitation.email, name.strip(), password)
    accept(invitation=invitation, user=user)
    return user


def _note(verb: str, invitation: Invitation, actor: User, **detail: object) -> None:
    about = {"address": invitation.email, **detail}
    record(verb=verb, actor=actor, practice_id=invitation.practice_id, subject=invitation, detail=about)


def _mail_on_commit(invitation: Invitation, link: str) -> None:
    """Send the link once the invitation stands; a mail server that is away is logged, the page shows the link."""

    def mail() -> None:  # robust callbacks need a name: no partial here
        _mail(invitation, link)

    transaction.on_commit(mail, robust=True)


def _mail(invitation: Invitation, link: str) -> None:
    words = {"invitation": invitation, "link": link, "days": VALID_FOR.days}
    body = render_to_string("practices/mail/invitation.txt", words)
    send_mail(f"{invitation.practice} invites you to Overread", body, None, [invitation.email])
