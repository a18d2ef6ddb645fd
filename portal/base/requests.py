"""The identifier of the request that is being answered, for logs and error pages."""

from __future__ import annotations

import logging
import re
import secrets
from contextvars import ContextVar

HEADER = "X-Request-ID"
_SAFE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="-")


def begin(offered: str | None) -> str:
    """Adopt the proxy's identifier when it is harmless, else make one; it holds until the next request."""
    identifier = offered if offered and _SAFE.fullmatch(offered) else secrets.token_hex(8)
    _current.set(identifier)
    return identifier


def current() -> str:
    """The identifier of this request, `-` outside of one."""
    return _current.get()


class RequestIdFilter(logging.Filter):
    """Puts `request_id` on every log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: it adds, it drops nothing."""
        record.request_id = current()
        return True
