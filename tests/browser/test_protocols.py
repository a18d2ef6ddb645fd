"""Protocols in the browser: what triage does to the pool, a discordance settled by a third person, and the new pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inference import phantom
from tests.browser.desk_work import BODY, QUESTION, Program
from tests.browser.test_pages import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

TRIAGE = (
    "from portal.analysis.models import Run; "
    "Run.objects.filter(exam_id='{low}').update(triage='low'); Run.objects.filter(exam_id='{high}').update(triage='elevated')"
)
RECALLS = {"category": {"R": "4B", "L": "1"}, "recall": True}


@pytest.fixture(scope="module")
def clinician(stack):
    """A clinician's program."""
    return Program(stack, "clinician@demo.overread", "exams:read,exams:write,cases:read,cases:write,runs:read")


@pytest.fixture(scope="module")
def reader(stack):
    """The first reader's program."""
    return Program(stack, "reader@demo.overread", "cases:read,cases:write,reads:read,reads:write")


@pytest.fixture
def exams(clinician, tmp_path):
    """`exams("1.2.3")`: a small phantom exam of four views under this study, analysed; its id."""

    def made(study):
        files = []
        for side in "LR":
            for view in ("CC", "MLO"):
                path = tmp_path / f"{study}-{side}{view}.dcm"
                about = {"StudyInstanceUID": study, "PatientID": study, "rows": 640, "cols": 512}
                path.write_bytes(phantom.dicom(laterality=side, view=view, **about))
                files.append(str(path))
        exam = clinician.hand_in(files)
        clinician.until_analysed(exam)
        return exam

    return made


def numbers(page, tab):
    page.goto(f"/cases/?tab={tab}")
    page.wait_for_load_state("networkidle")
    return page.locator("tr[data-case]").evaluate_all("rows => rows.map(row => row.dataset.case)")


def test_triage_orders_the_pool_and_seals_the_suggestion(people, stack, clinician, exams, shot):
    low, high = exams("1.2.3.901"), exams("1.2.3.902")
    stack.manage("shell", "-v0", "-c", TRIAGE.format(low=low, high=high))
    cases = [clinician.post("cases/", exam=exam, question=QUESTION, protocol="triage")["id"] for exam in (low, high)]
    page = people("reader", 1366, 768)
    shown = [case for case in numbers(page, "pool") if case in cases]
    assert shown == cases[::-1]
    shot(page, "triage-pool")
    page.locator(f"tr[data-case='{cases[1]}'] a").click()
    page.get_by_role("button", name="Read this case").click()
    page.wait_for_url("**/view/")
    expect(page.get_by_text("sealed until", exact=False).first).to_be_visible()
    assert page.context.request.get(f"/api/v1/cases/{cases[1]}/manifest/").json()["results"] is None
    for case in cases:
        clinician.post(f"cases/{case}/withdraw/", because="Only for this test")


def test_a_discordance_is_settled_by_a_third_person(people, stack, clinician, reader, exams, shot):
    case = clinician.post("cases/", exam=exams("1.2.3.903"), question=QUESTION, first_opinion=RECALLS)["id"]
    read = reader.post("reads/", case=case)
    reader.put(f"reads/{read['id']}/draft/", version=0, body=BODY)
    reader.post(f"reads/{read['id']}/lock/", version=1)
    reader.post(f"reads/{read['id']}/reveal/")
    reader.post(f"reads/{read['id']}/confirm/")

    arbiter = people("reader2", 1366, 768)
    assert case in numbers(arbiter, "arbitration")
    arbiter.locator(f"tr[data-case='{case}'] a").click()
    arbiter.get_by_role("button", name="Arbitrate this case").click()
    arbiter.wait_for_url("**/view/")
    panel = arbiter.locator("#read-panel")
    for words in ("First opinion", "Reader", "First opinion recalls, Reader does not."):
        expect(panel.get_by_text(words, exact=False).first).to_be_visible()
    shot(arbiter, "arbitration")
    panel.locator("[data-path=density] label", has_text="B").click()
    for side in "RL":
        panel.locator(f"[data-path='breasts.{side}'] label", has_text="1").first.click()
    panel.locator("[data-path=recall] label", has_text="No").click()
    panel.get_by_label("Next step").select_option("routine")
    panel.get_by_label("Compared with priors").select_option("none")
    panel.locator("[data-path=confidence] label", has_text="4").click()
    arbiter.get_by_role("button", name="Lock the read").click()
    arbiter.get_by_role("button", name="Lock it now").click()
    with arbiter.expect_navigation():
        arbiter.get_by_role("link", name="Write and sign the report").click()
    arbiter.get_by_label("Your password").fill(stack.password("reader2@demo.overread"))
    arbiter.get_by_role("button", name="Sign the report").click()
    arbiter.wait_for_url("**/reports/*/")

    asker = people("clinician", 1366, 768)
    assert case in numbers(asker, "news")
    asker.locator(f"tr[data-case='{case}'] a").click()
    expect(asker.get_by_text(re.compile("Arbitrated"))).to_be_visible()
    shot(asker, "case-arbitrated")
    assert case not in numbers(asker, "news")


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


def test_the_case_page_with_comments_outcome_and_desk(people, clinician, exams, shot):
    case = clinician.post("cases/", exam=exams("1.2.3.904"), question=QUESTION)["id"]
    clinician.post(f"cases/{case}/comments/", text="She was operated on the left in 2012.")
    Visitor(people("coordinator", 1366, 768), shot).visit("case-desk", f"/cases/{case}/")
    Visitor(people("reader", 1366, 768), shot).visit("case-comments", f"/cases/{case}/")
    clinician.post(f"cases/{case}/withdraw/", because="Only for this test")
