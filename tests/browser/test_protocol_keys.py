"""A read from sign-in to signature on the keyboard alone, with a finding marked by key and a key image for the report."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from pydicom.uid import generate_uid

from tests.browser.conftest import PATIENCE
from tests.browser.desk_work import QUESTION, Program
from tests.browser.exams import phantoms
from tests.browser.test_story import images_are_drawn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

EMAIL = "reader@demo.overread"
COUNT = """for (const kind of ["pointerdown", "mousedown", "touchstart"])
  addEventListener(kind, () => sessionStorage.setItem("mouse", kind), { capture: true });"""
STANDS = "element => element === document.activeElement"


@pytest.fixture
def cases(stack, tmp_path):
    """Two cases of two women, the newest in the pool; ids, newest first."""
    program = Program(stack, "clinician@demo.overread", "exams:read,exams:write,cases:read,cases:write,runs:read")
    made = []
    for _ in range(2):
        exam = program.hand_in(phantoms(tmp_path, generate_uid()))
        program.until_analysed(exam)
        made.insert(0, program.post("cases/", exam=exam, question=QUESTION)["id"])
    yield made
    program.post(f"cases/{made[1]}/withdraw/", because="Only for this test")


@pytest.fixture
def page(chromium, stack):
    """A window that remembers whether anybody used a mouse in it."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=stack.url)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(COUNT)
    yield context.new_page()
    context.close()


def press(page, *keys):
    """One key after the other."""
    for key in keys:
        page.keyboard.press(key)


def tab_to(page, wanted, most=150):
    """Tab until the focus is on it."""
    expect(wanted).to_be_visible()
    for _ in range(most):
        if wanted.evaluate(STANDS):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to {wanted}")


def enter(page, where, key="Enter"):
    """Go on to another page by key."""
    page.keyboard.press(key)
    page.wait_for_url(where)
    expect(page.locator("html[data-read=ready]")).to_be_attached()


def active(page):
    """The label of the pane that has the keys, "R CC"."""
    return page.locator(".pane.active .corner-label").inner_text()


def marks_an_ellipse(page, view):
    """With the form's button; then on the image, where the focus is by itself: a cross, a corner, the other corner."""
    tab_to(page, page.locator("#read-panel").get_by_role("button", name="Mark on image"))
    press(page, "Enter")
    expect(page.locator(".pane:focus")).to_be_attached()
    for _ in range(4):
        if active(page) == view:
            break
        press(page, "m")
    press(page, "ArrowUp", "Enter", *["Shift+ArrowRight"] * 2, *["Shift+ArrowDown"] * 3, "Enter")
    expect(page.locator("#read-panel").get_by_role("button", name=f"ellipse on {view}", exact=True)).to_be_visible()


def test_from_sign_in_to_the_signed_report_without_a_mouse(page, stack, cases, shot):
    page.goto("/accounts/login/")
    tab_to(page, page.get_by_label("Email"))
    page.keyboard.type(EMAIL)
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(stack.password(EMAIL))
    press(page, "Enter")
    page.wait_for_url(lambda url: "/login" not in url)

    page.goto("/cases/?tab=pool&sort=-opened")
    expect(page.locator("html[data-read=ready]")).to_be_attached()
    press(page, "j")
    expect(page.locator(f"tr[data-case='{cases[0]}'] a")).to_be_focused()
    enter(page, f"**/cases/{cases[0]}/")
    enter(page, f"**/cases/{cases[1]}/", ")")
    enter(page, f"**/cases/{cases[0]}/", "(")
    shot(page, "case-steps")
    tab_to(page, page.get_by_role("link", name="Images"))
    enter(page, f"**/cases/{cases[0]}/view/")
    images_are_drawn(page)
    shot(page, "viewer-steps")
    enter(page, f"**/cases/{cases[1]}/view/", ")")
    images_are_drawn(page)
    enter(page, f"**/cases/{cases[0]}/view/", "(")
    images_are_drawn(page)
    press(page, "?")
    expect(page.locator("#viewer-help").get_by_text("Next case of the list")).to_be_visible()
    shot(page, "keys-help")
    press(page, "?", "Shift+R")  # nobody has taken it: the focus comes to the button that does
    expect(page.get_by_role("button", name="Read this case")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("#read-form")).to_be_visible()
    expect(page.locator("html[data-read=ready]")).to_be_attached()
    images_are_drawn(page)

    panel = page.locator("#read-panel")
    press(page, "Shift+R")
    expect(panel.locator("[name=density]").first).to_be_focused()
    press(page, "b", "Escape")
    expect(page.locator(".pane:focus")).to_be_attached()
    press(page, "Shift+R")
    expect(panel.locator("[name=category-R]").first).to_be_focused()
    press(page, "4", "4", "Escape", "Shift+R", "1", "n")  # 4B on the right, 1 on the left, a finding
    expect(panel.get_by_role("combobox", name="Kind", exact=True)).to_be_focused()
    page.keyboard.type("Mass")
    press(page, "Tab")
    page.keyboard.type("Right")
    tab_to(page, panel.get_by_role("combobox", name="Category", exact=True))
    page.keyboard.type("4B")
    marks_an_ellipse(page, "R CC")
    press(page, "Shift+I")
    expect(panel.locator("#key-images li")).to_have_text("R CC×")
    shot(page, "keyboard-mark")
    press(page, "Shift+R", "y", "Escape", "Shift+R")
    expect(panel.get_by_label("Next step")).to_be_focused()
    page.keyboard.type("Tis")
    press(page, "Escape", "Shift+R")
    page.keyboard.type("No")
    press(page, "Escape", "Shift+R", "Space", "Escape", "Shift+R")  # not sure at all
    expect(panel.get_by_role("button", name="Lock the read")).to_be_focused()
    for answer in ("Escape", "Enter"):
        press(page, "Enter")
        expect(panel.get_by_role("button", name="Lock it now")).to_be_focused()
        press(page, answer)
        if answer == "Escape":
            expect(panel.get_by_role("button", name="Lock the read")).to_be_focused()
    expect(panel.get_by_role("button", name="Open the suggestion")).to_be_focused()
    press(page, "Enter")
    expect(panel.get_by_role("button", name="Confirm my read")).to_be_focused()
    press(page, "Enter")
    expect(panel.get_by_role("link", name="Write and sign the report")).to_be_focused()
    enter(page, "**/report/")
    the_key_image_is_drawn(page)
    tab_to(page, page.get_by_label("Your password"))
    page.keyboard.type(stack.password(EMAIL))
    enter(page, "**/reports/*/")
    expect(page.get_by_text("Signed and unchanged")).to_be_visible()
    the_key_image_stands_in_the_report(page)
    assert page.evaluate("() => sessionStorage.getItem('mouse')") is None


def the_key_image_is_drawn(page):
    """A worker draws it after the lock; the page says so once it is looked at again."""
    ready = page.locator("aside li", has_text="R CC")
    for _ in range(60):
        if not page.locator("input[name=without_pictures][type=checkbox]").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(ready).to_be_visible()


def the_key_image_stands_in_the_report(page):
    """In the page, named with its finding, and in the PDF that the page links to."""
    picture = page.locator(".pictures img")
    expect(picture).to_have_attribute("alt", "R CC, marks of finding 1")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    pdf = page.context.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF-") and b"/Subtype /Image" in pdf.body()
