"""How the images hang: the right way round, chest wall to chest wall, where the maths says, whatever the stored orientation."""

import numpy as np
import pytest
from PIL import Image

from tests.browser.viewer_desk import Desk, four_views, manifest_of
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

KEYS = ["RCC", "LCC", "RMLO", "LMLO"]
ODDLY_STORED = {"RCC": (90, False), "LCC": (180, True), "RMLO": (270, True), "LMLO": (0, True)}


@pytest.fixture(params=[{}, ODDLY_STORED], ids=["stored as hung", "stored turned and mirrored"])
def desk(request):
    desk = Desk(four_views(**request.param))
    yield desk
    desk.close()


@pytest.fixture
def plain_desk():
    desk = Desk(four_views())
    yield desk
    desk.close()


def test_each_image_is_drawn_the_right_way_round_with_its_chest_wall_on_the_seam(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        for key in KEYS:
            drawn = viewer.pixels(key)
            expected = laid_out(desk.shots[key].hung, drawn.shape, key[0])
            wrong = [drawn[:, ::-1], drawn[::-1], drawn[::-1, ::-1]]
            assert likeness(drawn, expected) > 0.98
            assert max(likeness(one, expected) for one in wrong) < 0.95
        assert viewer.problems == []


def laid_out(hung, shape, laterality):
    """The phantom, whole, at the largest size that fits, flush with the inner edge, in grey 0..255."""
    height, width = shape
    scaled = Image.fromarray((hung / 16).astype(np.uint8)).resize(
        (round(hung.shape[1] * height / hung.shape[0]), height), Image.Resampling.BILINEAR
    )
    canvas = np.zeros(shape)
    left = width - scaled.width if laterality == "R" else 0
    canvas[:, left : left + scaled.width] = np.asarray(scaled)
    return canvas


def likeness(one, other):
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_no_gap_is_left_between_the_breasts(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        for right, left in [("RCC", "LCC"), ("RMLO", "LMLO")]:
            a, b = viewer.pane(right)["box"], viewer.pane(left)["box"]
            assert a["x"] + a["width"] == b["x"]
            seam = np.hstack([viewer.pixels(right)[:, -2:], viewer.pixels(left)[:, :2]])
            tissue = seam[seam.shape[0] * 2 // 5 : seam.shape[0] * 3 // 5]
            assert tissue.min() > 20


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_renderer_and_our_maths_agree_within_half_a_pixel_at_any_zoom(chromium, desk, ratio):
    with ViewerPage(chromium, desk, ratio=ratio).open() as viewer:
        for moves in [[], ["z", *["ArrowUp"] * 12], ["p", *["ArrowLeft"] * 6], ["f"], ["x"]]:
            viewer.press(*moves)
            for key in KEYS:
                rows, columns = desk.shots[key].stored.shape
                for at in [(0, 0), (columns - 1, 0), (columns / 3, rows / 2), (columns - 1, rows - 1)]:
                    error = np.abs(viewer.by_renderer(key, at) - viewer.to_canvas(key, at)).max()
                    assert error <= 0.5, f"{key} {at} after {moves}: {error}"


def test_at_one_to_one_every_stored_pixel_is_one_device_pixel(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.press("k", "x")
        box = viewer.pane("RCC")["box"]
        x, y = viewer.page.evaluate(
            "p => window.overreadViewer.canvasToStored('RCC', p)", [box["width"] - 40.5, box["height"] / 2 - 0.5]
        )
        stored, drawn = desk.shots["RCC"].stored, viewer.pixels("RCC")
        for dx, dy in [(0, 0), (3, 7), (-11, 5), (20, -30)]:
            at = (round(x) + dx, round(y) + dy)
            cx, cy = viewer.to_canvas("RCC", at)
            if 0 <= cx < box["width"] and 0 <= cy < box["height"]:
                expected = stored[at[1], at[0]] / 4095 * 255
                assert drawn[int(cy), int(cx)] == pytest.approx(expected, abs=1.01)


def test_layouts_are_one_key_away_and_keep_the_other_images_ready(chromium, plain_desk):
    with ViewerPage(chromium, plain_desk).open() as viewer:
        for key, layout, count in [
            ("2", "cc", 2),
            ("3", "mlo", 2),
            ("1", "4up", 4),
            ("Space", "cc", 2),
            ("Shift+Space", "4up", 4),
        ]:
            viewer.press(key)
            assert viewer.state()["layout"] == layout
            assert [pane["drawn"] for pane in viewer.panes()] == [True] * count
        viewer.focus("LMLO")
        viewer.press("Enter")
        assert viewer.state()["layout"] == "single:LMLO"
        assert viewer.pixels("LMLO").mean() > 5
        viewer.press("Enter")
        assert viewer.state()["layout"] == "4up"
        assert sum("/frames/" in path for path in plain_desk.asked) == 4


def test_a_missing_view_is_named_in_its_place(chromium):
    desk = Desk([shot for shot in four_views() if shot.key != "RMLO"])
    try:
        with ViewerPage(chromium, desk).open() as viewer:
            assert viewer.page.locator(".pane-empty").inner_text() == "R MLO missing"
            assert len(viewer.panes()) == 3
    finally:
        desk.close()


def test_linked_views_zoom_and_pan_mirrored_and_an_unlinked_one_stays(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.focus("RCC")
        viewer.press("p", "ArrowLeft", "ArrowUp", "z", "ArrowUp", "ArrowUp", "ArrowUp")
        edges = {key: chest_edge(viewer, desk, key) for key in KEYS}
        assert edges["RCC"][0] == pytest.approx(-edges["LCC"][0], abs=0.5)
        assert edges["RCC"][1] == pytest.approx(edges["LCC"][1], abs=0.5)
        assert viewer.pane("LMLO")["view"]["scale"] == pytest.approx(viewer.pane("RCC")["view"]["scale"])
        before = viewer.pane("LCC")["view"]
        viewer.press("k", "ArrowUp")
        assert viewer.pane("LCC")["view"] == before
        assert viewer.pane("RCC")["view"]["scale"] > before["scale"]


def chest_edge(viewer, desk, key):
    """How far (right, down) the middle of the chest wall has moved from the seam, in CSS pixels."""
    shot = desk.shots[key]
    rows, columns = shot.hung.shape
    cx, cy = viewer.to_canvas(key, shot.stored_at(columns - 0.5 if key[0] == "R" else -0.5, (rows - 1) / 2))
    box = viewer.pane(key)["box"]
    return cx - (box["width"] if key[0] == "R" else 0), cy - box["height"] / 2


def test_an_image_that_arrives_while_the_page_is_open_takes_its_place(chromium, plain_desk):
    complete = plain_desk.manifest
    kept = [shot for shot in plain_desk.shots.values() if shot.key != "RMLO"]
    plain_desk.manifest = manifest_of(kept)
    with ViewerPage(chromium, plain_desk).open() as viewer:
        assert len(viewer.panes()) == 3
        plain_desk.manifest = complete
        viewer.page.evaluate("() => document.dispatchEvent(new CustomEvent('overread:refresh', {detail: {}}))")
        viewer.until(lambda: len(viewer.panes()) == 4 and viewer.pane("RMLO")["drawn"])


def test_the_slices_of_a_multi_frame_image_are_walked_by_keys_and_wheel(chromium):
    [right, *_] = four_views(rows=330, cols=240)
    right.keywords = {"NumberOfFrames": 3}
    right.extra = {"frames": 3, "frame_urls": [f"/pixels/RCC/frames/{number}" for number in (1, 2, 3)]}
    desk = Desk([right])
    try:
        with ViewerPage(chromium, desk).open() as viewer:
            viewer.focus("RCC")
            first = viewer.pixels("RCC").max()
            viewer.press("PageDown")
            viewer.until(lambda: viewer.pane("RCC")["frame"] == 1)
            viewer.settle()
            assert viewer.pixels("RCC").max() == pytest.approx(first / 2, abs=3)
            viewer.page.mouse.move(*viewer.on_page("RCC", (120, 165)))
            viewer.page.mouse.wheel(0, 100)
            viewer.until(lambda: viewer.pane("RCC")["frame"] == 2)
            viewer.settle()
            assert viewer.pixels("RCC").max() == pytest.approx(first / 3, abs=3)
            assert "Slice 3 of 3" in viewer.page.locator('.pane[data-image="RCC"] .stack-label').inner_text()
    finally:
        desk.close()
