"""Reading a stack: cine, from a place on a 2D image to its slice, and the suggestion on its own slices only."""

import numpy as np
import pytest

from tests.browser.viewer_desk import Desk, Shot, tomosynthesis
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

FRAMES, LESION = 24, 17
SPOT = (168, 132)  # where tomosynthesis() plants it: seven tenths across, two fifths down


@pytest.fixture
def desk():
    """A stack with a lesion in one slice, and the synthetic 2D image made of it."""
    stack = tomosynthesis("RCC", frames=FRAMES, lesion=LESION)
    flat = Shot("synthetic", "R", "CC", stack.slices.mean(axis=0).astype(np.uint16))
    desk = Desk([flat, stack], [])
    yield desk
    desk.close()


@pytest.fixture
def alone():
    """The stack by itself."""
    desk = Desk([tomosynthesis("RCC", frames=FRAMES, lesion=LESION)])
    yield desk
    desk.close()


def on_slices(viewer):
    """All slices there, the keys theirs."""
    viewer.until(lambda: viewer.state()["slices"]["count"] == FRAMES)
    viewer.focus("RCC")


def said(viewer):
    return viewer.page.locator("#viewer-live").inner_text()


def reveal(desk, viewer, *, frame_number):
    """The suggestion, as the server sends it after the read is locked: one region on the stack's lesion."""
    x, y = SPOT
    box = [x - 12, y - 12, x + 12, y + 12]
    corners = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]]
    finding = {"id": "f1", "score": 0.8, "polygon": corners, "box": box, "pairs_with": None, "area_mm2": 20}
    one = {
        "scored": True,
        "reasons": [],
        "malignancy": 0.8,
        "findings": [finding],
        "saliency": None,
        "frame_number": frame_number,
    }
    desk.manifest["results"] = {
        "release": {"name": "r", "version": "1", "digest": "d", "card_url": None, "summary": ""}, "run": "x", "scored": True,
        "reasons": None, "exam_score": 0.8, "score_band": 9, "triage": None, "breasts": None, "density": None,
        "suggestion": None, "images": {"RCC": one},
    }  # fmt: skip
    desk.manifest["analysis"] = {"state": "ready", "progress": None, "stage": None, "say": None}
    viewer.page.evaluate("() => document.dispatchEvent(new CustomEvent('overread:refresh', {detail: {}}))")
    viewer.until(lambda: viewer.state()["revealed"])
    viewer.settle()


def yellow(viewer):
    """Pixels of an outline: red and green, little blue."""
    rgb = viewer.screen("RCC")[:, 60:]
    return int(((rgb[..., 0] > 150) & (rgb[..., 1] > 120) & (rgb[..., 2] < 130)).sum())


def test_cine_walks_every_slice_to_and_fro_and_stops_by_its_key(chromium, alone):
    with ViewerPage(chromium, alone).open() as viewer:
        on_slices(viewer)
        viewer.press("Home")
        viewer.page.keyboard.press("Shift+C")
        seen = set()

        def walked():  # a busy machine looks at some slices only: it goes on until the last one was seen
            seen.add(viewer.pane("RCC")["frame"])
            return max(seen) == FRAMES - 1 and viewer.state()["cine"]["drawn"] > FRAMES + 4

        viewer.until(walked)
        assert max(seen) == FRAMES - 1
        viewer.page.keyboard.press("Shift+C")
        viewer.settle()
        assert viewer.state()["cine"]["playing"] is None
        frame = viewer.pane("RCC")["asked"]
        viewer.page.wait_for_timeout(400)
        assert viewer.pane("RCC")["asked"] == frame
        assert viewer.problems == []


def test_cine_is_faster_and_slower_by_keys_and_ends_when_the_reader_scrolls(chromium, alone):
    with ViewerPage(chromium, alone).open() as viewer:
        on_slices(viewer)
        viewer.press("Shift+C", "<", "<")
        assert viewer.state()["cine"]["rate"] == 6
        viewer.press(">")
        assert viewer.state()["cine"]["rate"] == 8
        viewer.press("End")
        viewer.until(lambda: viewer.state()["cine"]["playing"] is None)


def test_nothing_moves_by_itself_and_with_reduced_motion_only_the_key_starts_it(chromium, alone):
    with ViewerPage(chromium, alone) as viewer:
        viewer.page.emulate_media(reduced_motion="reduce")
        viewer.open()
        on_slices(viewer)
        before = viewer.pane("RCC")["frame"]
        viewer.page.wait_for_timeout(700)
        assert viewer.pane("RCC")["frame"] == before
        moving = "() => document.getAnimations().filter(one => one.playState === 'running').length"
        assert viewer.page.evaluate(moving) == 0
        viewer.press("Shift+C")
        viewer.until(lambda: viewer.pane("RCC")["frame"] != before)


