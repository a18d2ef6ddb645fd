"""Tomosynthesis: slices come from the middle outwards, nothing is ever blank, memory is bounded, slabs equal numpy's."""

import numpy as np
import pytest

from tests.browser.viewer_desk import Desk, tomosynthesis
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

FRAMES = 30


@pytest.fixture
def desk():
    desk = Desk([tomosynthesis(frames=FRAMES)])
    yield desk
    desk.close()


def path(number):
    """The address of slice `number`, from 0."""
    return f"/pixels/RCC/frames/{number + 1}"


def label(viewer):
    return viewer.page.locator('.pane[data-image="RCC"] .stack-label').inner_text()


def values(viewer, shape):
    """What is on the screen, in stored values."""
    return np.array(viewer.page.evaluate("() => window.overreadViewer.values('RCC')")).reshape(shape)


def all_there(viewer, desk):
    viewer.until(lambda: viewer.state()["slices"]["count"] == FRAMES)
    viewer.settle()


def test_the_middle_slice_comes_first_and_then_its_neighbours(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        all_there(viewer, desk)
        asked = [int(one.rpartition("/")[2]) - 1 for one in desk.asked if one.startswith("/pixels/")]
        assert FRAMES // 2 in asked[:2]
        distances = [abs(number - FRAMES // 2) for number in asked]
        assert np.abs(np.sort(distances) - distances).max() <= 2  # two or three are on their way at once
        assert len(asked) == len(set(asked)) == FRAMES
        assert label(viewer).startswith("Slice 16 of 30")
        assert viewer.problems == []


def test_each_slice_is_drawn_as_itself_there_and_back(chromium, desk):
    stack = desk.shots["RCC"].slices
    with ViewerPage(chromium, desk).open() as viewer:
        all_there(viewer, desk)
        viewer.focus("RCC")
        viewer.press("x")
        for keys, number in [(["Home"], 0), (["End"], 29), (["PageUp"], 28), (["Shift+PageUp"], 23), (["Home"], 0)]:
            viewer.press(*keys)
            viewer.until(lambda number=number: viewer.pane("RCC")["frame"] == number)
            viewer.settle()
            assert np.array_equal(values(viewer, stack[0].shape), stack[number])
            drawn = viewer.pixels("RCC")
            left, top = (int(v) for v in np.rint(viewer.to_canvas("RCC", (0, 0)) - 0.5))
            seen = drawn[top : top + 330, left : left + 240]
            assert np.abs(seen - stack[number] / 4096 * 255).max() < 2
        assert viewer.problems == []


def test_a_slice_that_is_not_there_yet_shows_the_nearest_one_and_says_so(chromium, desk):
    stack = desk.shots["RCC"].slices
    desk.held = {path(number) for number in range(20, 30)}
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.until(lambda: viewer.state()["slices"]["count"] >= 10)
        viewer.focus("RCC")
        viewer.press("End")
        viewer.until(lambda: viewer.pane("RCC")["frame"] == 19)
        viewer.settle()
        assert "slice 30 loading, 20 shown" in label(viewer)
        assert np.array_equal(values(viewer, stack[0].shape), stack[19])
        drawn = viewer.screen("RCC").mean(axis=2)
        assert drawn.max() > 60
        assert drawn.mean() < 128  # never a white viewport
        desk.held.clear()
        viewer.until(lambda: viewer.pane("RCC")["frame"] == 29)
        viewer.settle()
        assert "loading" not in label(viewer)
        assert np.array_equal(values(viewer, stack[0].shape), stack[29])


def test_a_mark_stays_on_the_slice_it_was_begun_on_when_another_comes_meanwhile(chromium, desk):
    desk.held = {path(number) for number in range(20, 30)}
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.until(lambda: viewer.state()["slices"]["count"] >= 10)
        viewer.focus("RCC")
        viewer.press("End")
        viewer.until(lambda: viewer.pane("RCC")["frame"] == 19)
        viewer.press("l")
        start, end = viewer.on_page("RCC", (80, 120)), viewer.on_page("RCC", (130, 150))
        mouse = viewer.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end)
        desk.held.clear()
        viewer.until(lambda: viewer.shows("RCC", 29))
        mouse.up()
        viewer.settle()
        assert [mark["frame"] for mark in viewer.state()["marks"]] == [20]


def test_before_the_first_slice_the_viewport_is_dark_and_says_that_it_loads(chromium, desk):
    desk.held = {path(number) for number in range(FRAMES)}
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        notice = viewer.page.locator('.pane[data-image="RCC"] .pane-notice')
        viewer.until(lambda: notice.is_visible() and "Loading R CC" in notice.inner_text())
        viewer.until(lambda: any(one.startswith("/pixels/") for one in desk.asked))
        assert viewer.screen("RCC").mean() < 40
        desk.held.clear()
        viewer.until(lambda: viewer.pane("RCC")["drawn"])
        assert not notice.is_visible()


def test_a_broken_slice_is_named_and_its_neighbour_shown(chromium, desk):
    desk.broken[path(3)] = b"nothing that decodes"
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.until(lambda: viewer.state()["slices"]["count"] == FRAMES - 1)
        viewer.focus("RCC")
        viewer.press("Home", "PageDown", "PageDown", "PageDown")
        viewer.until(lambda: "Slice 4: " in label(viewer))
        assert viewer.pane("RCC")["frame"] in (2, 4)
        assert viewer.pane("RCC")["failure"] is None


def test_a_stack_whose_server_is_gone_says_so_and_asks_no_further(chromium, desk):
    desk.broken |= {path(number): 503 for number in range(FRAMES)}
    with ViewerPage(chromium, desk).open(drawn=False) as viewer:
        viewer.until(lambda: viewer.panes() and viewer.pane("RCC")["failure"] == "server")
        assert len([one for one in desk.asked if one.startswith("/pixels/")]) <= 5
        desk.broken.clear()
        viewer.page.get_by_role("button", name="Try again").click()
        viewer.until(lambda: viewer.pane("RCC")["drawn"])


def test_decoded_slices_stay_within_their_bound_and_come_again(chromium, desk):
    one = 330 * 240 * 2
    stack = desk.shots["RCC"].slices
    with ViewerPage(chromium, desk) as viewer:
        viewer.page.goto(f"{desk.url}/desk")
        viewer.page.evaluate("() => localStorage.setItem('overread.7.slice-megabytes', '1')")
        viewer.open()
        most = 1024 * 1024 // one
        viewer.until(lambda: viewer.state()["slices"]["count"] == most)
        viewer.focus("RCC")
        for keys, number in [(["Home"], 0), (["End"], 29), (["Home"], 0)]:
            viewer.press(*keys)
            viewer.until(lambda number=number: viewer.pane("RCC")["frame"] == number)
            assert viewer.state()["slices"]["bytes"] <= viewer.state()["slices"]["budget"] == 1024 * 1024
            assert np.array_equal(values(viewer, stack[0].shape), stack[number])
        assert desk.asked.count(path(0)) == 2  # let go meanwhile


@pytest.mark.parametrize("mode", ["Mean", "MIP"])
@pytest.mark.parametrize(("mm", "reach"), [(2, (0, 1)), (5, (-2, 2)), (10, (-4, 5))])
def test_a_slab_equals_what_numpy_makes_of_its_slices(chromium, desk, mode, mm, reach):
    stack = desk.shots["RCC"].slices
    with ViewerPage(chromium, desk).open() as viewer:
        all_there(viewer, desk)
        viewer.focus("RCC")
        viewer.press(*["Shift+S"] * (1 if mode == "Mean" else 2))
        viewer.press(*{2: ["8"] * 3, 5: [], 10: ["9"] * 3}[mm])
        for keys, at in [([], 15), (["Shift+PageDown"], 20), (["Home"], 0), (["End"], 29)]:
            viewer.press(*keys)
            first, last = max(0, at + reach[0]), min(FRAMES - 1, at + reach[1])
            words = (
                f"{mode} {last - first + 1:.1f} mm, {first + 1}-{last + 1}" if last > first else f"{mode}: one slice"
            )
            viewer.until(lambda words=words: words in label(viewer))
            part = stack[first : last + 1].astype(np.int64)
            expected = np.floor(part.mean(axis=0) + 0.5) if mode == "Mean" else part.max(axis=0)
            assert np.array_equal(values(viewer, stack[0].shape), expected)
        viewer.press(*["Shift+S"] * (2 if mode == "Mean" else 1))
        viewer.until(lambda: np.array_equal(values(viewer, stack[0].shape), stack[29]))
        assert viewer.problems == []


def test_without_a_distance_in_the_header_there_is_no_slab_and_the_page_says_why(chromium, desk):
    desk.manifest["images"][0]["stack"]["spacing_mm"] = None
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.focus("RCC")
        viewer.press("Shift+S")
        assert "does not say how far" in viewer.page.locator("#viewer-live").inner_text()
        assert viewer.pane("RCC")["slab"] == ""
        assert "mm" not in label(viewer)


def test_the_bar_is_there_without_words_too_and_is_dragged_and_keyed(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        all_there(viewer, desk)
        viewer.press("h")
        rail = viewer.page.locator('.pane[data-image="RCC"] .stack-rail')
        box = rail.bounding_box()
        assert box["width"] >= 24
        assert viewer.page.locator(".stack-label").is_visible()
        viewer.page.mouse.click(box["x"] + 12, box["y"] + box["height"] * 0.12)
        viewer.until(lambda: viewer.pane("RCC")["frame"] == 3)
        assert rail.get_attribute("aria-valuenow") == "4"
        rail.focus()
        viewer.page.keyboard.press("ArrowDown")
        viewer.until(lambda: viewer.pane("RCC")["frame"] == 4)
        assert "Slice 5 of 30" in label(viewer)
        assert "4.0 mm" in label(viewer)
