"""What grey a stored value gets on the screen: windows, curves, inversion, padding. Tested by pixels."""

import math

import numpy as np
import pytest

from tests.browser.viewer_desk import Desk, Shot
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

STEPS = [0, 60, 300, 700, 1000, 1400, 1800, 2300, 2900, 3500, 4095]
ROWS, COLUMNS = 330, 240


def staircase(**extra):
    """A left CC of eleven flat steps, 30 rows each, air (0) on the right half."""
    hung = np.zeros((ROWS, COLUMNS), np.uint16)
    for index, value in enumerate(STEPS):
        hung[index * 30 : (index + 1) * 30, : COLUMNS // 2] = value
    if extra.get("photometric") == "MONOCHROME1":
        hung = (4095 - hung).astype(np.uint16)
    keywords = extra.pop("keywords", {})
    return Shot("LCC", "L", "CC", hung, extra=extra, keywords=keywords)


@pytest.fixture
def seen(chromium):
    """seen(presses, **facts of the image) -> (grey of each step, grey of the air)."""

    def look(*presses, **extra):
        desk = Desk([staircase(**extra)])
        desk.manifest["hanging"]["initial"] = "single:LCC"
        try:
            with ViewerPage(chromium, desk).open() as viewer:
                viewer.press(*presses)
                pixels = viewer.pixels("LCC")
                assert viewer.problems == []
                points = [viewer.to_canvas("LCC", (COLUMNS / 4, index * 30 + 15)) for index in range(len(STEPS))]
                air = viewer.to_canvas("LCC", (COLUMNS * 3 / 4, ROWS / 2))
                return [pixels[int(y), int(x)] for x, y in points], pixels[int(air[1]), int(air[0])]
        finally:
            desk.close()

    return look


def linear(value, center, width):
    """PS3.3 C.11.2.1.2.1, in 0..255."""
    return 255 * min(1, max(0, (value - (center - 0.5)) / (width - 1) + 0.5))


def test_a_linear_window_is_what_the_standard_says(seen):
    greys, air = seen(voi=[{"label": "N", "center": 1500, "width": 2000, "function": "LINEAR"}])
    assert greys == pytest.approx([linear(value, 1500, 2000) for value in STEPS], abs=1.5)
    assert air == 0


def test_a_linear_exact_window_has_no_half_value_shift(seen):
    greys, _ = seen(voi=[{"label": "N", "center": 1000, "width": 800, "function": "LINEAR_EXACT"}])
    assert greys == pytest.approx([255 * min(1, max(0, (v - 1000) / 800 + 0.5)) for v in STEPS], abs=1.5)


def test_a_sigmoid_window_is_a_sigmoid(seen):
    greys, _ = seen(voi=[{"label": "S", "center": 1500, "width": 1500, "function": "SIGMOID"}], padding=None)
    assert greys == pytest.approx([255 / (1 + math.exp(-4 * (v - 1500) / 1500)) for v in STEPS], abs=2.5)


def test_a_voi_lut_sequence_is_applied(seen):
    data = [round(4095 * (step / 4095) ** 0.5) for step in range(4096)]
    greys, _ = seen(voi=[], voi_luts=[{"label": "Root", "first": 0, "bits": 12, "data": data}])
    assert greys[1:] == pytest.approx([255 * (value / 4095) ** 0.5 for value in STEPS[1:]], abs=2.5)


def test_keys_walk_through_the_windows_the_curve_and_the_automatic_one(seen):
    facts = {
        "voi": [{"label": "A", "center": 2048, "width": 4096}, {"label": "B", "center": 1000, "width": 500}],
        "voi_luts": [{"label": "C", "first": 0, "bits": 8, "data": [255 if v > 2000 else 0 for v in range(4096)]}],
        "auto_voi": {"center": 3000, "width": 1000},
    }
    expected = {
        ("b",): [linear(value, 1000, 500) for value in STEPS],
        ("b", "b"): [255.0 if value > 2000 else 0.0 for value in STEPS],
        ("b", "b", "b"): [linear(value, 3000, 1000) for value in STEPS],
        ("b", "b", "b", "b"): [linear(value, 2048, 4096) for value in STEPS],
    }
    for presses, greys in expected.items():
        assert seen(*presses, **facts)[0] == pytest.approx(greys, abs=1.5), presses


def test_inversion_turns_the_tissue_and_leaves_the_air_black(seen):
    plain, _ = seen()
    turned, air = seen("i")
    assert turned[1:] == pytest.approx([255 - grey for grey in plain[1:]], abs=1.5)
    assert air == 0
    assert turned[0] == 0  # the step of value 0 is padding, too


def test_air_without_padding_stays_black_on_inversion_and_dark_tissue_does_not(chromium):
    noise = np.random.default_rng(1).integers(90, 130, (ROWS, COLUMNS))
    hung = np.where(np.mgrid[0:ROWS, 0:COLUMNS][1] < COLUMNS // 2, 1500, noise).astype(np.uint16)
    hung[150:180, 40:70] = 100  # as dark as air, but inside the breast
    desk = Desk([Shot("LCC", "L", "CC", hung, rotate=90, extra={"padding": None})])
    desk.manifest["hanging"]["initial"] = "single:LCC"
    try:
        with ViewerPage(chromium, desk).open() as viewer:
            viewer.press("h", "i")
            shown = viewer.screen("LCC").mean(axis=2)

            def grey(x, y):
                column, row = viewer.to_canvas("LCC", desk.shots["LCC"].stored_at(x, y))
                return shown[int(row), int(column)]

            assert grey(200, 165) == 0
            assert grey(160, 20) == 0
            assert grey(55, 165) > 240
            assert grey(100, 250) == pytest.approx(255 - linear(1500, 2048, 4096), abs=2)
    finally:
        desk.close()


def test_monochrome1_is_inverted_once_and_its_padding_is_black(seen):
    greys, air = seen(photometric="MONOCHROME1", padding=4095)
    assert greys[1:] == pytest.approx([linear(value, 2048, 4096) for value in STEPS[1:]], abs=1.5)
    assert air == 0


def test_the_rescale_comes_before_the_window(seen):
    greys, air = seen(
        voi=[{"label": "N", "center": 2000, "width": 3000}],
        rescale={"slope": 2, "intercept": -1000},
        keywords={"RescaleSlope": 2, "RescaleIntercept": -1000, "RescaleType": "US"},
    )
    assert greys == pytest.approx([linear(2 * value - 1000, 2000, 3000) for value in STEPS], abs=1.5)
    assert air == 0


def test_dragging_and_arrow_keys_change_the_window_of_linked_images(chromium):
    from tests.browser.viewer_desk import four_views

    desk = Desk(four_views(rows=330, cols=240))
    try:
        with ViewerPage(chromium, desk).open() as viewer:
            box = viewer.pane("RCC")["box"]
            middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            viewer.drag(middle, (middle[0] - 80, middle[1] + 40))
            dragged = viewer.pane("RCC")["grey"]
            assert dragged["width"] < 4096
            assert dragged["center"] > 2048
            assert viewer.pane("LMLO")["grey"]["width"] == pytest.approx(dragged["width"])
            viewer.press("ArrowRight")
            assert viewer.pane("RCC")["grey"]["width"] > dragged["width"]
            viewer.press("r")
            assert viewer.pane("RCC")["grey"]["label"] == "NORMAL"
            viewer.press("Shift+K", "Shift+W", "ArrowRight")  # each image its own window, zoom still linked
            assert viewer.pane("RCC")["grey"]["width"] > 2000
            assert viewer.pane("LMLO")["grey"]["label"] == "NORMAL"
            viewer.press("z", "ArrowUp")
            assert viewer.pane("LMLO")["view"]["scale"] == pytest.approx(viewer.pane("RCC")["view"]["scale"])
            viewer.press("Shift+K", "Shift+W")
            assert {pane["grey"]["label"] for pane in viewer.panes()} == {"Auto"}
    finally:
        desk.close()


@pytest.mark.parametrize(("width", "ratio"), [(1366, 1), (1920, 2)])
def test_the_test_pattern_has_its_eighteen_greys_and_squares_on_the_screen(chromium, shot, width, ratio):
    desk = Desk([])
    try:
        with ViewerPage(chromium, desk, width=width, height=900, ratio=ratio) as viewer:
            viewer.page.goto(f"{desk.url}/pattern")
            canvas = viewer.page.locator("#pattern")
            viewer.until(lambda: canvas.evaluate("c => c.width === Math.round(c.clientWidth * devicePixelRatio)"))
            shot(viewer.page, f"display-check-{width}")
            grey = "([x, y]) => { const c = document.getElementById('pattern');"
            grey += " return c.getContext('2d').getImageData(x * c.width, y * c.height, 1, 1).data[0]; }"
            steps = [viewer.page.evaluate(grey, [(step + 0.5) / 18, 0.1]) for step in range(18)]
            assert steps == [15 * step for step in range(18)]
            squares = [viewer.page.evaluate(grey, [x, 0.3]) for x in (0.02, 0.25, 0.52, 0.75)]
            assert squares == [0, 13, 255, 242]
    finally:
        desk.close()
