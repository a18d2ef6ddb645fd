"""Fingers on the images: one is the tool in hand, two zoom and move, one held still is the magnifier, two taps show one image."""

import pytest

from tests.browser.viewer_desk import Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk():
    desk = Desk(four_views(rows=330, cols=240))
    yield desk
    desk.close()


@pytest.fixture
def viewer(chromium, desk):
    with ViewerPage(chromium, desk, has_touch=True).open() as viewer:
        yield viewer


class Fingers:
    """Touch events as the browser gets them from a screen."""

    def __init__(self, viewer):
        self.viewer = viewer
        self.session = viewer.context.new_cdp_session(viewer.page)

    def __call__(self, kind, *points):
        told = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": told})

    def drag(self, *ways):
        """Each way: the places of one finger, one after the other; all fingers come down one by one and go together."""
        for number in range(len(ways)):
            self("Start", *(way[0] for way in ways[: number + 1]))
        for step in range(1, len(ways[0])):
            self("Move", *(way[step] for way in ways))
        self("End")
        self.viewer.settle()


def middle(viewer, image):
    box = viewer.pane(image)["box"]
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_one_finger_is_the_tool_in_hand(viewer):
    fingers, (x, y) = Fingers(viewer), middle(viewer, "RCC")
    before = viewer.pane("RCC")
    fingers.drag([(x, y), (x + 40, y), (x + 80, y)])
    after = viewer.pane("RCC")
    assert after["grey"]["width"] > before["grey"]["width"] * 1.2 and after["view"] == before["view"]
    viewer.press("p")
    fingers.drag([(x, y), (x + 20, y + 10), (x + 40, y + 30)])
    moved = viewer.pane("RCC")
    assert moved["view"]["centre"] != after["view"]["centre"] and moved["grey"] == after["grey"]
    viewer.press("l")
    fingers.drag([(x, y), (x + 20, y + 10), (x + 40, y + 30)])
    [mark] = viewer.state()["marks"]
    assert (mark["tool"], mark["image"]) == ("length", "RCC")


def test_two_fingers_zoom_and_move_and_take_back_what_the_first_one_had_begun(viewer):
    fingers, (x, y) = Fingers(viewer), middle(viewer, "LCC")
    for tool in ("w", "l"):
        viewer.press("r", tool)
        before = viewer.pane("LCC")
        held = viewer.page.evaluate(
            "([i, p]) => window.overreadViewer.canvasToStored(i, p)",
            ["LCC", [x - before["box"]["x"], y - before["box"]["y"]]],
        )
        fingers("Start", (x - 40, y))
        fingers("Move", (x - 50, y))  # as a drag of one finger begins
        fingers("Start", (x - 50, y), (x + 50, y))
        fingers("Move", (x - 80, y + 10), (x + 90, y + 15))
        fingers("Move", (x - 90, y + 20), (x + 110, y + 20))
        fingers("End")
        viewer.settle()
        after = viewer.pane("LCC")
        assert after["view"]["scale"] == pytest.approx(before["view"]["scale"] * 2, rel=1e-6)
        assert after["grey"] == before["grey"] and viewer.state()["marks"] == []
        # what lay between the fingers lies between them still
        assert viewer.on_page("LCC", held) == pytest.approx((x + 10, y + 20), abs=1)
        viewer.focus("LCC")


def test_a_finger_held_still_is_the_magnifier_until_it_is_lifted(viewer):
    fingers, (x, y) = Fingers(viewer), middle(viewer, "RMLO")
    before = viewer.pane("RMLO")
    fingers("Start", (x, y))
    lens = viewer.page.locator('.pane[data-image="RMLO"] .lens')
    viewer.until(lens.is_visible)
    fingers("Move", (x + 30, y + 20))
    viewer.settle()
    box = lens.bounding_box()
    assert (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) == pytest.approx((x + 30, y + 20), abs=3)
    fingers("End")
    viewer.until(lambda: not lens.is_visible())
    assert viewer.pane("RMLO")["grey"] == before["grey"] and viewer.pane("RMLO")["view"] == before["view"]


def test_two_quick_taps_show_the_image_alone_and_two_more_bring_the_others_back(viewer):
    fingers = Fingers(viewer)
    for wanted in ("single:LMLO", "4up"):
        at = middle(viewer, "LMLO")
        fingers.drag([at])
        assert viewer.state()["layout"] != wanted
        fingers.drag([at])
        viewer.until(lambda wanted=wanted: viewer.state()["layout"] == wanted)
        viewer.until(lambda: viewer.pane("LMLO")["drawn"])
