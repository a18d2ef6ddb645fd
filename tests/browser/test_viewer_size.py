"""Sizes that can be trusted: true size on a calibrated screen, and a whole breast walked at one to one."""

import numpy as np
import pytest

from tests.browser.viewer_desk import Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser


@pytest.fixture
def desk():
    desk = Desk(four_views(rows=1000, cols=760))
    yield desk
    desk.close()


@pytest.fixture
def viewer(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        yield viewer


def calibrate(viewer, pixels):
    """Make the card's outline `pixels` wide and save."""
    viewer.page.locator("#card-width").fill(str(pixels))
    viewer.page.get_by_role("button", name="It fits: save").click()
    viewer.settle()


def test_on_an_uncalibrated_screen_true_size_asks_for_a_card_and_then_shows_a_millimetre_as_one(viewer, shot):
    viewer.focus("RCC")
    viewer.press("u")
    sheet = viewer.page.get_by_role("dialog")
    assert "This screen is uncalibrated" in sheet.inner_text()
    outline = viewer.page.locator(".card-outline").bounding_box()
    assert outline["width"] / outline["height"] == pytest.approx(85.6 / 53.98, rel=0.01)
    shot(viewer.page, "viewer-calibrate")
    calibrate(viewer, 428)
    assert not sheet.is_visible()
    viewer.press("u")
    a, b = viewer.to_canvas("RCC", (100, 200)), viewer.to_canvas("RCC", (150, 200))
    assert np.linalg.norm(b - a) == pytest.approx(50 * 0.2 * 428 / 85.6)  # 10 mm of breast, 10 mm of screen
    assert "true size" in viewer.page.locator('.pane[data-image="LCC"] .corner-state').inner_text()
    viewer.press("f")
    assert "× true size" in viewer.page.locator('.pane[data-image="LCC"] .corner-state').inner_text()


def test_the_calibration_outlives_the_page_and_can_be_forgotten(viewer):
    viewer.press("Shift+U")
    calibrate(viewer, 428)
    viewer.reload()
    assert "× true size" in viewer.page.locator('.pane[data-image="RCC"] .corner-state').inner_text()
    viewer.press("Shift+U")
    viewer.page.get_by_role("button", name="Forget this screen").click()
    viewer.settle()
    assert "true size" not in viewer.page.locator('.pane[data-image="RCC"] .corner-state').inner_text()


def test_the_sheet_is_worked_by_keys_alone_and_leaves_the_viewers_keys_in_peace(viewer):
    viewer.press("Shift+U")
    before = float(viewer.page.locator("#card-width").input_value())
    viewer.press("ArrowRight", "ArrowRight", "i")
    assert float(viewer.page.locator("#card-width").input_value()) == before + 1
    viewer.press("Escape")
    assert viewer.page.get_by_role("dialog").count() == 0
    assert not viewer.pane("RCC")["grey"]["invert"]


def test_an_image_without_spacing_has_no_true_size(chromium):
    shots = four_views(rows=330, cols=240)
    shots[0].extra = {"spacing": {"mm": None, "source": "", "calibrated": False}}
    desk = Desk(shots)
    try:
        with ViewerPage(chromium, desk).open() as viewer:
            before = viewer.pane("RCC")["view"]
            viewer.focus("RCC")
            viewer.press("u")
            assert viewer.pane("RCC")["view"] == before
            assert "no true size" in viewer.page.locator(".step-said").inner_text()
    finally:
        desk.close()


def test_one_key_walks_the_whole_breast_at_one_to_one_and_the_map_shows_what_is_left(viewer, desk, shot):
    viewer.press("2", "k")
    viewer.focus("LCC")
    viewer.press(".")
    assert viewer.page.locator('.pane[data-image="LCC"] .sweep-map').is_visible()
    places = []
    while viewer.state()["active"] == "LCC":
        viewer.until(lambda: seen(viewer, "LCC") > (places[-1][1] if places else 0))
        places.append((tuple(viewer.pane("LCC")["view"]["centre"]), seen(viewer, "LCC")))
        if len(places) == 2:
            shot(viewer.page, "viewer-sweep")
        assert viewer.pane("LCC")["view"]["scale"] == pytest.approx(1 / 0.2)
        viewer.press(".")
    assert viewer.state()["active"] == "RCC"
    assert len(places) >= 2
    assert places[-1][1] == 1
    assert all(share < 1 for _, share in places[:-1])
    words = viewer.page.locator('.pane[data-image="LCC"] .sweep-map').inner_text()
    assert words == "100 % seen at 1:1"
    viewer.press(",")
    assert viewer.state()["active"] == "LCC"
    assert tuple(viewer.pane("LCC")["view"]["centre"]) == pytest.approx(places[-1][0])
    viewer.reload()
    viewer.until(lambda: seen(viewer, "LCC") == 1)  # a reload has not forgotten it
    assert seen(viewer, "RCC") < 1


def seen(viewer, image):
    return viewer.state()["seen"].get(image, 0)


def test_tissue_never_shown_at_one_to_one_stays_unseen_on_the_map(viewer):
    viewer.press("j")
    viewer.until(lambda: "LCC" in viewer.state()["seen"])
    viewer.settle()
    viewer.page.wait_for_timeout(1200)  # longer than a place must rest: fitted, nothing counts as seen
    assert seen(viewer, "LCC") == 0
    assert amber(viewer) > 500
    viewer.press("x")
    viewer.until(lambda: 0 < seen(viewer, "LCC") < 1)
    left = amber(viewer)
    assert 0 < left < 9000
    viewer.press("j")
    assert viewer.page.locator('.pane[data-image="LCC"] .sweep-map').is_hidden()


def amber(viewer):
    """Pixels of the map that stand for unseen tissue."""
    return viewer.page.evaluate(
        "() => { const c = document.querySelector(`.pane[data-image='LCC'] .sweep-map canvas`);"
        " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
        " for (let i = 0; i < d.length; i += 4) n += d[i] > 180 && d[i + 1] > 120 && d[i + 2] < 120 && d[i + 3] > 0;"
        " return n; }"
    )
