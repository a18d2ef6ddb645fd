"""How long the API and the worklist's page take to answer, against /healthz on the same connection."""

from __future__ import annotations

from typing import Any

from tests.bench.access import Client, token
from tests.bench.measures import Line, Series
from tests.browser.stack import Stack


def measure(stack: Stack, cookies: list[dict[str, Any]], exam: str, requests: int) -> list[Line]:
    """p95 of `requests` requests to each route, one at a time, the routes in turn. The reader's session asks pages."""
    session = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
    program = Client(stack, Authorization=f"Bearer {token(stack, 'clinician')}")
    browser = Client(stack, Cookie=session)
    routes = [
        (program, "/healthz"),
        (program, "/api/v1/exams/"),
        (program, "/api/v1/cases/"),
        (program, f"/api/v1/exams/{exam}/manifest/"),
        (browser, "/cases/"),
    ]
    found = [Series(path.replace(exam, "ID"), "ms") for _, path in routes]
    for number in range(requests + 5):
        for series, (client, path) in zip(found, routes, strict=True):
            timer = Series(path)
            with timer.timed():
                client.ask("GET", path)
            if number >= 5:  # the first few connect and fill caches
                series.values.append(timer.values[0] * 1000)
    health, *others = found
    return [Line(other, health, by="p95") for other in others]
