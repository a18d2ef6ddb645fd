"""Every page, as the person whose page it is: nothing scrolls sideways, nothing breaks, everybody can use it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import sign_in
from tests.browser.desk_work import BODY, FIRST, QUESTION, Program
from tests.browser.exams import benign
from tests.browser.test_story import images_are_drawn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

NOTICE = "Suggestions come from a research model and are not a diagnosis."
SIZES = [(1920, 1080), (1366, 768)]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
# the server writes the same attribute; transitions are ended, or axe would measure a colour on its way
THEME = """theme => { document.documentElement.dataset.bsTheme = theme;
  document.getAnimations().forEach(one => { try { one.finish() } catch { one.cancel() } }) }"""


class Visitor:
    """One person's window; every console error of it is kept."""

    def __init__(self, page, shot) -> None:
        self.page, self.shot = page, shot
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def visit(self, name: str, path: str, *, drawn: bool = False) -> None:
        """Open the page and look at it."""
        answer = self.page.goto(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        self.page.wait_for_load_state("networkidle")
        if drawn:
            images_are_drawn(self.page)
        self.look(name)

    def follow(self, link, name: str) -> None:
        """Click what leads to another page, and look at that page once it stands."""
        with self.page.expect_navigation():
            link.click()
        self.page.wait_for_load_state("networkidle")
        self.look(name)

    def look(self, name: str) -> None:
        """Both sizes, both themes, the notice, no console error; a picture of it in the dark theme."""
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            wide = self.page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} wide in a window of {width}"
            assert self.page.get_by_text(NOTICE).first.is_visible(), f"{name} hides the notice at {width}"
        self.shot(self.page, name)
        for theme in ("light", "dark"):
            self.page.evaluate(THEME, theme)
            found = Axe().run(self.page, options=RULES).response["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == [], f"{name}, {theme}"
        assert self.errors == [], name


@pytest.fixture
def visitor(people, shot):
    """`visitor("clinician")`: a window in which that person is signed in."""
    return lambda role: Visitor(people(role, 1366, 768), shot)


@pytest.fixture(scope="module")
def clinician(stack):
    """A clinician's program."""
    return Program(stack, "clinician@demo.overread", "exams:read,exams:write,cases:read,cases:write,runs:read")


@pytest.fixture(scope="module")
def reader(stack):
    """The second reader's program; the first reader must know nothing when the story begins."""
    return Program(stack, "reader2@demo.overread", "cases:read,cases:write,reads:read,reads:write")


@pytest.fixture(scope="module")
def begun(clinician, reader):
    """A case on a real exam, analysed, with a draft of its reader: ids of exam, case and read."""
    exam = clinician.hand_in(benign())
    clinician.until_analysed(exam)
    case = clinician.post("cases/", exam=exam, question=QUESTION, first_opinion=FIRST, urgency="soon")["id"]
    reader.post(f"cases/{case}/claim/")
    read = reader.post("reads/", case=case)
    reader.put(f"reads/{read['id']}/draft/", version=read["version"], body=BODY)
    return {"exam": exam, "case": case, "read": read["id"]}


@pytest.fixture(scope="module")
def decided(begun, reader):
    """The same case, locked, revealed and confirmed: its report can be signed."""
    read = reader.get(f"reads/{begun['read']}/")
    reader.post(f"reads/{read['id']}/lock/", version=read["version"])
    assert reader.post(f"reads/{read['id']}/reveal/")["suggestion"]
    reader.post(f"reads/{read['id']}/confirm/")
    return begun


@pytest.fixture(scope="module")
def signed(decided, reader, chromium, stack):
    """The same case with its report, signed by its reader on the page; `report` is added to the ids."""
    with chromium.new_context(base_url=stack.url) as context:
        page = sign_in(context.new_page(), stack, "reader2")
        page.goto(f"/cases/{decided['case']}/report/")
        page.get_by_label("Your password").fill(stack.password("reader2@demo.overread"))
        page.get_by_role("button", name="Sign the report").click()
        page.wait_for_url("**/reports/*/")
        page.wait_for_load_state("networkidle")
    (report,) = reader.get(f"reports/?case={decided['case']}")["results"]
    return {**decided, "report": report["id"]}


def test_pages_before_signing_in(chromium, stack, shot):
    with chromium.new_context(base_url=stack.url) as context:
        visitor = Visitor(context.new_page(), shot)
        visitor.visit("sign-in", "/accounts/login/")
        visitor.visit("password-forgotten", "/accounts/password/reset/")
        visitor.visit("password-sent", "/accounts/password/reset/done/")


def test_pages_of_a_reader_at_work(visitor, begun):
    at = visitor("reader2")
    at.visit("reader-worklist", "/cases/?tab=mine")
    at.visit("reader-case", f"/cases/{begun['case']}/")
    at.visit("reader-exam", f"/exams/{begun['exam']}/")
    at.visit("reader-view", f"/cases/{begun['case']}/view/", drawn=True)


def test_pages_of_a_reader_who_decides_and_signs(visitor, decided):
    at = visitor("reader2")
    at.visit("reader-revealed", f"/cases/{decided['case']}/view/", drawn=True)
    at.visit("report-sign", f"/cases/{decided['case']}/report/")


def test_pages_of_the_clinician_who_asked(visitor, signed):
    at = visitor("clinician")
    for name, path in {
        "exams": "/exams/", "upload": "/exams/upload/", "exam-done": f"/exams/{signed['exam']}/",
        "clinician-worklist": "/cases/?tab=asked", "case-new": f"/cases/new/?exam={signed['exam']}",
        "case-signed": f"/cases/{signed['case']}/", "report-signed": f"/reports/{signed['report']}/",
        "account": "/account/", "release": "/releases/1/",
    }.items():  # fmt: skip
        at.visit(name, path)
    at.visit("exam-view", f"/exams/{signed['exam']}/view/", drawn=True)


def test_pages_of_a_reader_who_adds_to_a_report(visitor, signed):
    at = visitor("reader2")
    at.visit("report-addendum", f"/reports/{signed['report']}/addendum/")
    at.visit("reader-home", "/")


def test_pages_of_a_coordinator(visitor, signed):
    at = visitor("coordinator")
    at.visit("batch-new", "/batches/new/")
    at.page.get_by_label("Name of the batch").fill("Screening, week 47")
    at.page.locator(f"input[name=exams][value='{signed['exam']}']").check()
    at.page.get_by_label("Clinical question").fill("Second reading of a screening exam")
    at.follow(at.page.get_by_role("button", name="Open the cases"), "batch")
    at.visit("batches", "/batches/")
    at.visit("coordinator-worklist", "/cases/?tab=open")
    at.visit("readers", "/readers/")
    at.visit("outcomes", "/outcomes/")


def test_pages_of_an_admin_and_of_somebody_invited(visitor, chromium, stack, shot):
    at = visitor("admin")
    at.visit("members", "/members/")
    at.follow(at.page.get_by_role("link", name="Rosa Reed"), "member")
    at.visit("practice", "/practice/")
    at.visit("protocols", "/protocols/")
    at.visit("effect", "/effect/")
    at.visit("training-set", "/training-set/")
    at.visit("invite", "/members/invite/")
    at.page.get_by_label("E-mail address").fill("nina.vale@hospital.example")
    at.page.get_by_label("Full name").fill("Nina Vale")
    at.page.get_by_label("Reader:").check()
    at.follow(at.page.get_by_role("button", name="Invite"), "invited")
    link = at.page.locator("#link").inner_text()
    with chromium.new_context(base_url=stack.url) as context:
        Visitor(context.new_page(), shot).visit("join", link)


def test_pages_of_an_auditor(visitor):
    at = visitor("auditor")
    at.visit("trail-all", "/audit/")
    at.follow(at.page.get_by_role("button", name="Check"), "trail-checked")


def test_the_page_for_what_is_not_there(visitor):
    at = visitor("clinician")
    assert at.page.goto("/cases/00000000-0000-4000-8000-000000000000/").status == 404
    at.errors.clear()  # the browser itself notes the 404
    at.look("not-found")
