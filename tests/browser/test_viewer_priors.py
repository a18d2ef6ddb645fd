"""An earlier exam beside the present one: by one key, in the same places, at the same size, never with a suggestion."""

import numpy as np
import pytest

from tests.browser.viewer_desk import Desk, earlier_views, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

FOUR = ["RCC", "LCC", "RMLO", "LMLO"]


@pytest.fixture
def desk():
    desk = Desk(four_views(), earlier_views())
    yield desk
    desk.close()


@pytest.fixture
def viewer(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        yield viewer


def shown(viewer):
    return [pane["image"] for pane in viewer.panes()]


def ready(viewer):
    viewer.until(lambda: all(pane["drawn"] for pane in viewer.panes()))
    viewer.settle()


def test_space_walks_the_steps_and_the_strip_says_where_one_is(viewer):
    walked = []
    for _ in range(6):
        walked.append((viewer.state()["layout"], viewer.page.locator('.step[aria-pressed="true"]').inner_text()))
        viewer.press("Space")
    assert [layout for layout, _ in walked] == ["4up", "cc:over", "mlo:over", "cc", "mlo", "4up:prior"]
    assert walked[-1][1] == "Prior 2009-03-01"
    assert viewer.state()["layout"] == "4up"
    viewer.press("Shift+Space")
    assert shown(viewer) == [f"{view}-then" for view in FOUR]


def test_after_a_click_on_a_step_or_a_tool_space_goes_on(viewer):
    viewer.page.locator('[data-layout="cc"]').click()
    viewer.press("Space")
    assert viewer.state()["layout"] == "mlo"
    viewer.page.locator('[data-action="length"]').click()
    viewer.press("Shift+Space")
    assert (viewer.state()["layout"], viewer.state()["tool"]) == ("cc", "length")


def test_the_earlier_exam_hangs_below_the_present_one_at_the_same_millimetres_and_says_that_it_is_earlier(
    viewer, desk, shot
):
    viewer.press("4")
    ready(viewer)
    assert shown(viewer) == ["RCC", "LCC", "RCC-then", "LCC-then"]
    scales = [pane["view"]["scale"] for pane in viewer.panes()]
    assert scales == pytest.approx([scales[0]] * 4)
    for key, mm in [("LCC", 0.2), ("LCC-then", 0.28)]:
        ends = [viewer.to_canvas(key, (column, 100)) for column in (0, 50 / mm)]
        assert np.linalg.norm(ends[1] - ends[0]) == pytest.approx(50 * scales[0], rel=1e-6)
        seam = viewer.pixels(key)[:, :2]
        assert seam[seam.shape[0] // 2].max() > 20  # both lie with the chest wall on the seam
    head = viewer.page.locator('.pane[data-image="LCC-then"] .corner-head').inner_text()
    assert "Prior 2009-03-01 · 2 y 1 m earlier" in head
    assert viewer.page.locator('.pane[data-image="LCC-then"]').get_attribute("aria-label") == "L CC, Prior 2009-03-01"
    assert viewer.problems == []
    shot(viewer.page, "viewer-prior")


def test_one_key_puts_the_earlier_exam_into_the_same_places_at_the_same_zoom_and_back(viewer):
    viewer.focus("LCC")
    viewer.press("2", "z", "ArrowUp", "ArrowUp", "ArrowUp", "p", "ArrowUp")
    before = viewer.pane("LCC")
    viewer.press("v")
    ready(viewer)
    assert shown(viewer) == ["RCC-then", "LCC-then"]
    then = viewer.pane("LCC-then")
    assert then["view"]["scale"] / then["hung"]["scale"] == pytest.approx(
        before["view"]["scale"] / before["hung"]["scale"]
    )
    assert viewer.state()["active"] == "LCC-then"
    viewer.press("v")
    assert viewer.state()["layout"] == "cc"
    assert viewer.pane("LCC")["view"]["centre"] == pytest.approx(before["view"]["centre"])
    assert viewer.pane("LCC")["view"]["scale"] == pytest.approx(before["view"]["scale"])


def test_a_single_image_too_has_its_earlier_one_behind_it(viewer):
    viewer.focus("RMLO")
    viewer.press("Enter", "v")
    ready(viewer)
    assert shown(viewer) == ["RMLO-then"]
    viewer.press("v")
    assert shown(viewer) == ["RMLO"]


def test_present_and_earlier_images_zoom_and_pan_together(viewer):
    viewer.press("4")
    ready(viewer)
    viewer.focus("RCC")
    viewer.press("z", *["ArrowUp"] * 4, "p", "ArrowRight")
    middles = {}
    for key, mm, columns in [("RCC", 0.2, 480), ("RCC-then", 0.28, 360)]:
        x, _ = viewer.pane(key)["view"]["centre"]
        middles[key] = (columns - 0.5 - x) * mm  # mm from the chest wall
    assert middles["RCC"] == pytest.approx(middles["RCC-then"], abs=0.3)


def test_a_mark_on_an_earlier_image_only_measures_and_no_finding_gets_it(viewer):
    viewer.press("4")
    ready(viewer)
    viewer.page.evaluate(
        "() => { window.told = 0; document.addEventListener('overread:mark-added', () => { window.told += 1; }); }"
    )
    viewer.press("e")
    viewer.drag(viewer.on_page("LCC-then", (80, 150)), viewer.on_page("LCC-then", (130, 200)))
    assert [mark["image"] for mark in viewer.state()["marks"]] == ["LCC-then"]
    assert viewer.page.evaluate("() => window.told") == 0
    viewer.page.evaluate(
        "() => document.dispatchEvent(new CustomEvent('overread:arm', {detail: {tool: 'ellipse', finding: 'm1'}}))"
    )
    viewer.drag(viewer.on_page("RCC-then", (200, 150)), viewer.on_page("RCC-then", (250, 200)))
    assert len(viewer.state()["marks"]) == 1
    assert "belongs on the exam being read" in viewer.page.locator(".step-said").inner_text()


def test_without_an_earlier_exam_the_key_says_so(chromium):
    desk = Desk(four_views(rows=330, cols=240))
    try:
        with ViewerPage(chromium, desk).open() as viewer:
            viewer.press("v")
            assert viewer.page.locator(".step-said").inner_text() == "There is no earlier exam here"
            assert viewer.state()["layout"] == "4up"
    finally:
        desk.close()


def test_an_exam_of_one_breast_says_which_breast_no_image_shows(chromium, shot):
    left = [one for one in four_views() if one.laterality == "L"]
    desk = Desk(left, earlier_views())
    try:
        with ViewerPage(chromium, desk, width=1366, height=768).open() as viewer:
            assert shown(viewer) == ["LCC", "LMLO"]
            assert viewer.page.locator(".step-note").inner_text() == "No image of the right breast"
            shot(viewer.page, "viewer-one-breast")
    finally:
        desk.close()
