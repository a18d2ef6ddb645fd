"""Protocols in the browser: their pages, those of the coordinator's desk and of outcomes. The walks: test_protocol_walks."""

from __future__ import annotations

import pytest

from tests.browser.desk_work import QUESTION, Program
from tests.browser.exams import phantoms
from tests.browser.test_pages import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]


@pytest.fixture(scope="module")
def clinician(stack):
    """A clinician's program."""
    return Program(stack, "clinician@demo.overread", "exams:read,exams:write,cases:read,cases:write,runs:read")


PAGES = {
    "reader": {"protocols": "/protocols/"},
    "coordinator": {"readers": "/readers/", "outcomes": "/outcomes/", "incomplete": "/cases/?tab=incomplete"},
    "admin": {"protocols-set": "/protocols/", "effect": "/effect/", "training-set": "/training-set/"},
}


@pytest.mark.parametrize("role", PAGES)
def test_pages_of_protocols_desk_and_outcomes(people, shot, role):
    at = Visitor(people(role, 1366, 768), shot)
    for name, path in PAGES[role].items():
        at.visit(name, path)


def test_the_case_page_with_comments_outcome_and_desk(people, clinician, tmp_path, shot):
    exam = clinician.hand_in(phantoms(tmp_path, "1.2.3.904"))
    clinician.until_analysed(exam)
    case = clinician.post("cases/", exam=exam, question=QUESTION)["id"]
    clinician.post(f"cases/{case}/comments/", text="She was operated on the left in 2012.")
    Visitor(people("coordinator", 1366, 768), shot).visit("case-desk", f"/cases/{case}/")
    Visitor(people("reader", 1366, 768), shot).visit("case-comments", f"/cases/{case}/")
    clinician.post(f"cases/{case}/withdraw/", because="Only for this test")
