"""The server's rendering of an image, for a browser that cannot draw it: asked for, drawn by a worker, kept for minutes.

Image only: nothing of a run is read here. Pictures lie in the cache, so nothing is left to delete when an exam goes.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.cache import cache

from portal.base.background import send_on_commit
from portal.exams.elements import Elements
from portal.exams.models import Image
from portal.reading.key_images import CannotDraw
from portal.viewer import voi
from portal.viewer.drawing import render
from portal.viewer.tasks import draw_rendering

KEPT = 600  # seconds
PAUSE = 60  # seconds after which a picture that has not come is asked for again: longer than drawing one takes


def first_window(image: Image) -> dict[str, Any]:
    """What the viewer opens with: the header's first window, else its first curve, else the automatic window."""
    header = Elements(image.header)
    windows, luts = voi.windows(header), voi.luts(header)
    if windows:
        return {**windows[0], "lut": None}
    found = voi.auto(header, image.pixel_stats)
    return {**found, "function": "LINEAR", "lut": 0 if luts else None}


def asked(image: Image, recipe: dict[str, Any]) -> bytes | str | None:
    """The PNG; or why it cannot be drawn, in words; or None while a worker draws. Call inside a transaction."""
    key = _key(image, recipe)
    found: bytes | str | None = cache.get(key)
    if found is None and cache.add(f"{key}:asked", 1, PAUSE):
        send_on_commit(draw_rendering, str(image.pk), json.dumps(recipe))
    return found


def make(image: Image, recipe: dict[str, Any]) -> None:
    """Draw and keep it; safe to do twice."""
    key = _key(image, recipe)
    found: bytes | str
    try:
        found = render(image, recipe)
    except CannotDraw as cannot:
        found = str(cannot)
    cache.set(key, found, KEPT)
    cache.delete(f"{key}:asked")


def _key(image: Image, recipe: dict[str, Any]) -> str:
    """Of these bytes (the object's name changes with them) through this window."""
    told = json.dumps([str(image.pk), image.object_key, recipe], sort_keys=True)
    return f"rendering:{hashlib.sha256(told.encode()).hexdigest()}"
