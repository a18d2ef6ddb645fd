"""What a test does at a desk: open it, wait for the images, press keys, look at pixels."""

from __future__ import annotations

import base64
import copy
import io
import time
from typing import Any

import numpy as np
from PIL import Image

from tests.browser.viewer_desk import Desk

Point = tuple[float, float]


class ViewerPage:
    """One open viewer; `problems` holds every console error and CSP violation."""

    def __init__(
        self, chromium: Any, desk: Desk, *, width: int = 1600, height: int = 900, ratio: int = 1, **context: Any
    ) -> None:
        size = {"width": width, "height": height}
        self.context = chromium.new_context(viewport=size, device_scale_factor=ratio, **context)
        self.desk = desk
        self.ratio = ratio
        self._watch(self.context.new_page())

    def _watch(self, page: Any) -> None:
        self.page = page
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda line: line.type == "error" and self.problems.append(line.text))

    def beside(self, page: Any) -> ViewerPage:
        """The same for a window that this one opened."""
        other = copy.copy(self)
        other._watch(page)
        return other

    def __enter__(self) -> ViewerPage:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def without_webgl(self) -> None:
        """From the next page on no canvas has a WebGL context."""
        self.page.add_init_script(
            "const get = HTMLCanvasElement.prototype.getContext;"
            "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
            "  return /webgl/.test(kind) ? null : get.call(this, kind, ...rest); };"
        )

    def open(self, *, drawn: bool = True) -> ViewerPage:
        self.page.goto(f"{self.desk.url}/desk")
        if drawn:
            self.until(lambda: self.panes() and all(pane["drawn"] for pane in self.panes()))
            self.settle()
        return self

    def until(self, true: Any, seconds: float = 60) -> None:
        """Poll: the page's CSP forbids Playwright's own way of waiting for a function."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"waited {seconds} s in vain; the page says {self.state()}; {self.problems}"
            time.sleep(0.05)

    def reload(self) -> ViewerPage:
        """Load the page again, and wait for the images."""
        self.page.reload()
        self.until(lambda: self.panes() and all(pane["drawn"] for pane in self.panes()))
        self.settle()
        return self

    def settle(self) -> None:
        """Let two animation frames pass: what was asked for is on the screen then."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def state(self) -> dict[str, Any]:
        return self.page.evaluate("() => window.overreadViewer?.state() ?? {}")

    def panes(self) -> list[dict[str, Any]]:
        return self.state().get("panes", [])

    def pane(self, image: str) -> dict[str, Any]:
        return next(pane for pane in self.panes() if pane["image"] == image)

    def shows(self, image: str, slice_: int) -> bool:
        """Whether the slice is on the screen because it was asked for, not as the nearest that was there."""
        pane = self.pane(image)
        return pane["frame"] == pane["asked"] == slice_

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def focus(self, image: str) -> None:
        self.page.locator(f'.pane[data-image="{image}"]').focus()

    def to_canvas(self, image: str, at: Point) -> np.ndarray:
        """CSS pixels of the pane, by the viewer's own maths."""
        return np.array(self.page.evaluate("([i, p]) => window.overreadViewer.storedToCanvas(i, p)", [image, list(at)]))

    def by_renderer(self, image: str, at: Point) -> np.ndarray:
        """CSS pixels of the pane, by Cornerstone's worldToCanvas."""
        return np.array(
            self.page.evaluate("([i, p]) => window.overreadViewer.rendererToCanvas(i, p)", [image, list(at)])
        )

    def on_page(self, image: str, at: Point) -> tuple[float, float]:
        """Where a stored point of an image is in the window."""
        box = self.pane(image)["box"]
        x, y = self.to_canvas(image, at)
        return box["x"] + float(x), box["y"] + float(y)

    def drag(self, start: tuple[float, float], end: tuple[float, float], button: str = "left") -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down(button=button)
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        mouse.move(*end)
        mouse.up(button=button)
        self.settle()

    def pixels(self, image: str) -> np.ndarray:
        """Greys (height, width) of the pane's image canvas, device pixels, without any overlay."""
        return self.picture(
            "i => document.querySelector(`.pane[data-image='${i}'] .stage canvas`).toDataURL('image/png')", image
        )

    def picture(self, script: str, image: str) -> np.ndarray:
        """Greys (height, width) of what the script answers for an image, a data URL of a PNG."""
        data = self.page.evaluate(script, image).partition(",")[2]
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))[..., 0].astype(float)

    def screen(self, image: str) -> np.ndarray:
        """RGB (height, width, 3) of the pane as it is on the screen, device pixels, overlays and all."""
        box = self.pane(image)["box"]
        shot = self.page.screenshot(clip=box)
        return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(float)


def centroid(weights: np.ndarray) -> np.ndarray:
    """(x, y) of the weights' centre, in pixel edges: the middle of the first pixel is (0.5, 0.5)."""
    assert weights.sum() > 0, "there is nothing to find the middle of"
    y, x = np.mgrid[0 : weights.shape[0], 0 : weights.shape[1]] + 0.5
    return np.array([(x * weights).sum(), (y * weights).sum()]) / weights.sum()
