"""The read form in the browser: every field of the lexicon on a keyboard, sentences beside it, sizes from the viewer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from pydicom.uid import generate_uid

from tests.browser.desk_work import QUESTION, Program
from tests.browser.exams import phantoms
from tests.browser.test_pages import Visitor
from tests.browser.test_story import images_are_drawn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]


@pytest.fixture(scope="module")
def clinician(stack):
    """A clinician's program."""
    return Program(stack, "clinician@demo.overread", "exams:read,exams:write,cases:read,cases:write,runs:read")


@pytest.fixture
def case(clinician, tmp_path):
    """A case on an exam of a woman who has an earlier one."""
    exams, woman = [], generate_uid()  # of this run alone
    for study, day in ((generate_uid(), "20090301"), (generate_uid(), "20110503")):
        exams.append(clinician.hand_in(phantoms(tmp_path, study, PatientID=woman[-12:], StudyDate=day)))
    return clinician.post("cases/", exam=exams[1], question=QUESTION)["id"]


UNDER_THE_FOOT = """() => {
  const foot = document.querySelector('.read-foot').getBoundingClientRect(), under = [];
  for (const one of document.querySelectorAll('#read-panel :is(input, select, textarea, button, summary, a)')) {
    if (one.closest('.read-foot') || !one.checkVisibility()) continue;
    one.focus();
    const box = (one.closest('label') ?? one).getBoundingClientRect();
    if (box.bottom > foot.top + 1) under.push(one.outerHTML);
  }
  return under;
}"""


def field(page, label):
    """A choice of the panel by its name."""
    return page.locator("#read-panel").get_by_role("combobox", name=label, exact=True)


def test_a_finding_is_described_on_the_keyboard_and_contradictions_are_said_beside_their_field(people, case, shot):
    page = people("reader", 1366, 768)
    at = Visitor(page, shot)
    page.goto(f"/cases/{case}/")
    page.get_by_role("button", name="Read this case").click()
    page.wait_for_url("**/view/")
    images_are_drawn(page)
    panel = page.locator("#read-panel")
    panel.locator("[name=density]").first.focus()
    for key in "bn":
        page.keyboard.press(key)
    expect(field(page, "Kind")).to_be_focused()
    for label, value in (
        ("Kind", "mass"), ("Side", "L"), ("Where", "UOQ"), ("Clock", "10"), ("Depth", "posterior"), ("margin", "indistinct"),
        ("Category", "4A"), ("Since the prior", "larger"),
    ):  # fmt: skip
        field(page, label).select_option(value)
    panel.get_by_role("spinbutton", name="From nipple, mm").fill("55")
    panel.get_by_role("spinbutton", name="Size, mm").fill("14")
    panel.get_by_text("Goes along: nothing").focus()
    page.keyboard.press("Enter")
    panel.get_by_label("Skin retraction").focus()
    page.keyboard.press("Space")
    expect(panel.get_by_text("Goes along: Skin retraction")).to_be_visible()
    panel.locator("[data-path='breasts.R'] input").first.focus()
    page.keyboard.press("1")
    panel.locator("[data-path='breasts.L'] input").first.focus()
    page.keyboard.press("4")
    page.keyboard.press("y")
    panel.get_by_label("Next step").select_option("ultrasound")
    panel.get_by_label("Compared with priors").select_option("stable")
    expect(panel.get_by_label("Compared with which exam")).not_to_have_value("")  # the only one is taken
    choices = field(page, "Category").locator("option").all_inner_texts()
    assert [words.split()[0] for words in choices] == ["–", "0", "1", "2", "3", "4A", "4B", "4C", "5", "6"]
    page.locator(".pane").first.focus()
    page.keyboard.press("Control+Enter")  # wherever the focus is; what is wrong is said before the question is asked
    clock = panel.locator("[data-path='findings.0.clock']")
    expect(clock.get_by_text("this quadrant of the left breast is 12 to 3 o'clock")).to_be_visible()
    expect(panel.locator("[data-path='findings.0.change']").get_by_text("this finding changed")).to_be_visible()
    expect(panel.get_by_role("button", name="Lock it now")).to_be_hidden()
    at.look("read-form-contradiction")
    page.locator(".pane").first.focus()
    page.keyboard.press("Shift+I")
    expect(panel.locator("#key-images li")).to_have_count(1)
    box = clock.bounding_box()
    assert box and box["width"] > 200  # its sentence has room
    clock.locator("select").select_option("2")
    expect(clock.locator(".field-error")).to_have_count(0)
    panel.get_by_label("Compared with priors").select_option("changed")
    panel.locator(".rf-finding").scroll_into_view_if_needed()
    at.look("read-form-finding")
    assert page.evaluate(UNDER_THE_FOOT) == []  # WCAG 2.4.11: what has the focus is in sight
    panel.locator("[name=density]").first.focus()
    page.keyboard.press("Control+Enter")
    sure = panel.get_by_role("button", name="Lock it now")
    expect(sure).to_be_focused()
    field(page, "Clock").select_option("1")  # whoever goes on is not asked any more
    expect(sure).to_be_hidden()
    field(page, "Clock").select_option("2")
    page.keyboard.press("Control+Enter")
    expect(sure).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_text("Your read is locked")).to_be_visible()
    kept = page.context.request.get(f"/api/v1/reads/?case={case}").json()["results"][0]
    (finding,) = kept["body"]["findings"]
    assert kept["lexicon"] == "overread-2" and kept["body"]["prior"]
    told = {
        name: finding[name] for name in ("clock", "depth", "nipple_mm", "size_mm", "features", "change", "descriptors")
    }
    (picture,) = kept["body"]["key_images"]
    assert picture["frame"] == 1 and picture["width"] > 0
    assert told == {
        "clock": 2, "depth": "posterior", "nipple_mm": 55.0, "size_mm": 14.0, "features": ["skin-retraction"],
        "change": "larger", "descriptors": {"margin": "indistinct"},
    }  # fmt: skip


def test_a_request_that_was_refused_has_the_focus_in_its_first_wrong_field(people, case, clinician):
    page = people("clinician", 1366, 768)
    page.goto(f"/cases/new/?exam={clinician.get(f'cases/{case}/')['exam']}")
    page.get_by_label("Clinical question").fill("Is it round?")
    page.get_by_label("Age").evaluate("field => field.removeAttribute('max')")
    page.get_by_label("Age").fill("240")
    with page.expect_navigation():
        page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_label("Age")).to_be_focused()


def test_the_words_of_the_form_stand_on_one_page(people, shot):
    Visitor(people("reader", 1366, 768), shot).visit("lexicon", "/lexicons/")
