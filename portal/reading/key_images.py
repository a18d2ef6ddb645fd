"""Key images from the read to the report: what to draw, in which order, and the door to whoever can draw.

What is chosen is part of the read's body, so it is locked, hashed and sealed with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone

from portal.base.background import send_on_commit
from portal.exams.models import Image
from portal.reading.body import digest_of
from portal.reading.key_image_models import TRIES, KeyImage
from portal.reading.models import Read
from portal.reading.tasks import draw_key_image

Drawer = Callable[[Image, dict[str, Any]], bytes]
_drawers: list[Drawer] = []


class CannotDraw(Exception):
    """The image cannot be drawn; the text is fit for a screen."""


def register(drawer: Drawer) -> None:
    """Name what draws: `drawer(image, recipe)` gives the JPEG's bytes or raises CannotDraw. The last one counts."""
    _drawers.append(drawer)


def recipes(body: dict[str, Any]) -> list[dict[str, Any]]:
    """What to draw of a read, in the reader's order: image, slice, window, and the marks of that
    slice, numbered as the findings are.
    """
    return [
        {
            **chosen,
            "marks": [
                {"number": number, "tool": mark["tool"], "points": mark["points"]}
                for number, finding in enumerate(body["findings"], 1)
                for mark in finding["marks"]
                if mark["image"] == chosen["image"] and mark.get("frame", chosen["frame"]) == chosen["frame"]
            ],
        }
        for chosen in body.get("key_images", ())
    ]


def order(read: Read, body: dict[str, Any]) -> None:
    """Have the pictures of `body` drawn once this transaction commits; those that are there already stay."""
    for recipe in recipes(body):
        made, created = KeyImage.objects.get_or_create(
            read=read,
            recipe_digest=digest_of(recipe),
            defaults={"image_id": recipe["image"], "recipe": recipe},
        )
        if created:
            send_on_commit(draw_key_image, str(made.pk))


def of_read(read: Read) -> list[KeyImage]:
    """The pictures of what the reader stands by, in their order; those never ordered are left out."""
    wanted = [digest_of(recipe) for recipe in recipes(read.final_body)]
    found = {each.recipe_digest: each for each in read.key_images.select_related("image")}
    return [found[digest] for digest in wanted if digest in found]


def draw(key_image_id: str) -> None:
    """Draw one picture and keep it; safe to deliver twice, because one UPDATE lets one worker in.

    The file is written before the row names it. What cannot be drawn says why; the sweep tries three times.
    """
    now = timezone.now()
    claimed = KeyImage.objects.owed(now).filter(pk=key_image_id).update(tried_at=now, tries=F("tries") + 1)
    if not claimed:
        return
    wanted = KeyImage.objects.select_related("image__exam", "read").get(pk=key_image_id)
    mine = KeyImage.objects.filter(pk=wanted.pk, drawn_at=None, tries=wanted.tries)
    try:
        picture = _drawers[-1](wanted.image, wanted.recipe)
    except CannotDraw as cannot:
        mine.update(failed_because=str(cannot)[:200], tries=TRIES)
        return
    key = default_storage.save(f"key-images/{wanted.image.exam.practice_id}/{wanted.pk}.jpg", ContentFile(picture))
    digest = sha256(picture)
    if not mine.update(drawn_at=timezone.now(), object_key=key, sha256=digest, failed_because=""):
        default_storage.delete(key)  # another worker was first


def sha256(picture: bytes) -> str:
    """Hex."""
    return hashlib.sha256(picture).hexdigest()


def picture_of(entry: dict[str, Any]) -> bytes | None:
    """The bytes that a signed report fixed; None where the file is gone or no longer has their fingerprint."""
    row = KeyImage.objects.filter(pk=entry["id"]).first()
    if row is None or not row.object_key:
        return None
    try:
        with default_storage.open(row.object_key) as file:
            picture: bytes = file.read()
    except OSError:
        return None
    return picture if sha256(picture) == entry["sha256"] else None
