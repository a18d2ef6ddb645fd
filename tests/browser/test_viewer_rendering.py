"""The server's rendering: offered where this browser cannot show an image, said not to be for diagnosis, and right in its greys."""

import json

import numpy as np
import pytest

from portal.viewer.drawing import STRIP
from tests.browser.viewer_desk import Desk, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser
OFFER = "Show the server's rendering (not for diagnosis)"
BROKEN = b"\xff\x4f\xff\x51 nothing of a codestream"
PIXELS = """i => {
  const image = document.querySelector(`.pane[data-image='${i}'] .rendering img`), canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas.toDataURL('image/png');
}"""


@pytest.fixture
def desk():
    desk = Desk(four_views(rows=330, cols=240, RMLO=(90, True)))
    yield desk
    desk.close()


def rendering(viewer, image):
    return viewer.page.locator(f'.pane[data-image="{image}"] .rendering')


def arrived(viewer, image):
    viewer.until(
        lambda: rendering(viewer, image).locator("img").evaluate_all("all => all.some(one => one.naturalWidth > 0)")
    )


def test_an_image_that_cannot_be_decoded_is_offered_as_the_server_draws_it_with_a_word_on_what_it_is_not_for(
    chromium, desk
):
    desk.broken["/pixels/RCC/frames/1"] = BROKEN
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: viewer.panes() and viewer.pane("RCC")["failure"] == "decode")
        viewer.page.get_by_role("button", name=OFFER).click()
        arrived(viewer, "RCC")
        assert desk.asked.count("/rendering/RCC") == 2  # it waited for the worker once
        assert rendering(viewer, "RCC").inner_text().startswith("Not for diagnosis")
        image = rendering(viewer, "RCC").locator("img")
        assert image.get_attribute("alt").startswith("R CC. Not for diagnosis")
        box, pane = image.bounding_box(), viewer.pane("RCC")["box"]
        assert box["width"] == pytest.approx(pane["width"], abs=1) and box["height"] > pane["height"] * 0.8
        rendering(viewer, "RCC").get_by_role("button", name="Close").click()
        assert not rendering(viewer, "RCC").is_visible()
        assert viewer.page.get_by_role("button", name=OFFER).is_visible()
        assert [problem for problem in viewer.problems if "Content Security" in problem] == []


def test_an_image_that_opens_after_all_takes_the_rendering_away(chromium, desk):
    desk.broken["/pixels/RCC/frames/1"] = 500
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: viewer.panes() and viewer.pane("RCC")["failure"] == "server")
        viewer.page.get_by_role("button", name=OFFER).click()
        arrived(viewer, "RCC")
        desk.broken.clear()
        viewer.page.evaluate("document.querySelector('.pane[data-image=RCC] .pane-notice button').click()")
        viewer.until(lambda: viewer.pane("RCC")["drawn"] and not rendering(viewer, "RCC").is_visible())


def test_what_the_server_cannot_draw_says_why(chromium, desk):
    desk.broken["/pixels/RCC/frames/1"] = BROKEN
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: viewer.panes() and viewer.pane("RCC")["failure"] == "decode")
        say = {"detail": "The image cannot be decoded: its pixel data are cut."}
        viewer.page.route("**/rendering/**", lambda route: route.fulfill(status=422, body=json.dumps(say)))
        viewer.page.get_by_role("button", name=OFFER).click()
        viewer.until(lambda: "its pixel data are cut" in rendering(viewer, "RCC").inner_text())


def test_its_greys_are_those_of_the_viewers_own_window_in_every_pose_of_the_file(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.press("k", "Shift+K")
        for image in ("LCC", "RMLO"):
            viewer.focus(image)
            viewer.press("f", "Shift+ArrowUp", "Shift+ArrowRight") if image == "LCC" else viewer.press("i")
            viewer.press("x")
            shot = desk.shots[image]
            own = viewer.pixels(image)
            viewer.page.evaluate("document.querySelector('.strip-card button').click()")
            arrived(viewer, image)
            drawn = viewer.picture(PIXELS, image)[STRIP:]
            assert drawn.shape == shot.hung.shape
            compared = []
            for y in range(20, shot.hung.shape[0] - 20, 13):
                for x in range(10, shot.hung.shape[1] - 10, 7):
                    at = np.floor(viewer.to_canvas(image, shot.stored_at(x, y))).astype(int)
                    if shot.hung[y, x] > 0 and (at >= 0).all() and at[1] < own.shape[0] and at[0] < own.shape[1]:
                        compared.append((own[at[1], at[0]], drawn[y, x]))
            mine, theirs = np.array(compared).T
            assert len(mine) > 100 and mine.std() > 10
            assert np.abs(mine - theirs).max() <= 2, np.abs(mine - theirs).max()


def test_without_webgl_the_renderings_are_offered_in_the_strip(chromium, desk):
    with ViewerPage(chromium, desk) as viewer:
        viewer.without_webgl()
        viewer.open()
        viewer.page.get_by_role("button", name="Show the server's renderings").click()
        for image in desk.shots:
            arrived(viewer, image)
            assert "Not for diagnosis" in rendering(viewer, image).inner_text()
