"""Each protocol from end to end: asked for, read apart, locked, revealed, settled by an arbiter, signed, seen by who asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from pydicom.uid import generate_uid

from tests.browser import at_work
from tests.browser.conftest import PATIENCE, sign_in_as
from tests.browser.desk_work import Program
from tests.browser.exams import phantoms

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

ARBITER, PASSWORD = "arbiter@demo.overread", "a long sentence for the walks"
MAKE = (
    "from portal.practices.models import Practice, User; from portal.practices.services.people import add_member; "
    f"rita = User.objects.create_user('{ARBITER}', 'Rita Vale', '{PASSWORD}'); "
    "add_member(user=rita, practice=Practice.objects.get(name='Demo practice'), roles=['reader'], actor=None)"
)
LEAVE = f"from portal.practices.models import Membership; Membership.objects.filter(user__email='{ARBITER}').delete()"
SAYS = "from portal.analysis.models import Run; assert Run.objects.filter(exam_id='{exam}').update({said}) == 1"
RECALLS = "First opinion recalls, Reader does not."


@pytest.fixture(scope="module")
def desks(chromium, stack):
    """`desks("reader")`: that person's window, signed in once for all walks; "arbiter" reads in the practice meanwhile."""
    stack.manage("shell", "-v0", "-c", MAKE)
    open_now = {}

    def of(role: str):
        if role not in open_now:
            context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=stack.url)
            context.set_default_timeout(PATIENCE)
            email = f"{role}@demo.overread"
            page = context.new_page()
            open_now[role] = sign_in_as(page, email, PASSWORD if email == ARBITER else stack.password(email))
        return open_now[role]

    yield of
    for page in open_now.values():
        page.context.close()
    stack.manage("shell", "-v0", "-c", LEAVE)


@pytest.fixture
def exams(stack, tmp_path):
    """`exams(score_band=10)`: a woman's exam of four views, analysed, with what its run is to say; its id."""
    program = Program(stack, "clinician@demo.overread", "exams:read,exams:write,runs:read")

    def made(**says: object) -> str:
        exam = program.hand_in(phantoms(tmp_path, generate_uid()))
        assert program.until_analysed(exam)["state"] == "ready"
        if says:
            said = ", ".join(f"{name}={value!r}" for name, value in says.items())
            stack.manage("shell", "-v0", "-c", SAYS.format(exam=exam, said=said))
        return exam

    return made


def read_blind(page, case, *, right="1", recall=""):
    """Sealed while reading and after the lock, open once it is asked for, confirmed."""
    panel = at_work.take(page, case)
    expect(panel.get_by_text("The suggestion is sealed until you lock your read")).to_be_visible()
    at_work.fill(page, right, recall=recall)
    assert at_work.sealed(page, case)
    at_work.lock(page)
    expect(panel.get_by_text("Your read is locked")).to_be_visible()
    assert at_work.sealed(page, case)
    at_work.open_and_confirm(page)
    assert not at_work.sealed(page, case)


def read_openly(page, case, *, right="1", recall=""):
    """The suggestion is there from the start and says so; the lock decides. Returns how many images bore marks before it."""
    panel = at_work.take(page, case)
    expect(panel.get_by_text("The suggestion is open while you read, and the trail says so")).to_be_visible()
    marked = with_marks(page, case)
    at_work.fill(page, right, recall=recall)
    at_work.lock(page)
    expect(page.locator("[data-panel=closed]")).to_be_visible()
    return marked


def with_marks(page, case):
    """How many images the suggestion's maps are open of; a phantom has nothing to outline."""
    images = page.context.request.get(f"/api/v1/cases/{case}/manifest/").json()["results"]["images"]
    return sum(bool(each.get("saliency")) for each in images.values())


def settle(page, case, *words):
    """The arbiter sees `words` beside the images, decides for no recall, and signs."""
    panel = at_work.take(page, case, "arbitration", "Arbitrate this case")
    for each in words:
        expect(panel.get_by_text(each, exact=False).first).to_be_visible()
    at_work.fill(page)
    at_work.lock(page)
    at_work.sign(page, PASSWORD)


