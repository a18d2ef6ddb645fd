"""Opening an exam: a first look at a lower resolution, marked as one, then every pixel."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.viewer_desk import ROOT, Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

LOOK = "i => document.querySelector(`.pane[data-image='${i}'] .first-look canvas`).toDataURL('image/png')"


@pytest.fixture
def desk():
    desk = Desk(four_views(rows=2000, cols=1500, RMLO=(90, False), LMLO=(180, True)))
    yield desk
    for event in desk.halved.values():
        event.set()
    desk.close()


def words(viewer, image):
    return viewer.page.locator(f'.pane[data-image="{image}"] .first-look-words')


def test_half_of_the_bytes_show_every_image_at_a_lower_resolution_which_says_so_until_all_are_there(
    chromium, desk, shot
):
    keys = ["RCC", "LCC", "RMLO", "LMLO"]
    for key in keys:
        desk.halved[f"/pixels/{key}/frames/1"] = threading.Event()
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: len(viewer.panes()) == 4 and all(pane["look"] for pane in viewer.panes()))
        viewer.settle()
        shot(viewer.page, "viewer-first-look")
        assert not any(pane["drawn"] for pane in viewer.panes())
        assert [pane["look"] for pane in viewer.panes()] == [4] * 4
        looks = {key: viewer.picture(LOOK, key) for key in keys}
        for key in keys:
            expect(words(viewer, key)).to_have_text("Loading: one pixel of 4 × 4 is shown")
            assert viewer.page.evaluate("i => window.overreadViewer.valueAt(i, [5, 5])", key) is None
            desk.halved[f"/pixels/{key}/frames/1"].set()
        viewer.until(lambda: all(pane["drawn"] and pane["look"] is None for pane in viewer.panes()))
        viewer.settle()
        for key in keys:
            expect(words(viewer, key)).to_be_hidden()
            whole = viewer.pixels(key)
            assert whole.shape == looks[key].shape
            assert np.corrcoef(whole.ravel(), looks[key].ravel())[0, 1] > 0.995
            assert np.abs(whole - looks[key]).mean() < 3
        assert viewer.problems == []


def test_a_connection_lost_after_the_first_look_is_a_failure_and_the_look_goes(chromium, desk):
    path = "/pixels/LCC/frames/1"
    desk.halved[path] = threading.Event()
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: viewer.panes() and viewer.pane("LCC")["look"] == 4)
        desk.cut.add(path)
        desk.halved[path].set()
        viewer.until(lambda: viewer.pane("LCC")["failure"] == "network")
        assert viewer.pane("LCC")["look"] is None
        assert not viewer.page.locator(".pane[data-image=LCC] .first-look").is_visible()
        desk.cut.clear()
        viewer.page.get_by_role("button", name="Try again").click()
        viewer.until(lambda: viewer.pane("LCC")["drawn"] and viewer.pane("LCC")["failure"] is None)


@contextmanager
def watched(chromium, script):
    """Four small images in a viewer whose page runs `script` before anything else."""
    desk = Desk(four_views(rows=330, cols=240))
    try:
        with ViewerPage(chromium, desk) as viewer:
            viewer.page.add_init_script(script)
            viewer.open()
            yield viewer
    finally:
        desk.close()


COUNT = """
window.copied = {};
const draw = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (source, ...rest) {
  const image = this.canvas.closest(".pane")?.dataset.image;
  if (image && source instanceof HTMLCanvasElement) window.copied[image] = (window.copied[image] ?? 0) + 1;
  return draw.call(this, source, ...rest);
};
"""


def test_the_card_draws_each_picture_once_and_not_first_through_a_window_of_its_own(chromium):
    with watched(chromium, COUNT) as viewer:
        viewer.settle()
        assert viewer.page.evaluate("() => window.copied") == dict.fromkeys(["RCC", "LCC", "RMLO", "LMLO"], 1)
        viewer.focus("RCC")
        viewer.press("k", "+")
        viewer.settle()
        assert viewer.page.evaluate("() => window.copied.RCC") == 2


UPLOADS = """
window.uploads = [];
for (const name of ["texImage2D", "texSubImage2D"]) {
  const upload = WebGL2RenderingContext.prototype[name];
  WebGL2RenderingContext.prototype[name] = function (...given) {
    const values = given.at(-1);
    if (values?.length === 330 * 240) window.uploads.push(`${values.constructor.name} ${given.at(-2) === this.UNSIGNED_SHORT}`);
    return upload.apply(this, given);
  };
}
"""


def test_the_card_gets_each_picture_once_as_the_whole_numbers_that_it_is(chromium):
    with watched(chromium, UPLOADS) as viewer:
        viewer.settle()
        assert viewer.page.evaluate("() => window.uploads") == ["Uint16Array true"] * 4
        viewer.press("+", "i", "b", "r")
        viewer.settle()
        assert viewer.page.evaluate("() => window.uploads.length") == 4


CONTEXTS = """
window.asked = new Set();
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  if (/webgl/.test(kind)) window.asked.add(this);
  return get.call(this, kind, ...rest);
};
"""


def test_the_card_is_not_looked_over_before_it_draws(chromium):
    """Three contexts: ours to ask whether there is a card, VTK's one look at 16 bits, and the one that draws."""
    with watched(chromium, CONTEXTS) as viewer:
        assert viewer.page.evaluate("() => window.asked.size") == 3
        assert viewer.page.evaluate("() => Object.keys(localStorage).filter(key => /cornerstone/.test(key))") == []


@pytest.mark.parametrize("entry", ["viewer", "read", "site", "intake", "pattern"])
def test_no_page_loads_cornerstone_or_a_codec_before_an_image_is_there(entry):
    dist = ROOT / "static" / "viewer" / "dist"
    built = json.loads((dist / ".vite" / "manifest.json").read_text())
    todo, loaded = [f"src/{entry}/main.ts"], set()
    while todo:
        name = todo.pop()
        loaded.add(name)
        todo += set(built[name].get("imports", [])) - loaded
    assert sum((dist / built[name]["file"]).stat().st_size for name in loaded) < 200_000  # Cornerstone is 2.9 MB
    assert (entry == "viewer") == ("src/viewer/main.ts" in loaded)
    assert not {"src/viewer/pane/gpu.ts", "src/viewer/data/foreign.ts"} & loaded
