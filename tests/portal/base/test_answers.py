"""Answers carry an identifier and are not kept by browsers or proxies; error pages name nobody."""

import logging
import re

import pytest
from django.test import Client

from portal.base.requests import RequestIdFilter, begin
from portal.settings.main import ROOT

PATIENT = "DOE^JANE"


def test_a_page_is_never_stored():
    assert Client().get("/accounts/login/")["Cache-Control"] == "no-store, private"


def test_each_answer_names_its_request():
    first, second = (Client().get("/healthz")["X-Request-ID"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize("offered, kept", [("proxy-id-12345678", True), ("evil\ninjection", False), ("x", False)])
def test_a_proxys_identifier_is_adopted_only_when_harmless(offered, kept):
    assert (begin(offered) == offered) is kept


def test_log_lines_carry_the_request():
    line = logging.LogRecord("portal", logging.INFO, __file__, 1, "said", None, None)
    adopted = begin("proxy-id-12345678")
    RequestIdFilter().filter(line)
    assert line.request_id == adopted


def test_a_page_that_is_not_there_says_so_without_repeating_the_address(cast):
    answer = cast.client("alice").get(f"/exams/{PATIENT}/?name={PATIENT}")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "JANE" not in page
    assert answer["X-Request-ID"] in page


def test_a_failure_of_ours_names_the_request_and_nothing_else(cast, monkeypatch):
    from portal.base import views

    def fail():
        raise ValueError(PATIENT)

    monkeypatch.setattr(views, "readiness", fail)
    client = Client(raise_request_exception=False)
    answer = client.get("/readyz")
    assert answer.status_code == 500
    assert "JANE" not in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()


def test_the_page_for_our_own_failures_needs_one_file_and_has_it():

    page = (ROOT / "templates" / "errors" / "_static.html").read_text()
    assert re.findall(r'(?:href|src)="/static/(\S+?)"', page) == ["css/error.css"]
    assert (ROOT / "static" / "css" / "error.css").exists()
