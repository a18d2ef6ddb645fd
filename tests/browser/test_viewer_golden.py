"""The images as a whole against pictures kept of them: hanging, priors, grey scales, the suggestion and marks.

Written anew with OVERREAD_GOLDEN=write, then looked at by a person before they are committed.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.browser.test_viewer_suggestion import results_of
from tests.browser.viewer_desk import Desk, earlier_views, four_views
from tests.browser.viewer_page import ViewerPage

pytestmark = pytest.mark.browser

KEPT = Path(__file__).parent / "golden"
WIDTH = 640  # of a kept picture: an edge of one screen pixel more or less is not what these look for
MEAN, FEW = 0.7, 0.0008  # grey levels of 255; share of pixels that may be off by more than FAR
FAR = 40
POSES = {"RCC": (90, False), "LCC": (180, True), "RMLO": (270, True), "LMLO": (0, True)}


def revealed(desk):
    desk.manifest["results"] = results_of(desk)
    desk.manifest["analysis"] = {"state": "ready", "progress": None, "stage": None, "say": None}
    desk.manifest["read"]["state"] = "revealed"


def inverted_film(desk):
    """One image stored bright where it is dark, one with a sigmoid."""
    film, curve = desk.manifest["images"][0], desk.manifest["images"][1]
    desk.shots["RCC"].hung = 4095 - desk.shots["RCC"].hung
    film |= {"photometric": "MONOCHROME1", "padding": 4095}
    curve["voi"] = [{"label": "S", "center": 1600, "width": 900, "function": "SIGMOID"}]


def marked(viewer):
    viewer.press("l")
    viewer.drag(viewer.on_page("LMLO", (150, 240)), viewer.on_page("LMLO", (260, 300)))
    viewer.press("e")
    viewer.drag(viewer.on_page("RMLO", (160, 220)), viewer.on_page("RMLO", (200, 260)))
    viewer.press("Escape")


SCENES = {
    "four": (None, lambda viewer: None),
    "over-prior": (None, lambda viewer: viewer.press("4")),
    "alone-at-one-to-one": (None, lambda viewer: (viewer.focus("LMLO"), viewer.press("Enter", "x"))),
    "inverted-and-sigmoid": (inverted_film, lambda viewer: None),
    "inverted-by-key": (None, lambda viewer: viewer.press("i")),
    "saliency": (revealed, lambda viewer: viewer.press("o")),
    "saliency-lines": (revealed, lambda viewer: viewer.press("o", "Shift+O", "d")),
    "marks": (None, marked),
}

# Fonts differ between machines.
WORDLESS = (
    "() => { document.activeElement?.blur();"
    " document.querySelectorAll('.corners, .pane text').forEach(words => { words.style.visibility = 'hidden'; }); }"
)


def picture(viewer):
    """Greys and colours of the images without the words on them, small: (height, WIDTH, 3)."""
    viewer.page.mouse.move(1, 1)
    viewer.page.evaluate(WORDLESS)
    viewer.settle()
    box = viewer.page.locator(".grid").bounding_box()
    shot = Image.open(io.BytesIO(viewer.page.screenshot(clip=box, animations="disabled"))).convert("RGB")
    return shot.resize((WIDTH, round(shot.height * WIDTH / shot.width)), Image.Resampling.BOX)


def differs(now, kept):
    """(mean difference in grey levels, share of pixels off by more than FAR)."""
    far = np.abs(np.asarray(now, dtype=float) - np.asarray(kept, dtype=float)).max(axis=2)
    return far.mean(), (far > FAR).mean()


@pytest.mark.parametrize("scene", SCENES)
def test_the_images_look_as_they_did(chromium, scene):
    change, act = SCENES[scene]
    desk = Desk(four_views(**POSES), earlier_views() if scene == "over-prior" else None)
    if change:
        change(desk)
    try:
        with ViewerPage(chromium, desk).open() as viewer:
            viewer.press("h")
            act(viewer)
            viewer.until(lambda: all(pane["drawn"] for pane in viewer.panes()))
            viewer.settle()
            now = picture(viewer)
    finally:
        desk.close()
    path = KEPT / f"{scene}.png"
    if os.environ.get("OVERREAD_GOLDEN") == "write":
        now.quantize(128).save(path, optimize=True)
        pytest.skip(f"{path.name} was written: look at it")
    kept = Image.open(path).convert("RGB")
    assert now.size == kept.size
    mean, few = differs(now, kept)
    if not (mean < MEAN and few < FEW):
        out = Path("test-results") / "golden"
        out.mkdir(parents=True, exist_ok=True)
        now.save(out / path.name)
    assert mean < MEAN and few < FEW, (
        f"{path.name}: mean {mean:.2f}, {100 * few:.2f} % far off; see test-results/golden"
    )


def test_the_comparison_bites():
    kept = Image.open(KEPT / "four.png").convert("RGB")
    mirrored = kept.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    moved = Image.fromarray(np.roll(np.asarray(kept), 6, axis=1))
    darker = kept.point(lambda value: int(value * 0.9))
    for wrong in (mirrored, moved, darker, Image.open(KEPT / "marks.png").convert("RGB")):
        mean, few = differs(wrong, kept)
        assert mean >= MEAN or few >= FEW
