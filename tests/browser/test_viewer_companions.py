"""Ultrasound and MRI beside the mammograms: true colours, their own millimetres, clips, and no name from the frame."""

import numpy as np
import pytest

from tests.browser import companion_shots
from tests.browser.viewer_desk import Desk, companion, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

ROWS, COLUMNS = 240, 320
REGION = [40, 40, 279, 219]
COLOURS = [(220, 30, 20), (20, 200, 40), (30, 60, 230), (128, 128, 128)]


def sonogram(frames=1):
    """Four quarters of a colour each inside the region, a white name above it; each frame a little darker."""
    picture = np.zeros((ROWS, COLUMNS, 3))
    picture[8:24, 20:200] = 255
    for number, colour in enumerate(COLOURS):
        top, left = 40 + 90 * (number // 2), 40 + 120 * (number % 2)
        picture[top : top + 90, left : left + 120] = colour
    return np.stack([picture * (1 - 0.05 * n) for n in range(frames)]).astype(np.uint8)


def volume():
    """Twelve planes, each brighter than the one before."""
    return np.stack([np.full((96, 128), 2000 * (n + 1), np.uint16) for n in range(12)])


@pytest.fixture
def desk():
    still = companion("still", sonogram(), regions=[{"box": REGION, "mm": [0.1, 0.1]}], burnt_in="unknown")
    clip = companion("clip", sonogram(6), regions=[{"box": REGION, "mm": [0.1, 0.1]}], burnt_in="no")
    still.extra["spacing"] = clip.extra["spacing"] = {
        "mm": [0.1, 0.1],
        "source": "Ultrasound region, Physical Delta",
        "calibrated": True,
    }
    planes = companion("mr", volume(), modality="MR", letters={"left": "A", "right": "P", "top": "H", "bottom": "F"})
    planes.extra["stack"] |= {"spacing_mm": 2, "thickness_mm": 2}
    desk = Desk(four_views(), companions=[still, clip, planes])
    yield desk
    desk.close()


def beside(viewer, key):
    viewer.page.locator(f'.step[data-layout="beside:{key}"]').click()
    viewer.until(lambda: any(pane["image"] == key and pane["drawn"] for pane in viewer.panes()))
    viewer.settle()


def at(viewer, key, x, y):
    """RGB on the screen over a stored point."""
    rgb = viewer.screen(key)
    column, row = viewer.to_canvas(key, (x, y))
    return rgb[round(float(row)), round(float(column))]


def test_they_are_listed_in_the_strip_and_hang_nowhere_until_asked_for(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        assert [pane["image"] for pane in viewer.panes()] == ["RCC", "LCC", "RMLO", "LMLO"]
        assert viewer.page.locator(".step-beside").count() == 3
        viewer.press("0")
        viewer.until(lambda: [pane["image"] for pane in viewer.panes()] == ["RCC", "still"])
        viewer.press("0", "0")
        viewer.until(lambda: [pane["image"] for pane in viewer.panes()] == ["RCC", "mr"])
        viewer.press("0")
        viewer.until(lambda: len(viewer.panes()) == 4)
        assert viewer.problems == []


def test_colours_are_those_of_the_file_and_what_lies_outside_the_region_is_covered(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        beside(viewer, "still")
        for number, colour in enumerate(COLOURS):
            seen = at(viewer, "still", 100 + 120 * (number % 2), 85 + 90 * (number // 2))
            assert np.abs(seen - colour).max() <= 2, (number, seen)
        assert at(viewer, "still", 110, 16).max() < 30
        assert "covered" in viewer.page.locator('.pane[data-image="still"] .corner-remark').inner_text()
        beside(viewer, "clip")  # its header says that no text is burnt in
        assert at(viewer, "clip", 110, 16).min() > 240


def test_a_length_is_measured_by_the_region_and_uncalibrated_outside_it(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        beside(viewer, "clip")
        viewer.press("l")
        viewer.drag(viewer.on_page("clip", (60, 100)), viewer.on_page("clip", (160, 100)))
        viewer.drag(viewer.on_page("clip", (60, 10)), viewer.on_page("clip", (160, 10)))
        words = viewer.page.locator('.pane[data-image="clip"] .mark text').all_text_contents()
        first, second = (float(word.split()[0]) for word in words)
        assert first == pytest.approx(10, abs=0.15)
        assert "uncalibrated" not in words[0]
        assert second == pytest.approx(100, abs=2)
        assert words[1].endswith("px uncalibrated")


def test_a_clip_plays_at_its_own_rate_and_begins_again(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        beside(viewer, "clip")
        viewer.until(lambda: viewer.state()["slices"]["count"] == 6)
        assert viewer.pane("clip")["frame"] == 0
        viewer.focus("clip")
        viewer.press("Shift+C")
        assert viewer.state()["cine"]["rate"] == 20
        viewer.until(lambda: viewer.state()["cine"]["drawn"] > 8)
        viewer.press("Shift+C", "End")
        viewer.until(lambda: viewer.pane("clip")["frame"] == 5)
        viewer.settle()
        assert np.abs(at(viewer, "clip", 100, 85) - np.array(COLOURS[0]) * 0.75).max() <= 3
        assert "Frame 6 of 6" in viewer.page.locator('.pane[data-image="clip"] .stack-label').inner_text()


def test_an_mri_series_scrolls_with_letters_and_a_grey_and_size_of_its_own(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        beside(viewer, "mr")
        viewer.until(lambda: viewer.state()["slices"]["count"] == 12)
        letters = viewer.page.locator('.pane[data-image="mr"] .edges').inner_text().split()
        assert sorted(letters) == ["F", "H", "P"]  # A lies at the edge that the words leave free
        middle = viewer.pixels("mr").max()
        viewer.focus("mr")
        viewer.press("Home")
        viewer.until(lambda: viewer.pane("mr")["frame"] == 0)
        viewer.settle()
        assert middle / 7 == pytest.approx(viewer.pixels("mr").max(), abs=2)
        before = viewer.pane("RCC")
        viewer.press("ArrowRight", "z", "ArrowUp", "ArrowUp")
        after = viewer.pane("RCC")
        assert (after["view"], after["grey"]) == (before["view"], before["grey"])
        assert viewer.problems == []


def test_a_frame_that_is_cut_is_a_failure_and_not_a_picture_askew(chromium, desk, monkeypatch):
    whole = companion_shots.body
    monkeypatch.setattr(companion_shots, "body", lambda shot, path: whole(shot, path)[:-60_000] + companion_shots.END)
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.page.locator('.step[data-layout="beside:still"]').click()
        viewer.until(lambda: any(pane["failure"] == "decode" for pane in viewer.panes()))
        assert not viewer.pane("still")["drawn"]
