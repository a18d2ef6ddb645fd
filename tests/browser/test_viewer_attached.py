"""Presentation states and reports that came with the exam: sealed, listed, and drawn where they were drawn."""

import numpy as np
import pytest

from tests.browser.viewer_desk import Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser
SEALED = {
    "id": "o1", "kind": "cad-report", "title": "CAD report", "say": "Sealed until your read is locked", "sealed": True,
    "lines": [], "graphics": [],
}  # fmt: skip
ELLIPSE = {
    "image": "LCC",
    "frame": 1,
    "kind": "ELLIPSE",
    "points": [[60, 150], [180, 150], [120, 110], [120, 190]],
    "label": "Mass",
}
OPEN = SEALED | {
    "say": "Made by another machine, not by this portal's release.", "sealed": False,
    "lines": ["CAD", "  Finding: Mass"], "graphics": [ELLIPSE],
}  # fmt: skip


@pytest.fixture
def desk():
    desk = Desk(four_views(rows=330, cols=240, LCC=(90, True)))
    desk.manifest["objects"] = [OPEN]
    yield desk
    desk.close()


def listed(viewer):
    return viewer.page.locator("#viewer-attached")


def test_what_is_sealed_is_named_and_nothing_of_it_is_drawn(chromium, desk):
    desk.manifest["objects"] = [SEALED]
    with ViewerPage(chromium, desk).open() as viewer:
        assert "CAD report" in listed(viewer).inner_text() and "Sealed" in listed(viewer).inner_text()
        assert listed(viewer).get_by_role("button").count() == 0
        viewer.press("Shift+H")
        assert "sealed until your read is locked" in viewer.page.locator(".step-said").inner_text()
        assert viewer.page.locator(".attached-graphic").count() == 0


def test_graphics_lie_on_the_stored_pixels_at_any_zoom_and_go_again(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.focus("LCC")
        viewer.press("h", "r")  # no words on the images
        bare = viewer.screen("LCC")
        viewer.press("Shift+H")
        for keys in ((), ("z", "ArrowUp", "ArrowUp")):
            viewer.focus("LCC")
            viewer.press(*keys)
            ends = np.array([viewer.to_canvas("LCC", point) for point in ELLIPSE["points"]])
            box = viewer.page.evaluate(
                "() => { const b = document.querySelector('[data-image=LCC] .attached-graphic polyline:not(.halo)').getBBox();"
                " return [b.x, b.y, b.x + b.width, b.y + b.height]; }"
            )
            assert box == pytest.approx([*ends.min(axis=0), *ends.max(axis=0)], abs=0.5)
        assert viewer.page.locator("[data-image=RCC] .attached-graphic").count() == 0
        viewer.press("r", "Shift+H")
        assert np.abs(viewer.screen("LCC") - bare).max() < 3


def test_the_list_shows_one_by_one_with_what_it_says(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        assert "another machine" in listed(viewer).inner_text()
        button = listed(viewer).get_by_role("button", name="Show 1 on the images")
        button.focus()
        viewer.page.keyboard.press("Enter")
        viewer.settle()
        assert button.get_attribute("aria-pressed") == "true"
        assert viewer.page.locator("[data-image=LCC] .attached-graphic").count() == 1
        assert viewer.page.evaluate("() => document.activeElement.dataset.attached") == "o1"
        listed(viewer).get_by_text("What it says").click()
        assert "Finding: Mass" in listed(viewer).locator("pre").inner_text()
        assert viewer.problems == []
