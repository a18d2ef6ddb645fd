"""The reader's marks: drawn by mouse or keyboard, measured in millimetres, tied to findings over the page's event seam."""

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
    viewer.page.mouse.up()
    assert not lens.is_visible()
