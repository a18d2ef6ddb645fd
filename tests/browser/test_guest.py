"""A case shared with a reader of another practice: invited, read blind, locked, revealed, withdrawn, and gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.at_work import fill, lock
from tests.browser.conftest import PATIENCE, sign_in_as
from tests.browser.desk_work import QUESTION, Program
from tests.browser.exams import phantoms
from tests.browser.test_pages import Visitor
from tests.browser.test_story import images_are_drawn, nothing_leaks

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

GUEST, PASSWORD = "grace@elsewhere.example", "a long sentence for one test"
MAKE = (
    "from portal.practices.models import User; from portal.practices.services.people import add_member, create_practice; "
    "elsewhere = create_practice(name='Elsewhere', actor=None); "
    f"grace = User.objects.create_user('{GUEST}', 'Grace Guest', '{PASSWORD}'); "
    "add_member(user=grace, practice=elsewhere, roles=['reader', 'auditor'], actor=None)"
)


@pytest.fixture
def grace(chromium, stack):
    """A window in which a reader of another practice is signed in."""
    stack.manage("shell", "-v0", "-c", MAKE)
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=stack.url)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    yield sign_in_as(page, GUEST, PASSWORD)
    context.close()


@pytest.fixture
def asked(stack, tmp_path):
    """Ids of an analysed exam of four views and of a case on it."""
    program = Program(
        stack, "clinician@demo.overread", "exams:read,exams:write,cases:read,cases:write,runs:read,dicomweb:read"
    )
    exam = program.hand_in(phantoms(tmp_path, "1.2.3.990", PatientID="G-990"))
    program.until_analysed(exam)
    return exam, program.post("cases/", exam=exam, question=QUESTION)["id"]


def test_a_guest_reads_blind_and_is_a_stranger_once_withdrawn(people, stack, asked, grace, shot):
    exam, case = asked
    admin = people("admin", 1366, 768)
    admin.goto("/practice/")
    admin.get_by_label("Who shares a case with a reader of another practice").select_option("clinician")
    admin.get_by_role("button", name="Keep the settings").click()
    expect(admin.get_by_text("The settings are kept.")).to_be_visible()
    assert grace.goto(f"/cases/{case}/").status == 404

    clinician = people("clinician", 1366, 768)
    at = Visitor(clinician, shot)
    at.visit("case-before-sharing", f"/cases/{case}/")
    at.follow(clinician.get_by_role("link", name="Share with a reader elsewhere"), "share")
    clinician.get_by_label("Their e-mail address or guest code").fill("no address")
    at.errors.clear()
    clinician.get_by_role("button", name="Share the case").click()
    expect(clinician.get_by_text("Type an e-mail address, or a guest code")).to_be_visible()
    at.errors.clear()  # the browser itself notes the 400
    clinician.get_by_label("Their e-mail address or guest code").fill(GUEST)
    clinician.get_by_role("button", name="Share the case").click()
    expect(clinician.get_by_text("Not opened yet")).to_be_visible()
    at.look("shared")

    guest = Visitor(grace, shot)
    guest.errors.clear()
    guest.visit("guest-worklist", "/cases/?tab=shared")
    guest.follow(grace.locator(f"tr[data-case='{case}'] a"), "guest-case")
    expect(grace.get_by_text("Shared with you by Demo practice")).to_be_visible()
    grace.get_by_role("button", name="Read this case").click()
    grace.wait_for_url("**/view/")
    images_are_drawn(grace)
    expect(grace.get_by_text("sealed until", exact=False).first).to_be_visible()
    nothing_leaks(grace.context.new_page(), stack, exam, case)
    fill(grace, right="2")
    lock(grace)
    grace.get_by_role("button", name="Open the suggestion").click()
    expect(grace.get_by_role("button", name="Confirm my read")).to_be_visible()
    shot(grace, "guest-revealed")
    manifest = grace.context.request.get(f"/api/v1/cases/{case}/manifest/").json()
    assert manifest["results"] is not None
    frame = manifest["images"][0]["frame_urls"][0]
    assert grace.context.request.get(frame).ok

    clinician.reload()
    expect(clinician.get_by_text("Grace Guest")).to_be_visible()
    clinician.get_by_role("button", name="Withdraw").click()
    expect(clinician.get_by_text("The case is closed to Grace Guest.")).to_be_visible()
    for path in (
        f"/cases/{case}/",
        f"/cases/{case}/view/",
        f"/exams/{exam}/",
        f"/api/v1/cases/{case}/manifest/",
        frame,
    ):
        assert grace.context.request.get(path).status == 404, path
    assert grace.goto(f"/cases/{case}/").status == 404
    clinician.goto(f"/cases/{case}/")
    expect(clinician.get_by_text("A guest's locked read stands")).to_be_visible()
    shot(clinician, "guest-gone")
