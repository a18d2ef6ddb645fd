"""Identifiers that say nothing about the thing they name."""

import secrets
import uuid

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud over a telephone without error


def new_id() -> uuid.UUID:
    """A random identifier for a row; unguessable, so a URL with it tells a stranger nothing."""
    return uuid.uuid4()


def short_code(length: int = 8) -> str:
    """A random code that people can read out: pseudonyms (`P-7F3KQ2MN`) and case numbers."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def as_uuid(value: object) -> uuid.UUID | None:
    """The identifier that `value` spells, or None: what a stranger typed never raises."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
