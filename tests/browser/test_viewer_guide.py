"""The guide's pictures of what the demo has no exam for: a tomosynthesis, ultrasound and MRI beside it, the second window."""

import numpy as np
import pytest

from tests.browser.test_viewer_two import opened
from tests.browser.viewer_desk import Desk, Shot, companion, earlier_views, four_views, tomosynthesis
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

SIZE = {"width": 1366, "height": 768}
FRAMES, LESION = 16, 9


@pytest.fixture
def at(chromium):
    """`at(desk)`: the desk's page; nothing of it is cut off, and the page had nothing to complain of."""
    left = []

    def open_(desk):
        viewer = ViewerPage(chromium, desk, **SIZE)
        left.append((viewer, desk))
        return viewer.open()

    yield open_
    for viewer, desk in left:
        wide = viewer.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        problems = list(viewer.problems)
        viewer.context.close()
        desk.close()
        assert (wide, problems) == (0, [])


def echoes(rows=480, columns=640):
    """Layers of speckle and a dark lesion with a bright rim and its shadow, as an ultrasound probe would draw them; grey in colour."""
    noise = np.random.default_rng(4)
    y, x = np.mgrid[0:rows, 0:columns]
    layers = 105 + 35 * np.sin(y / 30 + np.sin(x / 90)) - 0.1 * y
    inside = np.hypot((x - 330) / 92, (y - 210) / 58)
    tissue = np.where(inside < 1, 14, np.where(inside < 1.12, 170, layers))
    tissue = np.where((np.abs(x - 330) < 70) & (y > 270), tissue * 0.5, tissue)
    speckle = noise.rayleigh(0.8, (rows // 4, columns // 8)).repeat(4, axis=0).repeat(8, axis=1)
    speckle = (
        speckle + np.roll(speckle, 2, axis=0) + np.roll(speckle, 4, axis=1) + np.roll(speckle, (1, 2), axis=(0, 1))
    ) / 4
    picture = np.clip(tissue * speckle, 0, 255)
    return np.repeat(picture[None, ..., None], 3, axis=-1).astype(np.uint8)


def planes(count=8, rows=256, columns=320):
    """Two breasts over a chest wall, the left one with a spot that takes up contrast in the middle planes."""
    noise = np.random.default_rng(5)
    y, x = np.mgrid[0:rows, 0:columns]
    found = []
    for number in range(count):
        size = 66 - abs(number - count / 2) * 5
        breasts = [9000 * np.exp(-((np.hypot((x - at) / size, (y - 120) / (size * 1.2))) ** 6)) for at in (88, 232)]
        wall = 14000 / (1 + np.exp(-(y - 176) / 5))
        spot = 22000 * np.exp(-(np.hypot(x - 250, y - 104) ** 2) / 60) * (2 <= number <= 5)
        found.append(np.maximum.reduce([*breasts, wall]) + spot + noise.normal(0, 350, (rows, columns)))
    return np.clip(np.stack(found), 0, 65535).astype(np.uint16)


def test_a_tomosynthesis_with_the_mark_of_a_slice(at, shot):
    stack = tomosynthesis("RCC", frames=FRAMES, rows=990, cols=720, lesion=LESION)
    y, x = np.mgrid[0:990, 0:720]
    place = np.exp(-((np.hypot(x - 504, y - 396) / 26) ** 4))
    for number, slice_ in enumerate(stack.slices):  # a mass that is in focus in three slices
        slice_[...] = np.clip(slice_ + (slice_ > 0) * place * 900 / (1 + (number - LESION) ** 2), 0, 4095)
    narrow = [{"label": "NORMAL", "center": 900, "width": 1500, "function": "LINEAR"}]
    stack.extra |= {"voi": narrow}
    flat = Shot("synthetic", "R", "CC", stack.slices.mean(axis=0).astype(np.uint16), extra={"voi": narrow})
    viewer = at(Desk([flat, stack], []))
    spot = (504, 396)
    viewer.page.mouse.move(*viewer.on_page("synthetic", spot))
    viewer.press("Shift+G")
    viewer.until(lambda: viewer.panes()[0]["image"] == "RCC" and viewer.shows("RCC", LESION))
    viewer.press("l")
    viewer.drag(viewer.on_page("RCC", (474, 396)), viewer.on_page("RCC", (534, 396)))
    viewer.settle()
    [mark] = viewer.state()["marks"]
    assert mark["frame"] == LESION + 1
    shot(viewer.page, "viewer-tomosynthesis")


def test_ultrasound_and_mri_beside_the_mammograms(at, shot):
    sonogram = companion("still", echoes(), regions=[{"box": [0, 0, 639, 479], "mm": [0.08, 0.08]}], burnt_in="no")
    sonogram.extra["spacing"] = {"mm": [0.08, 0.08], "source": "Ultrasound region, Physical Delta", "calibrated": True}
    mri = companion("mr", planes(), modality="MR", letters={"left": "R", "right": "L", "top": "A", "bottom": "P"})
    mri.extra["stack"] |= {"spacing_mm": 2, "thickness_mm": 2}
    mri.extra["spacing"] = {"mm": [0.7, 0.7], "source": "Pixel Spacing", "calibrated": True}
    mri.extra["auto_voi"] = {"center": 16000, "width": 34000}
    viewer = at(Desk(four_views(rows=1280, cols=960), companions=[sonogram, mri]))
    for key in ("still", "mr"):
        viewer.press("0")
        viewer.until(lambda key=key: [pane["image"] for pane in viewer.panes()] == ["RCC", key])
        viewer.until(lambda: all(pane["drawn"] for pane in viewer.panes()))
        viewer.settle()
        shot(viewer.page, f"viewer-beside-{'ultrasound' if key == 'still' else 'mri'}")


def test_the_earlier_exam_in_the_second_window(at, shot):
    viewer = at(Desk(four_views(rows=1280, cols=960), earlier_views(rows=1000, cols=720, spacing=0.128)))
    second = opened(viewer)
    second.page.set_viewport_size(SIZE)
    second.settle()
    assert [pane["image"] for pane in second.panes()] == [f"{pane['image']}-then" for pane in viewer.panes()]
    shot(second.page, "viewer-second-window")