@pytest.mark.whole_way
def test_second_reader(desks, exams, shot):
    clinician, reader, arbiter = desks("clinician"), desks("reader"), desks("arbiter")
    case = at_work.ask(clinician, exams(), "second-reader", recall="yes")
    read_blind(reader, case)
    settle(arbiter, case, "First opinion", "Reader", RECALLS)
    report = at_work.is_told(clinician, case)
    expect(report.get_by_text("Reader: read blind, before any suggestion was shown.")).to_be_visible()
    expect(report.get_by_text("Signed by Rita Vale")).to_be_visible()
    clinician.goto(f"/cases/{case}/")
    expect(clinician.get_by_text("Arbitrated")).to_be_visible()
    shot(clinician, "case-arbitrated")


@pytest.mark.whole_way
def test_double_reading(desks, exams, shot):
    clinician, reader, second, arbiter = desks("clinician"), desks("reader"), desks("reader2"), desks("arbiter")
    case = at_work.ask(clinician, exams(), "double-reading")
    read_blind(reader, case)
    expect(reader.get_by_role("link", name="Back to the worklist")).to_be_visible()
    second.goto(f"/cases/{case}/")
    expect(second.get_by_text("Reads are kept apart until the report is signed.")).to_be_visible()
    read_blind(second, case, right="4B", recall="R")
    settle(arbiter, case, "Second reader recalls, Reader does not.", "4B")
    shot(arbiter, "report-arbitrated")
    report = at_work.is_told(clinician, case)
    for who in ("Reader", "Second reader"):
        expect(report.get_by_text(f"{who}: read blind, before any suggestion was shown.", exact=True)).to_be_visible()
    expect(report.get_by_text("Arbiter: read with every opinion and the suggestion open.")).to_be_visible()


def test_concurrent_reading(desks, exams):
    clinician, reader, arbiter = desks("clinician"), desks("reader"), desks("arbiter")
    case = at_work.ask(clinician, exams(), "concurrent", recall="yes")
    assert read_openly(reader, case) == 4
    settle(arbiter, case, RECALLS)
    report = at_work.is_told(clinician, case)
    expect(report.get_by_text("Reader: read with the suggestion open.")).to_be_visible()


@pytest.mark.whole_way
def test_triage(desks, exams, shot):
    clinician, reader, arbiter = desks("clinician"), desks("reader"), desks("arbiter")
    low, high = exams(triage="low"), exams(triage="elevated")
    cases = [at_work.ask(clinician, exam, "triage", recall="yes", urgency="urgent") for exam in (low, high)]
    reader.goto("/cases/?tab=pool&urgency=urgent")
    shown = reader.locator("tr[data-case]").evaluate_all("rows => rows.map(row => row.dataset.case)")
    assert [case for case in shown if case in cases] == cases[::-1]
    shot(reader, "triage-pool")
    read_blind(reader, cases[1])
    settle(arbiter, cases[1], RECALLS)
    expect(at_work.is_told(clinician, cases[1]).get_by_text("Reader: read blind")).to_be_visible()
    clinician.goto(f"/cases/{cases[0]}/")
    clinician.get_by_text("Withdraw this case").click()
    clinician.get_by_label("Reason").fill("Only for this walk")
    clinician.get_by_role("button", name="Withdraw").click()
    expect(clinician.get_by_text("is withdrawn")).to_be_visible()


def test_score_stratified_reading(desks, exams):
    clinician, reader, second, arbiter = desks("clinician"), desks("reader"), desks("reader2"), desks("arbiter")
    case = at_work.ask(clinician, exams(score_band=10), "score-stratified")
    assert read_openly(reader, case) == 4
    expect(reader.get_by_role("link", name="Back to the worklist")).to_be_visible()
    read_openly(second, case, right="4B", recall="R")
    settle(arbiter, case, "Second reader recalls, Reader does not.")
    expect(
        at_work.is_told(clinician, case).get_by_text("Second reader: read with the suggestion open.")
    ).to_be_visible()


def test_score_stratified_reading_by_one_whose_marks_wait_for_the_lock(desks, exams, stack):
    clinician, reader = desks("clinician"), desks("reader")
    case = at_work.ask(clinician, exams(score_band=5), "score-stratified")
    assert read_openly(reader, case) == 0
    assert with_marks(reader, case) == 4
    at_work.sign(reader, stack.password("reader@demo.overread"))
    expect(at_work.is_told(clinician, case).get_by_text("Reader: read with the suggestion open.")).to_be_visible()
