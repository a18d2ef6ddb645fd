"""Every route of the URL configuration, and addresses for it."""

import re
import uuid

from django.urls import Resolver404, URLPattern, get_resolver, resolve

SAMPLES = {"int": "1", "slug": "x", "uid": "1.2.3", "frames": "1", "str": "x"}
_HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")


def routes(patterns=None, before=""):
    """(route, pattern) of each."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from routes(pattern.url_patterns, route)


def plain(route):
    """The route without the marks of a regular expression, each hole as <name> or <kind:name>."""
    holes = re.sub(r"\(\?P<(\w+)>.*?\)(?=[/.$-]|\\)", lambda hole: f"<{hole[1]}>", route)
    return re.sub(r"[\^$]|\\Z", "", holes).replace("\\.", ".").replace("/?", "/")


def address_of(route):
    """The route with an identifier of nothing in each hole."""
    return "/" + _HOLE.sub(lambda hole: SAMPLES.get(hole[1], str(uuid.uuid4())), plain(route))


def holes(route):
    """What each hole of the route stands for: the word before it ("cases" in `cases/<uuid:pk>/`), else its own name."""
    path = plain(route)
    found = list(_HOLE.finditer(path))
    starts = [0, *(hole.end() for hole in found[:-1])]
    between = [path[start : hole.start()] for start, hole in zip(starts, found, strict=False)]
    return [
        text.strip("/").rpartition("/")[2] if text.endswith("/") else hole[2]
        for text, hole in zip(between, found, strict=True)
    ]


def filled(route, things):
    """The route with `things[word]` in each hole; None where one of them is not there."""
    values = iter(holes(route))
    try:
        return "/" + _HOLE.sub(lambda _: str(things[next(values)]), plain(route))
    except KeyError:
        return None


def leads_to(address):
    """The route's name that an address leads to: one that led elsewhere would prove nothing."""
    try:
        return resolve(address.partition("?")[0]).url_name
    except Resolver404:
        return "nowhere"
