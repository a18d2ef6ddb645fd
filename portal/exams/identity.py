"""Replacing identifiers, per practice, and the sealed way back.

Keys are derived from SECRET_KEY and the practice's id, so two practices' replacements never meet and nothing but
the running portal can open a sealed original. Losing SECRET_KEY loses the way back (docs/deidentification.md).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import cached_property

from cryptography.fernet import Fernet
from django.conf import settings

from portal.exams.models import Identity
from portal.practices.models import Practice

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Keyring:
    """One practice's keys."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice

    def _derived(self, purpose: str) -> bytes:
        message = f"overread.{purpose}:{self.practice.pk}".encode()
        return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()

    @cached_property
    def _mac_key(self) -> bytes:
        return self._derived("identity-mac")

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._derived("identity-seal")))

    def mac(self, kind: str, original: str) -> str:
        """HMAC-SHA-256 (hex) of an original: the same original of the same kind always gives the same one."""
        return hmac.new(self._mac_key, f"{kind}:{original}".encode(), hashlib.sha256).hexdigest()

    def uid(self, original: str) -> str:
        """The replacement of a UID: `2.25.` and 128 bits (PS3.5 B.2); equal UIDs stay equal across files."""
        return f"2.25.{int(self.mac('uid', original)[:32], 16)}"

    def code(self, kind: str, original: str, length: int = 8) -> str:
        """A short replacement that people can read out, e.g. of an accession number."""
        number, letters = int(self.mac(kind, original), 16), []
        for _ in range(length):
            number, index = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[index])
        return "".join(letters)

    def days_back(self, patient_key: str) -> int:
        """1..365: how far a patient's dates are moved; the same for all her exams, so intervals stay true."""
        return int(self.mac("days", patient_key)[:8], 16) % 365 + 1

    def seal(self, original: dict[str, str]) -> bytes:
        """Encrypt and authenticate (Fernet)."""
        return self._fernet.encrypt(json.dumps(original, sort_keys=True).encode())

    def unseal(self, sealed: bytes) -> dict[str, str]:
        """The original again. Raises cryptography.fernet.InvalidToken when SECRET_KEY is not the one it was sealed with."""
        opened: dict[str, str] = json.loads(self._fernet.decrypt(bytes(sealed)))
        return opened


def remember(keyring: Keyring, *, kind: str, original: str, replacement: str, sealed: dict[str, str]) -> None:
    """Keep the way back from `replacement`; the first one kept stays."""
    Identity.objects.get_or_create(
        practice=keyring.practice,
        kind=kind,
        key=keyring.mac(kind, original),
        defaults={"replacement": replacement, "sealed": keyring.seal(sealed)},
    )
