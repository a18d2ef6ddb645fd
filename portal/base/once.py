"""What a request that only reads has looked up already: kept until it is answered, and for it alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

Found = TypeVar("Found")
SAFE = ("GET", "HEAD")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("once", default=None)


@contextmanager
def in_one_request() -> Iterator[None]:
    """From here to the end, `once` looks each thing up one time."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, look_up: Callable[[], Found]) -> Found | None:
    """What `look_up` found the first time in this request. None outside of a request that only reads: then ask in place.

    For what rights are made of (where somebody works, whether anything is shared with them): a request that changes
    something asks the database each time, in the statement that needs it.
    """
    kept = _kept.get()
    if kept is None:
        return None
    if key not in kept:
        kept[key] = look_up()
    return cast(Found, kept[key])
