"""When things fail: every viewport says what happened and what to do; none is blank without a word."""

import numpy as np
import pytest

from tests.browser.viewer_desk import Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser


@pytest.fixture
def desk():
    desk = Desk(four_views(rows=330, cols=240))
    yield desk
    desk.close()


def words(viewer, image):
    return viewer.page.locator(f'.pane[data-image="{image}"] .pane-notice').inner_text()


def others_are_drawn(viewer):
    return all(pane["drawn"] for pane in viewer.panes() if pane["failure"] is None)


@pytest.mark.parametrize(
    ("path", "broken", "cause", "sentence"),
    [
        ("/pixels/RCC/frames/1", 404, "gone", "R CC: This image is not on the server any more"),
        ("/pixels/RCC/frames/1", 403, "refused", "R CC: You may not see this image"),
        ("/pixels/RCC/frames/1", 500, "server", "R CC: The server could not send this image"),
        (
            "/pixels/RCC/frames/1",
            b"\xff\x4f\xff\x51 nothing of a codestream",
            "decode",
            "R CC: This image could not be decoded",
        ),
    ],
)
def test_an_image_that_cannot_be_shown_says_why_and_the_others_stay(chromium, desk, path, broken, cause, sentence):
    desk.broken[path] = broken
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: viewer.panes() and viewer.pane("RCC")["failure"] == cause)
        viewer.until(lambda: others_are_drawn(viewer))
        assert words(viewer, "RCC").startswith(sentence)
        assert sum(pane["drawn"] for pane in viewer.panes()) == 3


JPEG_2000 = "1.2.840.10008.1.2.4.90"


@pytest.mark.parametrize("broken", [None, 404])
def test_an_image_in_another_transfer_syntax_is_read_by_cornerstones_loader_which_needs_its_header(
    chromium, desk, broken
):
    desk.shots["RCC"].extra["transfer_syntax"] = JPEG_2000
    desk.manifest["images"][0]["transfer_syntax"] = JPEG_2000
    if broken:
        desk.broken["/meta/RCC"] = broken
    with ViewerPage(chromium, desk).open(drawn=broken is None) as viewer:
        if broken:
            viewer.until(lambda: viewer.panes() and viewer.pane("RCC")["failure"] == "gone")
            assert words(viewer, "RCC").startswith("R CC: This image is not on the server any more")
        viewer.until(lambda: others_are_drawn(viewer))
        assert [path for path in desk.asked if path.startswith("/meta/")] == ["/meta/RCC"]
        if not broken:
            assert np.abs(viewer.pixels("RCC")).max() > 100
            assert viewer.problems == []


def test_a_cut_codestream_is_a_failure_and_never_stays_on_the_screen_as_if_it_were_whole(chromium):
    desk = Desk(four_views(rows=1600, cols=1200))
    whole = desk.answer("/pixels/RCC/frames/1", "image/jphc")[2]
    desk.broken["/pixels/RCC/frames/1"] = whole[: len(whole) * 9 // 10]
    try:
        with ViewerPage(chromium, desk).open(drawn=False) as viewer:
            viewer.until(lambda: viewer.panes() and viewer.pane("RCC")["failure"] == "decode")
            viewer.until(lambda: others_are_drawn(viewer))
            assert viewer.pane("RCC")["look"] is None
            assert not viewer.page.locator(".pane[data-image=RCC] .first-look").is_visible()
            assert words(viewer, "RCC").startswith("R CC: This image could not be decoded")
    finally:
        desk.close()


def test_trying_again_after_a_failure_shows_the_image(chromium, desk):
    desk.broken["/pixels/RCC/frames/1"] = 500
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: viewer.panes() and viewer.pane("RCC")["failure"] == "server")
        desk.broken.clear()
        viewer.page.get_by_role("button", name="Try again").click()
        viewer.until(lambda: viewer.pane("RCC")["drawn"] and viewer.pane("RCC")["failure"] is None)
        viewer.settle()
        assert viewer.pixels("RCC").max() > 100


def test_an_image_in_preparation_says_so_and_appears_by_itself(chromium, desk):
    desk.manifest["images"][0]["status"] = "transcoding"
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: viewer.panes() and viewer.pane("RCC")["failure"] == "transcoding")
        assert "being prepared" in words(viewer, "RCC")
        desk.manifest["images"][0]["status"] = "ready"
        viewer.until(lambda: viewer.pane("RCC")["drawn"], 10)


