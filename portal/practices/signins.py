"""Sign-ins, sign-outs and failed attempts go into the trail."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.utils.crypto import salted_hmac

from portal.audit.services import record
from portal.practices.models import User


@receiver(user_logged_in)
def signed_in(user: User, **_: Any) -> None:
    """A session began."""
    _note("session.started", user, actor=user)


@receiver(user_logged_out)
def signed_out(user: User | None, **_: Any) -> None:
    """A session ended by its owner; nothing when nobody was signed in."""
    if user is not None:
        _note("session.ended", user, actor=user)


@receiver(password_reset)
def password_was_reset(user: User, **_: Any) -> None:
    """A forgotten password was replaced through the mailed link."""
    _note("password.reset", user, actor=user)


@receiver(user_login_failed)
def refused(credentials: dict[str, Any], **_: Any) -> None:
    """A wrong password for a member, or an address that nobody has: that one is kept as a keyed hash alone."""
    address = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    user = User.objects.filter(email=address).first()
    if user is not None:
        _note("session.refused", user, actor=None, outcome="refused")
        return
    hashed = salted_hmac("portal.practices.signins", address).hexdigest()[:16]
    with transaction.atomic():
        record(verb="session.refused", actor=None, outcome="refused", detail={"address_hash": hashed})


def _note(verb: str, user: User, *, actor: User | None, outcome: str = "done") -> None:
    """One event for each practice of the user; on the system's own chain for a user without one."""
    mine = user.memberships.values_list("practice", flat=True)
    practices: set[object] = set(mine) or {None}
    with transaction.atomic():
        for practice in sorted(practices, key=str):
            record(verb=verb, actor=actor, practice_id=practice, subject=user, outcome=outcome)
