"""Angle, pencil, undo and the reader's own keys: by mouse, and by keyboard alone."""

import io
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from tests.browser.viewer_desk import Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser


@pytest.fixture
def desk():
    desk = Desk(four_views(rows=640, cols=480, LCC=(90, False)))
    yield desk
    desk.close()


@pytest.fixture
def viewer(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        yield viewer


def at(viewer, desk, x, y):
    """Where a point of the hung L CC lies in the window."""
    return viewer.on_page("LCC", desk.shots["LCC"].stored_at(x, y))


def words(viewer):
    return viewer.page.locator('.pane[data-image="LCC"] .marks:not(.draft) text').all_text_contents()


def test_an_angle_is_its_first_arm_by_dragging_and_its_second_by_a_click(viewer, desk):
    viewer.press("q")
    viewer.drag(at(viewer, desk, 200, 200), at(viewer, desk, 100, 200))
    assert viewer.state()["marks"] == []
    viewer.page.mouse.move(*at(viewer, desk, 150, 250))
    viewer.settle()
    assert viewer.page.locator(".draft text").text_content() == "45°"
    viewer.page.mouse.click(*at(viewer, desk, 100, 300))
    viewer.settle()
    assert words(viewer) == ["90°"]
    assert viewer.page.locator(".draft *").count() == 0


def test_escape_drops_an_angle_with_one_arm(viewer, desk):
    viewer.press("q")
    viewer.drag(at(viewer, desk, 200, 200), at(viewer, desk, 100, 200))
    viewer.press("Escape")
    viewer.page.mouse.click(*at(viewer, desk, 100, 300))
    viewer.settle()
    assert viewer.state()["marks"] == []
    assert viewer.page.locator(".draft *").count() == 0


def test_a_pencil_line_follows_the_pointer_and_stays_on_its_stored_pixels(viewer, desk):
    viewer.press("y")
    mouse = viewer.page.mouse
    mouse.move(*at(viewer, desk, 100, 200))
    mouse.down()
    for x, y in [(120, 240), (160, 250), (200, 230), (210, 190)]:
        mouse.move(*at(viewer, desk, x, y), steps=4)
    mouse.up()
    viewer.settle()
    [mark] = viewer.state()["marks"]
    shot = desk.shots["LCC"]
    for corner in [(100, 200), (120, 240), (160, 250), (200, 230), (210, 190)]:
        stored = shot.stored_at(*corner)
        assert min(abs(x - stored[0]) + abs(y - stored[1]) for x, y in mark["points"]) < 3
    assert len(mark["points"]) <= 12


def test_marks_are_taken_back_and_made_again_by_keys(viewer, desk):
    viewer.press("l")
    viewer.drag(at(viewer, desk, 100, 200), at(viewer, desk, 160, 200))
    viewer.drag(at(viewer, desk, 100, 300), at(viewer, desk, 200, 300))
    viewer.press("Delete")
    lengths = []
    for key in ["Control+z", "Control+z", "Control+z", "Control+Shift+z", "Control+y"]:
        viewer.press(key)
        lengths.append(len(viewer.state()["marks"]))
    assert lengths == [2, 1, 0, 1, 2]
    viewer.press("Control+Shift+z")
    assert len(viewer.state()["marks"]) == 1


def test_the_keyboard_alone_draws_an_angle_and_a_pencil_line(viewer):
    viewer.focus("LCC")
    corner = [*["Shift+ArrowRight"] * 5, "Enter", *["Shift+ArrowDown"] * 5, "Enter"]
    viewer.press("q", "Enter", "Enter", *corner)
    assert words(viewer) == ["90°"]
    viewer.press("y", "Enter", "Enter", *corner, "Enter")
    assert [(mark["tool"], len(mark["points"])) for mark in viewer.state()["marks"]] == [("angle", 3), ("pencil", 3)]


def test_a_key_is_put_in_anothers_place_and_kept_for_the_person(viewer, shot):
    viewer.press("?")
    viewer.page.locator('[data-key-of="invert"]').focus()
    viewer.press("Enter", "j")
    said = viewer.page.locator(".help-said").inner_text()
    assert said == "J: Invert. What was seen at one to one has no key now."
    assert viewer.page.evaluate("() => document.activeElement.dataset.keyOf") == "invert"
    assert viewer.page.locator('[data-key-of="coverage"]').inner_text() == "none"
    found = Axe().run(viewer.page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    shot(viewer.page, "viewer-keys")
    viewer.press("?")
    viewer.reload()
    viewer.page.evaluate("() => document.activeElement.blur()")
    viewer.press("i")
    assert not viewer.pane("LCC")["grey"]["invert"]
    viewer.press("j")
    assert viewer.pane("LCC")["grey"]["invert"]
    tip = viewer.page.locator('[data-action="invert"]').get_attribute("data-tip")
    assert tip == "Invert  J"
    viewer.press("?")
    viewer.page.get_by_role("button", name="All keys as they were").click()
    viewer.press("i")
    assert not viewer.pane("LCC")["grey"]["invert"]


def test_a_key_that_the_browser_needs_is_refused(viewer):
    viewer.press("?")
    viewer.page.locator('[data-key-of="invert"]').focus()
    viewer.press("Enter", "ArrowLeft")
    assert "cannot be given" in viewer.page.locator(".help-said").inner_text()
    viewer.press("Enter", "Escape")
    assert viewer.page.locator('[data-key-of="invert"]').inner_text() == "I"


def test_an_image_is_saved_with_its_marks_at_stored_resolution_and_the_trail_is_told_first(viewer, desk):
    viewer.press("l")
    viewer.drag(at(viewer, desk, 200, 100), at(viewer, desk, 300, 100))
    with viewer.page.expect_download() as waiting:
        viewer.press("Shift+E")
    assert desk.told == [("/api/v1/exams/e1/exports/", {"format": "png", "images": ["LCC"]})]
    assert waiting.value.suggested_filename == "overread-2026-0007-L-CC.png"
    saved = np.asarray(Image.open(Path(waiting.value.path())).convert("RGB")).astype(float)
    hung = desk.shots["LCC"].hung
    assert saved.shape[1] == hung.shape[1] and saved.shape[0] > hung.shape[0]
    image = saved[: hung.shape[0]]
    for x, y in [(100, 300), (60, 420), (200, 500)]:  # away from the mark: each stored pixel as its window shows it
        assert image[y, x, 0] == pytest.approx(hung[y, x] / 4095 * 255, abs=1.5)
    assert (image[98:103, 240:260, 2] - image[98:103, 240:260, 0]).max() > 60  # the line is blue
    with viewer.page.expect_download() as waiting:
        viewer.press("Shift+D")
    written = Path(waiting.value.path()).read_bytes()
    assert written.startswith(b"%PDF-1.4") and written.count(b"/Type /Page ") == 4
    first = written.index(b"\xff\xd8")
    assert Image.open(io.BytesIO(written[first:])).size[0] == 480


def test_the_read_is_saved_as_dicom_and_a_refusal_is_said(viewer):
    answers = [
        {"status": 200, "body": "PK objects"},
        {"status": 400, "json": {"detail": "This read says nothing yet."}},
    ]
    viewer.page.route("**/api/v1/reads/r1/objects/", lambda route: route.fulfill(**answers.pop(0)))
    with viewer.page.expect_download() as waiting:
        viewer.press("Shift+X")
    assert waiting.value.suggested_filename == "overread-2026-0007-dicom.zip"
    assert Path(waiting.value.path()).read_text() == "PK objects"
    viewer.press("Shift+X")
    said = viewer.page.locator(".step-said")
    viewer.until(lambda: "Not saved: This read says nothing yet." in said.inner_text())


def test_an_image_with_text_burnt_in_is_not_exported(chromium):
    shots = four_views(rows=330, cols=240)
    shots[0].extra = {"burnt_in": "yes"}
    desk = Desk(shots)
    try:
        with ViewerPage(chromium, desk).open() as viewer:
            viewer.press("Shift+D")
            assert "burnt into R CC" in viewer.page.locator(".step-said").inner_text()
            assert desk.told == []
    finally:
        desk.close()


def test_a_key_image_is_handed_to_the_read_form_as_it_is_windowed(viewer):
    said = viewer.page.locator(".step-said")
    viewer.press("Shift+I")
    viewer.until(lambda: "belong to a read" in said.inner_text())
    viewer.page.evaluate("""() => document.addEventListener("overread:key-image", (event) => {
        event.preventDefault(); window.asked = event.detail.chosen; event.detail.say(`taken ${event.detail.name}`) })""")
    viewer.press("i", "Shift+I")
    viewer.until(lambda: "taken" in said.inner_text())
    asked = viewer.page.evaluate("() => window.asked")
    image = viewer.page.locator(".pane").first.get_attribute("data-image")
    assert (asked["image"], asked["frame"], asked["invert"], asked["lut"]) == (image, 1, True, None)
    assert asked["width"] > 1 and asked["function"] in ("LINEAR", "LINEAR_EXACT", "SIGMOID")
