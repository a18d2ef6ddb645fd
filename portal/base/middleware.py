"""What every answer carries: an identifier, and no leave to keep a copy of what a member saw."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from portal.base import requests
from portal.base.error_pages import bad_request
from portal.base.once import SAFE, in_one_request

HEADERS = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
Answer = Callable[[HttpRequest], HttpResponse]


def request_id(get_response: Answer) -> Answer:
    """Name each request in the logs, in the answer's `X-Request-ID` and on error pages."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.request_id = requests.begin(request.headers.get(requests.HEADER))  # type: ignore[attr-defined]
        response = get_response(request)
        response[requests.HEADER] = requests.current()
        return response

    return answer


def look_up_once(get_response: Answer) -> Answer:
    """Where somebody works and whether anything is shared with them is asked once for each request that only reads."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE:
            return get_response(request)
        with in_one_request():
            return get_response(request)

    return answer


def clean_addresses(get_response: Answer) -> Answer:
    """400 for an address that holds a NUL: no text of ours has one, and PostgreSQL fails on it in any search."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request, SuspiciousOperation("NUL in the address"))
        return get_response(request)

    return answer


def private_answers(get_response: Answer) -> Answer:
    """Pages are never stored; other answers are private and checked again, unless their view says otherwise."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response["Cache-Control"] = "no-store, private"
        elif not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        return response

    return answer
