"""The reader's marks: drawn by mouse or keyboard, measured in millimetres, tied to findings over the page's event seam."""

import math

import numpy as np
import pytest

from tests.browser.viewer_desk import Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

LISTEN = """() => { window.heard = [];
  for (const name of ['mark-added', 'mark-changed', 'mark-removed', 'manifest'])
    document.addEventListener('overread:' + name, event => window.heard.push([name, event.detail])); }"""


@pytest.fixture
def desk():
    desk = Desk(four_views(RCC=(90, False), LMLO=(180, True)))
    yield desk
    desk.close()


@pytest.fixture
def viewer(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.page.evaluate(LISTEN)
        yield viewer


def say(viewer, name, **detail):
    """What the read form would dispatch."""
    viewer.page.evaluate(
        "([n, d]) => document.dispatchEvent(new CustomEvent('overread:' + n, {detail: d}))", [name, detail]
    )
    viewer.settle()


def heard(viewer, name):
    return [detail for event, detail in viewer.page.evaluate("() => window.heard") if event == name]


def draw(viewer, desk, image, start, end):
    """Drag between two points of the hung image."""
    shot = desk.shots[image]
    viewer.drag(viewer.on_page(image, shot.stored_at(*start)), viewer.on_page(image, shot.stored_at(*end)))


def test_a_length_is_in_millimetres_whatever_the_zoom_and_the_stored_orientation(viewer, desk):
    viewer.press("l")
    for image in ["RCC", "LCC", "LMLO"]:
        draw(viewer, desk, image, (200, 200), (260, 280))
    viewer.press("k", "z", "ArrowUp", "ArrowUp", "l")
    draw(viewer, desk, "LMLO", (200, 300), (260, 380))
    marks = [detail["mark"] for detail in heard(viewer, "mark-added")]
    assert [mark["tool"] for mark in marks] == ["length"] * 4
    assert [mark["mm"] for mark in marks] == pytest.approx([100 * 0.2] * 4, abs=0.6)  # 100 pixels of 0.2 mm
    assert len({mark["id"] for mark in marks}) == 4
    words = viewer.page.locator('.pane[data-image="LCC"] .mark text').text_content()
    assert words.endswith(" mm")


def test_an_uncalibrated_image_says_so_in_every_measure(chromium):
    shots = four_views()
    shots[0].extra = {"spacing": {"mm": None, "source": "", "calibrated": False}}
    desk = Desk(shots)
    try:
        with ViewerPage(chromium, desk).open() as viewer:
            viewer.press("l")
            draw(viewer, desk, "RCC", (300, 300), (330, 340))
            words = viewer.page.locator('.pane[data-image="RCC"] .mark text').text_content()
            assert words.endswith("px uncalibrated")
            assert viewer.state()["marks"][0]["mm"] is None
            assert "uncalibrated" in viewer.page.locator('.pane[data-image="RCC"] .corner-technique').inner_text()
    finally:
        desk.close()


def test_an_armed_ellipse_belongs_to_its_finding_and_the_old_tool_comes_back(viewer, desk):
    say(viewer, "arm", tool="ellipse", finding="m2")
    assert viewer.state()["tool"] == "ellipse"
    draw(viewer, desk, "LCC", (100, 200), (160, 280))
    [detail] = heard(viewer, "mark-added")
    assert detail["mark"]["finding"] == "m2"
    assert detail["mark"]["image"] == "LCC"
    centre, right, bottom = detail["mark"]["points"]
    assert centre == pytest.approx([130, 240], abs=1.5)
    assert [right[0] - centre[0], bottom[1] - centre[1]] == pytest.approx([30, 40], abs=1.5)
    assert viewer.state()["tool"] == "window"


def test_marks_of_the_form_are_drawn_focused_and_dropped(viewer, desk):
    mark = {"id": "k9", "image": "LMLO", "tool": "point", "points": [[120, 300]], "mm": None}
    say(viewer, "marks", findings=[{"id": "m1", "marks": [mark]}])
    assert viewer.page.locator('.pane[data-image="LMLO"] [data-mark="k9"]').count() == 1
    viewer.press("2")
    say(viewer, "focus-mark", id="k9")
    assert viewer.state()["layout"] == "single:LMLO"
    box = viewer.pane("LMLO")["box"]
    assert viewer.to_canvas("LMLO", (120, 300)) == pytest.approx([box["width"] / 2, box["height"] / 2], abs=0.5)
    say(viewer, "marks", findings=[{"id": "m1", "marks": []}])
    assert viewer.page.locator("[data-mark]").count() == 0


def test_a_mark_is_reshaped_by_its_handles_and_removed_by_a_key(viewer, desk):
    viewer.press("l")
    draw(viewer, desk, "LCC", (100, 200), (160, 200))
    draw(viewer, desk, "LCC", (160, 200), (220, 200))  # grabs the handle at the end of the chosen line
    assert len(viewer.state()["marks"]) == 1
    [changed] = heard(viewer, "mark-changed")
    assert changed["mark"]["mm"] == pytest.approx(120 * 0.2, abs=0.6)
    viewer.press("Delete")
    assert heard(viewer, "mark-removed") == [{"id": changed["mark"]["id"]}]
    assert viewer.state()["marks"] == []


def test_the_keyboard_alone_draws_a_length(viewer):
    viewer.focus("LCC")
    viewer.press("l", "Enter", "Enter", *["Shift+ArrowRight"] * 4, "Enter")
    [mark] = viewer.state()["marks"]
    scale = viewer.pane("LCC")["view"]["scale"]
    assert mark["mm"] == pytest.approx(40 / scale, abs=0.05)
    assert viewer.state()["layout"] == "4up"


def test_keys_typed_into_a_form_field_stay_there(viewer):
    viewer.page.evaluate(
        "() => document.getElementById('read-panel').insertAdjacentHTML('beforeend', '<textarea id=t></textarea>')"
    )
    viewer.page.locator("#t").fill("")
    viewer.page.locator("#t").press_sequentially("i2 l?")
    assert viewer.page.locator("#t").input_value() == "i2 l?"
    assert viewer.state()["layout"] == "4up"
    assert viewer.state()["tool"] == "window"


def test_the_magnifier_shows_stored_pixels_one_to_one_under_the_pointer(viewer, desk):
    shot = desk.shots["LCC"]
    at = viewer.on_page("LCC", shot.stored_at(*shot.lesion[:2]))
    viewer.press("g")
    viewer.page.mouse.move(*at)
    viewer.page.mouse.down()
    lens = viewer.page.locator(".lens")
    assert lens.is_visible()
    script = """() => { const c = document.querySelector('.lens canvas'); const g = (x, y) => c.getContext('2d').getImageData(x, y, 1, 1).data[0];
      return [g(c.width / 2, c.height / 2), g(c.width / 2 + 30, c.height / 2)]; }"""
    middle, beside = viewer.page.evaluate(script)
    assert middle > 230  # the lesion, radius 20 pixels
    assert beside < 200  # 30 stored pixels away: outside of it
    before = lens.bounding_box()
    viewer.press("}")
    assert lens.bounding_box()["width"] == before["width"] + 80
    assert lens.bounding_box()["x"] == pytest.approx(before["x"] - 40, abs=1)
    assert viewer.page.evaluate(script)[0] > 230  # still the same place in its middle
    viewer.page.keyboard.down("Shift")
    viewer.page.mouse.wheel(0, 100)
    viewer.page.keyboard.up("Shift")
    viewer.until(lambda: lens.bounding_box()["width"] == before["width"])
    viewer.page.mouse.up()
    assert not lens.is_visible()


def arcs(viewer, image):
    """The stored points that the guide's bow runs through, as drawn."""
    drawn = viewer.page.locator(f'.pane[data-image="{image}"] .guide-arc').get_attribute("d") or ""
    return [tuple(float(one) for one in pair.split(",")) for pair in drawn.removeprefix("M").split("L")]


def test_a_finding_in_one_view_shows_the_arc_at_its_nipple_distance_in_the_other(viewer, desk, shot):
    nipples = {"LCC": (330, 320), "LMLO": (300, 350)}
    viewer.press("Shift+T")
    for image, at in nipples.items():
        viewer.page.mouse.click(*viewer.on_page(image, desk.shots[image].stored_at(*at)))
        viewer.settle()
    viewer.press("Shift+P")
    draw(viewer, desk, "LMLO", (150, 40), (30, 330))
    assert "nipple line" in viewer.page.locator('.pane[data-image="LMLO"] .guide-words').first.text_content()
    assert heard(viewer, "mark-added") == []  # landmarks are no findings
    say(viewer, "arm", tool="ellipse", finding="m1")
    draw(viewer, desk, "LCC", (160, 220), (200, 260))
    centre = (180, 240)
    mm = math.dist(centre, nipples["LCC"]) * 0.2
    nipple = viewer.to_canvas("LMLO", desk.shots["LMLO"].stored_at(*nipples["LMLO"]))
    scale = viewer.pane("LMLO")["view"]["scale"]
    for x, y in arcs(viewer, "LMLO"):
        assert math.dist((x, y), nipple) == pytest.approx(mm * scale, rel=0.02)
    shown = viewer.screen("LMLO")
    x, y = arcs(viewer, "LMLO")[45]
    around = shown[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3]
    assert (around[..., 1] - around[..., 2]).max() > 40  # the bow is green on the screen, not only in the page
    assert viewer.page.locator('.pane[data-image="RMLO"] .guide').count() == 0
    shot(viewer.page, "viewer-arc")


def test_two_marks_are_linked_to_one_finding_by_key_and_click_and_the_link_is_taken_back(viewer, desk):
    marks = {"LCC": ("k1", "m1"), "LMLO": ("k2", "m2")}
    findings = [
        {"id": finding, "marks": [{"id": mark, "image": image, "tool": "point", "points": [[200, 300]], "mm": None}]}
        for image, (mark, finding) in marks.items()
    ]
    say(viewer, "marks", findings=findings)
    say(viewer, "focus-mark", id="k1")
    viewer.press("Shift+L", "Shift+J", "Shift+L")
    assert {mark["id"]: mark["finding"] for mark in viewer.state()["marks"]} == {"k1": "m1", "k2": "m1"}
    assert heard(viewer, "mark-removed") == [{"id": "k2"}]
    assert heard(viewer, "mark-added")[0]["mark"]["finding"] == "m1"
    viewer.press("Control+z")
    assert heard(viewer, "mark-added")[-1]["mark"]["finding"] == "m2"


def test_angle_and_pencil_belong_to_the_finding_that_they_were_armed_for(viewer, desk):
    say(viewer, "arm", tool="pencil", finding="m1")
    draw(viewer, desk, "LCC", (100, 200), (160, 280))
    say(viewer, "arm", tool="angle", finding="m1")
    draw(viewer, desk, "LCC", (200, 200), (160, 200))
    viewer.page.mouse.click(*viewer.on_page("LCC", desk.shots["LCC"].stored_at(160, 260)))
    viewer.settle()
    added = [detail["mark"] for detail in heard(viewer, "mark-added")]
    assert [(mark["tool"], mark["finding"]) for mark in added] == [("pencil", "m1"), ("angle", "m1")]


def test_pointing_shows_the_place_in_the_other_breast_and_its_depth_in_the_other_view(viewer, desk):
    viewer.press("Shift+F")
    viewer.page.mouse.move(*viewer.on_page("LCC", desk.shots["LCC"].stored_at(100, 200)))
    viewer.page.mouse.down()
    viewer.settle()
    place = viewer.page.locator('.pane[data-image="RCC"] .guide-place').get_attribute("d")
    x, y = (float(one) for one in place.removeprefix("M").partition("h")[0].split(","))
    there = viewer.to_canvas("RCC", desk.shots["RCC"].stored_at(479 - 100, 200))
    assert (x + 14, y) == pytest.approx(tuple(there), abs=0.6)
    assert viewer.page.locator('.pane[data-image="LMLO"] .guide-depth').count() == 1
    assert viewer.page.locator('.pane[data-image="RMLO"] .guide').count() == 0
    viewer.page.mouse.up()
    viewer.settle()
    assert viewer.page.locator(".guide").count() == 0


def test_nipples_are_proposed_where_the_breast_ends_and_a_drag_takes_them_over(viewer, desk):
    viewer.press("Shift+A")
    proposed = [mark for mark in viewer.state()["marks"] if mark.get("proposed")]
    assert [mark["image"] for mark in proposed] == ["RCC", "LCC", "RMLO", "LMLO"]
    for mark in proposed:
        shot = desk.shots[mark["image"]]
        rows, columns = np.nonzero(shot.hung)
        tip = columns.min() if shot.laterality == "R" else columns.max()
        expected = shot.stored_at(float(tip), float(np.median(rows[columns == tip])))
        assert math.dist(mark["points"][0], expected) < 16  # two cells of the air mask
    said = viewer.page.locator('.pane[data-image="LCC"] .mark text').text_content()
    assert said == "nipple? proposed"
    at = viewer.on_page("LCC", tuple(proposed[1]["points"][0]))
    viewer.press("w")
    viewer.page.mouse.click(*at)
    viewer.settle()
    viewer.drag(at, (at[0] - 20, at[1]))
    assert viewer.page.locator('.pane[data-image="LCC"] .mark text').text_content() == "nipple"
