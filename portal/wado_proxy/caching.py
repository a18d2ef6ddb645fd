"""Private, always revalidated answers: a browser may keep bytes, but asks each time, and each time is audited."""

from __future__ import annotations

import hashlib
from typing import TypeVar

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.request import Request

POLICY = "private, no-cache"
Answered = TypeVar("Answered", bound=HttpResponseBase)


def etag_of(*identity: str) -> str:
    """A strong validator over everything that decides the bytes."""
    return f'"{hashlib.sha256("|".join(identity).encode()).hexdigest()[:32]}"'


def fresh(request: Request, *identity: str) -> HttpResponse | None:
    """304 when the caller holds these bytes already, else None."""
    if etag_of(*identity) not in parse_etags(request.headers.get("If-None-Match", "")):
        return None
    return tagged(request, HttpResponseNotModified(), *identity)


def tagged(request: Request, answer: Answered, *identity: str) -> Answered:
    """`answer` with its validator and the caching policy."""
    answer["ETag"] = etag_of(*identity)
    answer["Cache-Control"] = POLICY
    answer["Vary"] = "Accept, Cookie, Authorization"
    return answer