@pytest.mark.parametrize(
    ("status", "sentence"), [(404, "not on the server"), (403, "may not see"), (500, "could not send")]
)
def test_without_a_manifest_the_page_says_why(chromium, desk, status, sentence):
    desk.broken["/manifest"] = status
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: sentence in viewer.page.locator("#viewer-say").inner_text())


def test_a_lost_connection_is_said_above_the_images_which_stay_until_it_is_back(chromium, desk):
    desk.manifest["analysis"] = {"state": "running", "progress": 0.1, "stage": "Decoding", "say": None}
    with ViewerPage(chromium, desk).open() as viewer:
        strip = viewer.page.locator(".strip-connection")
        viewer.page.context.set_offline(True)
        viewer.until(lambda: "No connection to the server" in strip.inner_text(), 8)
        assert viewer.pixels("RCC").max() > 100
        viewer.page.context.set_offline(False)
        viewer.until(lambda: not strip.is_visible(), 15)


def test_a_connection_that_is_back_is_noticed_at_once_and_images_that_missed_it_open_by_themselves(chromium, desk):
    desk.manifest["analysis"] = {"state": "none", "progress": None, "stage": None, "say": None}  # nothing to look for
    desk.manifest["hanging"]["initial"] = "cc"
    with ViewerPage(chromium, desk).open() as viewer:
        strip = viewer.page.locator(".strip-connection")
        viewer.page.context.set_offline(True)
        viewer.until(lambda: "No connection to the server" in strip.inner_text(), 5)
        viewer.press("3")
        viewer.until(lambda: [pane["failure"] for pane in viewer.panes()] == ["network", "network"])
        viewer.page.context.set_offline(False)
        viewer.until(lambda: not strip.is_visible(), 5)
        viewer.until(lambda: all(pane["drawn"] and pane["failure"] is None for pane in viewer.panes()))


@pytest.mark.parametrize(
    ("ahead", "sentence"), [(900, "15 min behind the server's"), (-3900, "1 h 5 min ahead of the server's"), (30, "")]
)
def test_a_computer_whose_clock_is_wrong_is_told_so(chromium, desk, ahead, sentence):
    desk.clock_ahead = ahead
    with ViewerPage(chromium, desk).open() as viewer:
        strip = viewer.page.locator(".strip-clock")
        assert strip.is_visible() is bool(sentence)
        assert sentence in strip.text_content()


def test_without_webgl_images_are_drawn_by_the_processor_and_the_page_says_so(chromium, desk):
    with ViewerPage(chromium, desk) as viewer:
        viewer.without_webgl()
        viewer.open()
        assert "no WebGL" in viewer.page.locator(".strip-card").inner_text()
        assert "not meant for diagnosis" in viewer.page.locator(".strip-card").inner_text()
        assert viewer.pixels("RCC").max() > 100
        viewer.press("i")
        shot = desk.shots["LCC"]
        x, y = viewer.to_canvas("LCC", shot.stored_at(*shot.lesion[:2]))
        assert viewer.pixels("LCC")[int(y), int(x)] < 30


LOSE = "() => { window.cardAway = true; window.cards.forEach(card => card.getExtension('WEBGL_lose_context')?.loseContext()); }"


def test_when_the_graphics_card_stops_the_processor_goes_on_says_so_and_hands_back_when_the_card_answers(
    chromium, desk
):
    with ViewerPage(chromium, desk) as viewer:
        viewer.page.add_init_script(
            "const get = HTMLCanvasElement.prototype.getContext; window.cards = [];"
            "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
            "  const made = get.call(this, kind, ...rest);"
            "  if (/webgl/.test(kind) && window.cardAway) return null;"
            "  if (/webgl/.test(kind) && made) window.cards.push(made); return made; };"
        )
        viewer.open()
        before = viewer.pixels("LMLO")
        viewer.page.evaluate(LOSE)
        viewer.until(lambda: "graphics card stopped" in viewer.page.locator(".strip-card").inner_text())
        viewer.until(lambda: viewer.page.locator(".cpu-canvas").count() == 4)
        viewer.settle()
        after = viewer.pixels("LMLO")
        assert np.corrcoef(before[:300].ravel(), after[:300, : before.shape[1]].ravel())[0, 1] > 0.9
        viewer.press("2", "1")
        assert viewer.pixels("RCC").max() > 100
        viewer.page.evaluate("() => { window.cardAway = false; }")
        viewer.until(lambda: viewer.page.locator(".cpu-canvas").count() == 0)
        viewer.until(lambda: not viewer.page.locator(".strip-card").is_visible())
        viewer.settle()
        back = viewer.pixels("LMLO")
        assert back.shape == before.shape
        assert np.abs(back - before).mean() < 1
