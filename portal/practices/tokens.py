"""Bearer tokens for programs: `Authorization: Bearer TOKEN`; only a token's hash is stored."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal.practices.models import ApiToken, User


def hash_of(token: str) -> str:
    """SHA-256 (hex); a token holds 256 random bits, so no salt or stretching is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A fresh secret, recognisable in a leak scan by its prefix."""
    return "ovr_" + secrets.token_urlsafe(32)


def new_invitation_key() -> str:
    """A fresh key for an invitation's link: 256 random bits."""
    return secrets.token_urlsafe(32)


class BearerAuthentication(BaseAuthentication):
    """Find the live token of the request."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """(user, token), None without a bearer header; AuthenticationFailed (401) for a bad one."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Write the header as: Authorization: Bearer TOKEN")
        live = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        found = ApiToken.objects.filter(live, key_hash=hash_of(words[1].decode("latin-1")), revoked_at=None)
        token = found.select_related("user").first()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed("This token is unknown, expired or revoked.")
        _note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


def _note_use(token: ApiToken) -> None:
    """Keep `last_used_at` right to a minute, without a write for each request."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
