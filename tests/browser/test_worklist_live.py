"""The worklist refreshes itself: it says what has changed, and the focus stays where the reader has it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk_work import Program
from tests.browser.exams import anew, benign

pytestmark = [pytest.mark.browser, pytest.mark.whole_way, pytest.mark.xdist_group("stack")]


@pytest.fixture(scope="module")
def case(stack, tmp_path_factory):
    """A case in the pool, on an exam of its own."""
    clinician = Program(stack, "clinician@demo.overread", "exams:read,exams:write,cases:read,cases:write,runs:read")
    exam = clinician.hand_in(anew(benign(), tmp_path_factory.mktemp("live")))
    case = clinician.post("cases/", exam=exam, question="Is it new?")["id"]
    yield case
    clinician.post(f"cases/{case}/withdraw/", because="It was opened for a test.")


def without_a_row(page):
    """Make the list look as it did before its first case came."""
    page.evaluate("() => document.querySelector('#cases tbody tr').remove()")


def test_a_case_that_comes_is_said_and_the_focus_stays_on_its_tab(people, case):
    page = people("reader2", 1366, 768)
    page.goto("/cases/?tab=pool")
    tab = page.get_by_role("navigation", name="Kinds of cases").get_by_role("link", name=re.compile("^Pool"))
    tab.focus()
    without_a_row(page)
    expect(page.locator("#worklist-said")).to_contain_text("1 case more")
    expect(tab).to_be_focused()


def test_the_focus_stays_on_the_case_and_an_unchanged_list_says_nothing(people, case):
    page = people("reader2", 1366, 768)
    page.goto("/cases/?tab=pool")
    page.keyboard.press("j")
    first = page.locator("#cases tbody tr a").first
    expect(first).to_be_focused()
    with page.expect_response(lambda answer: "/cases/" in answer.url, timeout=30_000):
        pass
    page.wait_for_timeout(300)
    expect(page.locator("#cases tbody tr a").first).to_be_focused()
    assert page.locator("#worklist-said").inner_text() == ""
