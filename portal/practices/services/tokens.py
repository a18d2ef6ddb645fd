"""Making and revoking bearer tokens."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.audit.services import record
from portal.base.errors import Refused
from portal.practices.models import ApiToken, User
from portal.practices.permissions import SCOPES
from portal.practices.tokens import hash_of, new_token


@transaction.atomic
def issue_token(
    *, user: User, name: str, scopes: Collection[str], expires_at: datetime | None, actor: User | None
) -> tuple[ApiToken, str]:
    """A token of `user`, and its secret: shown to the caller now and never again.

    Raises Refused for an unknown scope, naming those there are.
    """
    if not scopes or set(scopes) - set(SCOPES):
        raise Refused.at("scopes", gettext("Choose scopes from: %(scopes)s.") % {"scopes": ", ".join(SCOPES)})
    secret = new_token()
    token = ApiToken.objects.create(
        user=user, name=name, scopes=sorted(scopes), key_hash=hash_of(secret), expires_at=expires_at
    )
    detail = {"member": user.email, "scopes": token.scopes}
    record(verb="token.created", actor=actor, practice_id=_chain_of(user), subject=token, detail=detail)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User) -> None:
    """Make the token useless at once; revoking twice changes nothing."""
    revoked = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if revoked:
        detail = {"member": token.user.email}
        record(verb="token.revoked", actor=actor, practice_id=_chain_of(token.user), subject=token, detail=detail)


def _chain_of(user: User) -> object:
    """The practice whose trail keeps what `user` does to their own account: the one joined first."""
    return user.memberships.order_by("created_at", "pk").values_list("practice", flat=True).first()
