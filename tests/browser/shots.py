"""Screenshots: every test may save one; `make screenshots` also keeps them small, for the guide, under docs/img."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image

from tests.browser.stack import ROOT

SHOTS = ROOT / "test-results" / "screenshots"
LIMIT = 245_000  # bytes of one picture in docs/img
WIDTHS = (1366, 1200, 1080, 960)


def save(page, name: str) -> Path:
    """Write test-results/screenshots/NAME.png; with OVERREAD_SHOTS=FOLDER a small copy goes there too."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"{name}.png"
    page.screenshot(path=str(path))
    if folder := os.environ.get("OVERREAD_SHOTS"):
        target = ROOT / folder / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(small(path))
    return path


def small(path: Path) -> bytes:
    """The picture as a palette PNG, made narrower until it takes at most LIMIT bytes."""
    picture = Image.open(path).convert("RGB")
    for width in WIDTHS:
        size = (width, round(picture.height * width / picture.width))
        scaled = picture if picture.width <= width else picture.resize(size, Image.Resampling.LANCZOS)
        for colours in (256, 96, 48):
            out = io.BytesIO()
            scaled.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
            if out.tell() <= LIMIT:
                return out.getvalue()
    raise AssertionError(f"{path.name} cannot be made smaller than {LIMIT} bytes")
