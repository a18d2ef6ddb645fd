"""The page around the images: notice, help, side panel, sizes, names for everything, nothing loaded that is not needed."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.viewer_desk import NOTICE, ROOT, Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser


@pytest.fixture
def desk():
    desk = Desk(four_views(rows=330, cols=240))
    yield desk
    desk.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768)])
def test_the_sentence_and_every_image_are_visible_and_nothing_scrolls_sideways(chromium, desk, shot, width, height):
    with ViewerPage(chromium, desk, width=width, height=height).open() as viewer:
        assert viewer.page.get_by_text(NOTICE).is_visible()
        assert viewer.page.evaluate("() => document.documentElement.scrollWidth") <= width
        boxes = [pane["box"] for pane in viewer.panes()]
        assert all(box["height"] > height * 0.35 for box in boxes)
        assert viewer.page.locator("#viewer-toolbar").bounding_box()["height"] < 90
        assert viewer.problems == []
        shot(viewer.page, f"viewer-{width}")


def test_help_is_a_sheet_beside_the_images_that_hides_none(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.press("?")
        sheet = viewer.page.locator("#viewer-help")
        assert sheet.is_visible()
        assert "Magnifier" in sheet.inner_text()
        left = sheet.bounding_box()["x"]
        assert all(pane["box"]["x"] + pane["box"]["width"] <= left + 1 for pane in viewer.panes())
        viewer.press("?")
        assert not sheet.is_visible()


def test_the_side_panel_goes_by_a_key_and_the_images_take_its_place_still_hung(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        before = viewer.pane("LCC")["box"]["width"]
        viewer.press("s")
        viewer.until(lambda: viewer.pane("LCC")["box"]["width"] > before + 100)
        viewer.settle()
        x, _ = viewer.to_canvas("LCC", (-0.5, 100))
        assert x == pytest.approx(0, abs=0.01)
        assert viewer.pixels("LCC").shape[1] == round(viewer.pane("LCC")["box"]["width"])


def test_single_keys_can_be_turned_off_outside_the_images(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.press("?")
        viewer.page.locator("#single-keys").uncheck()
        viewer.page.locator("#viewer-help .btn-close").click()
        viewer.page.locator("body").evaluate("() => document.activeElement.blur()")
        viewer.press("i")
        assert not viewer.pane("RCC")["grey"]["invert"]
        viewer.focus("RCC")
        viewer.press("i")
        assert viewer.pane("RCC")["grey"]["invert"]


def test_every_control_has_a_name_and_axe_finds_nothing_serious(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.press("?")
        for button in viewer.page.locator("button.tool").all():
            assert button.get_attribute("aria-label") or button.inner_text()
        assert [pane.get_attribute("aria-label") for pane in viewer.page.locator(".pane").all()] == [
            "R CC",
            "L CC",
            "R MLO",
            "L MLO",
        ]
        found = Axe().run(viewer.page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_the_steps_and_the_toolbar_are_walked_by_arrow_keys_and_keep_the_focus(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.page.locator('[data-layout="cc"]').focus()
        viewer.press("Enter")
        assert viewer.state()["layout"] == "cc"
        viewer.press("ArrowLeft", "Enter")
        assert viewer.state()["layout"] == "4up"
        assert viewer.page.evaluate("() => document.activeElement.dataset.layout") == "4up"
        viewer.page.locator('[data-action="zoom"]').focus()
        viewer.press("Enter", "ArrowLeft")
        assert viewer.state()["tool"] == "zoom"
        assert viewer.page.evaluate("() => document.activeElement.dataset.action") == "window"
        viewer.press("End", "Enter")
        assert viewer.page.locator("#viewer-help").is_visible()


def test_the_site_script_carries_no_cornerstone_and_codecs_come_one_by_one(chromium, desk):
    manifest = json.loads((ROOT / "static/viewer/dist/.vite/manifest.json").read_text())
    site = manifest["src/site/main.ts"]
    files = [site["file"], *[manifest[name]["file"] for name in site.get("imports", [])]]
    sizes = [Path(ROOT / "static/viewer/dist" / name).stat().st_size for name in files]
    assert sum(sizes) < 400_000
    with ViewerPage(chromium, desk).open():
        codecs = {path.rpartition("/")[2].partition("-")[0] for path in desk.asked if path.endswith(".wasm")}
        assert codecs == {"openjphjs"}


def test_the_csp_is_kept_while_every_tool_is_used(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.focus("RCC")
        viewer.press(
            *"wzpgleatqyi",
            "b",
            "k",
            "f",
            "x",
            "r",
            "h",
            "o",
            "d",
            "n",
            "c",
            "v",
            ".",
            ",",
            "j",
            "u",
            "Escape",
            "?",
            "s",
            "Escape",
        )
        assert viewer.problems == []
