"""Every route there is: closed to who is not signed in, unbroken for a stranger, and in a scope that tokens know."""

import pytest
from django.test import Client
from rest_framework.views import APIView

from portal.practices.permissions import ANY, AREAS
from tests.portal.routes import address_of, leads_to, routes

PUBLIC = {
    "healthz", "words", "readyz", "schema", "account_login", "account_logout", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done", "invitation",
}  # fmt: skip
CLOSED = {302, 401, 403, 404, 405}


def views():
    for route, pattern in routes():
        view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
        if view is not None and issubclass(view, APIView) and pattern.name != "schema":
            yield route, view


def test_there_are_routes_to_test():
    assert {"members/", "audit/", "exams/", "cases/"} <= {route for route, _ in routes()}
    assert len(list(routes())) > 60
    assert [route for route, pattern in routes() if leads_to(address_of(route)) != pattern.name] == []


def test_nobody_gets_in_without_signing_in(db):
    client = Client(raise_request_exception=False)
    open_doors = {
        route: code
        for route, pattern in routes()
        if pattern.name not in PUBLIC and (code := client.get(address_of(route)).status_code) not in CLOSED
    }
    assert open_doors == {}


@pytest.mark.parametrize("who", ["charlie", "otto"])
def test_no_route_breaks_for_identifiers_of_nothing(cast, who):
    client = cast.client(who)
    client.raise_request_exception = False
    broken = {
        route: code
        for route, _ in routes()
        if (code := client.get(address_of(route)).status_code) >= 500 and code != 503
    }
    assert broken == {}


def test_every_api_view_says_which_scope_a_token_needs():
    without = {route: getattr(view, "scope", None) for route, view in views()}
    assert {route: scope for route, scope in without.items() if scope not in (*AREAS, ANY)} == {}
