"""A consensus meeting in the browser: convened, opened by key, agreed on beside the images, closed, signed."""

from __future__ import annotations

import copy
import re

import pytest
from playwright.sync_api import expect
from pydicom.uid import generate_uid

from tests.browser.at_work import fill, lock
from tests.browser.desk_work import BODY, QUESTION, Program
from tests.browser.exams import phantoms

pytestmark = [pytest.mark.browser, pytest.mark.whole_way, pytest.mark.xdist_group("stack")]

SCOPES = "cases:read,cases:write,reads:read,reads:write"


def a_mass(image):
    """A read that calls what BODY does not, with a mark on `image`."""
    body = copy.deepcopy(BODY)
    body["breasts"]["R"]["category"] = "4B"
    body |= {"recall": True, "recall_sides": ["R"], "management": "biopsy"}
    mark = {"id": "k1", "image": image, "tool": "ellipse", "points": [[200, 300], [240, 340]], "mm": 9.0}
    body["findings"] = [
        {"id": "m1", "kind": "mass", "laterality": "R", "quadrant": "UOQ", "size_mm": 9.0, "category": "4B",
         "descriptors": {"shape": "irregular"}, "note": "", "marks": [mark]}
    ]  # fmt: skip
    return body


@pytest.fixture
def case(stack, tmp_path):
    """A double reading whose two readers differ, by the protocol to be settled in a meeting; its id and number."""
    clinician = Program(stack, "clinician@demo.overread", "exams:read,exams:write,cases:read,cases:write,runs:read")
    exam = clinician.hand_in(phantoms(tmp_path, generate_uid()))
    clinician.until_analysed(exam)
    made = clinician.post("cases/", exam=exam, question=QUESTION, protocol="double-reading", settled_by="meeting")
    images = clinician.get(f"exams/{exam}/images/")["results"]
    right = next(each["id"] for each in images if each["laterality"] == "R" and each["view"] == "CC")
    for who, body in (("reader", BODY), ("reader2", a_mass(right))):
        reader = Program(stack, f"{who}@demo.overread", SCOPES)
        read = reader.post("reads/", case=made["id"])
        reader.put(f"reads/{read['id']}/draft/", version=0, body=body)
        reader.post(f"reads/{read['id']}/lock/", version=1)
        reader.post(f"reads/{read['id']}/reveal/")
        reader.post(f"reads/{read['id']}/confirm/")
    return made["id"], made["number"]


def lies_in_the_middle(page, panel):
    """The row of the comparison brings the other reader's mark to the middle of its pane, named beside it."""
    mark = page.locator(".pane .opinion-mark")
    expect(mark).to_have_count(1)
    expect(mark.locator("text")).to_have_text(re.compile(r"\d Second reader"))
    row = panel.get_by_role("row", name=re.compile("mass"))
    expect(row).to_contain_text("category 4B, 9 mm")
    row.get_by_role("button").click()
    drawn = page.locator(".opinion-mark.chosen ellipse:not(.halo)")
    expect(drawn).to_be_visible()
    pane = page.locator(".pane", has=page.locator("g.opinion-mark")).bounding_box()
    found = None
    for _ in range(50):  # the marks are drawn anew as the pane moves: between two drawings there is none
        found = drawn.bounding_box()
        if found:
            break
        page.wait_for_timeout(100)
    assert found
    middle = [found["x"] + found["width"] / 2, found["y"] + found["height"] / 2]
    assert middle == pytest.approx([pane["x"] + pane["width"] / 2, pane["y"] + pane["height"] / 2], abs=2)


def test_two_readers_meet_and_settle_a_case(people, stack, case, shot):
    pk, number = case
    page = people("reader", 1366, 768)
    page.goto(f"/cases/{pk}/")
    page.get_by_role("link", name="Convene a meeting").click()
    expect(page.get_by_label(number)).to_be_checked()
    page.get_by_label("Chair").select_option(label="Rosa Reed")
    page.get_by_label("Rufus Hale").check()
    shot(page, "meeting-new")
    page.get_by_role("button", name="Convene it").click()
    expect(page.get_by_text("has the chair")).to_be_visible()
    shot(page, "meeting")
    page.keyboard.press("n")
    page.wait_for_url("**/view/")
    panel = page.locator("#read-panel")
    expect(page.locator("#viewer-say")).to_be_hidden()
    for words in ("Agreed assessment", "Reader", "Second reader", "Suggestion"):
        expect(panel.get_by_text(words, exact=False).first).to_be_visible()
    lies_in_the_middle(page, panel)
    panel.get_by_label("Minutes").fill("The mass is a summation: not seen on the MLO.")
    panel.get_by_role("button", name="Keep the minutes").click()
    expect(panel.get_by_text("Version 1 is kept")).to_be_visible()
    shot(page, "meeting-case")
    fill(page)
    lock(page)
    expect(panel.get_by_role("button", name="Next case")).to_be_focused()  # one key goes on
    page.keyboard.press("Enter")
    expect(page.get_by_text("Every case is decided. Close the meeting.")).to_be_visible()
    page.get_by_label("Your password, to close").fill(stack.password("reader@demo.overread"))
    page.set_viewport_size({"width": 1920, "height": 1080})
    shot(page, "meeting-1920")
    page.get_by_role("button", name="Close the meeting").click()
    expect(page.get_by_text("The meeting is closed.", exact=False).first).to_be_visible()
    page.goto(f"/cases/{pk}/report/")
    page.get_by_label("Your password").fill(stack.password("reader@demo.overread"))
    page.get_by_role("button", name="Sign the report").click()
    page.wait_for_url("**/reports/*/")
    expect(page.get_by_text("They agreed on the assessment of this report.", exact=False)).to_be_visible()
    shot(page, "meeting-report")