def test_from_a_place_on_the_synthetic_image_to_the_slice_where_it_is_in_focus(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.page.mouse.move(*viewer.on_page("synthetic", SPOT))
        viewer.press("Shift+G")
        viewer.until(lambda: viewer.panes()[0]["image"] == "RCC" and viewer.shows("RCC", LESION))
        words = f"slice {LESION + 1}: the pointer's place, by the strongest contrast within 4 mm"
        viewer.until(lambda: words in said(viewer))
        x, y = viewer.to_canvas("RCC", SPOT)
        green = viewer.screen("RCC")[int(y) - 14 : int(y) + 14, int(x) - 14 : int(x) + 14]
        assert ((green[..., 1] - green[..., 2]) > 40).sum() > 20  # the cross that shows the place


def test_who_scrolls_on_while_the_slices_come_is_not_taken_away(chromium, desk):
    desk.held = {f"/pixels/RCC/frames/{number}" for number in range(20, 25)}
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.page.mouse.move(*viewer.on_page("synthetic", SPOT))
        viewer.press("Shift+G")
        viewer.until(lambda: viewer.panes()[0]["image"] == "RCC" and viewer.state()["slices"]["count"] > 10)
        viewer.focus("RCC")
        viewer.press("Home")
        viewer.until(lambda: viewer.shows("RCC", 0))
        desk.held.clear()
        viewer.until(lambda: viewer.state()["slices"]["count"] == FRAMES)
        viewer.page.wait_for_timeout(500)  # longer than a look at whether more come
        assert viewer.shows("RCC", 0)


def test_a_place_pointed_at_by_keys_is_gone_to_as_well(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.focus("synthetic")
        viewer.press("Shift+F", "ArrowRight", "Shift+G")
        viewer.until(lambda: viewer.panes()[0]["image"] == "RCC" and "the place pointed at" in said(viewer))


def test_after_the_reveal_the_suggested_regions_own_slice_is_gone_to(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        reveal(desk, viewer, frame_number=6)
        viewer.page.mouse.move(*viewer.on_page("synthetic", SPOT))
        viewer.press("Shift+G")
        viewer.until(lambda: viewer.panes()[0]["image"] == "RCC" and viewer.shows("RCC", 5))
        viewer.until(lambda: "by the suggestion's region" in said(viewer))


def test_the_suggestion_lies_on_its_own_slices_only_and_not_before_it_is_sent(chromium, alone):
    with ViewerPage(chromium, alone).open() as viewer:
        on_slices(viewer)
        assert "suggestion" not in viewer.page.locator(".stack-label").inner_text()
        reveal(alone, viewer, frame_number=6)
        counts = {}
        viewer.press("Home")
        for number in range(10):
            viewer.until(lambda number=number: viewer.pane("RCC")["frame"] == number)
            viewer.settle()
            counts[number] = yellow(viewer)
            viewer.press("PageDown")
        assert all(counts[number] > 50 for number in range(3, 8)), counts
        assert all(counts[number] < 5 for number in (0, 1, 2, 8, 9)), counts
        assert "suggestion: slice 6" in viewer.page.locator(".stack-label").inner_text()
        viewer.press("n")
        viewer.until(lambda: viewer.pane("RCC")["frame"] == 5)


def test_a_mark_is_shown_on_the_slice_it_was_drawn_on_dimly_in_a_slab_over_it_and_the_list_leads_there(chromium, alone):
    with ViewerPage(chromium, alone).open() as viewer:
        on_slices(viewer)
        viewer.press("l")
        viewer.drag(viewer.on_page("RCC", (150, 120)), viewer.on_page("RCC", (180, 150)))
        [mark] = viewer.state()["marks"]
        drawn_on = viewer.pane("RCC")["frame"]
        assert mark["frame"] == drawn_on + 1 == FRAMES // 2 + 1
        marks = viewer.page.locator('.pane[data-image="RCC"] .marks:not(.draft) .mark')
        assert marks.count() == 1 and marks.get_attribute("class").split().count("in-slab") == 0
        viewer.press("w", "Shift+T")  # a nipple is of the image as a whole
        x, y = viewer.on_page("RCC", (60, 160))
        viewer.page.mouse.click(x, y)
        assert [one.get("frame") for one in viewer.state()["marks"]] == [drawn_on + 1, None]
        viewer.press("w")
        viewer.page.mouse.move(x, y)
        viewer.page.mouse.wheel(0, 100)
        viewer.until(lambda: viewer.pane("RCC")["frame"] != drawn_on)
        viewer.until(lambda: marks.count() == 1)
        assert "mark-nipple" in marks.get_attribute("class")
        viewer.press("Shift+S")  # a slab of 5 mm: two slices to either side
        viewer.until(lambda: marks.count() == 2)
        viewer.settle()
        assert sorted("in-slab" in one.get_attribute("class") for one in marks.all()) == [False, True]
        viewer.press("Shift+S", "Shift+S")
        viewer.until(lambda: marks.count() == 1)
        viewer.page.evaluate(
            "id => document.dispatchEvent(new CustomEvent('overread:focus-mark', { detail: { id } }))", mark["id"]
        )
        viewer.until(lambda: viewer.pane("RCC")["frame"] == drawn_on and marks.count() == 2)
