"""Which image hangs where: by coded laterality and view, chest wall to chest wall, and what is missing is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

SIDES = ("R", "L")  # the right breast hangs left, as if the woman faced the reader
# What may stand in a slot, the best first; "ML" is not "MLO", so a stand-in is said to be one.
STAND_INS = {"CC": ("CC", "XCCL", "XCCM", "XCC", "FB"), "MLO": ("MLO", "LMO", "ML", "LM", "SIO", "ISO")}
SPECIAL = {"spot", "magnification"}


class Hangable(Protocol):
    """What hanging needs to know of an image."""

    pk: Any
    laterality: str
    view: str
    view_modifiers: Any


@dataclass(frozen=True)
class Cell:
    """One place of a layout: an image, or nothing and why; `say` may also qualify the image shown."""

    image: str | None
    say: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {"image": self.image, "say": self.say}


def name_of(image: Hangable) -> str:
    """Such as "L CC spot"; "Unknown view" where nothing is known."""
    words = [image.laterality, image.view, *image.view_modifiers]
    return " ".join(word for word in words if word) or "Unknown view"


def missing(images: Sequence[Hangable]) -> list[str]:
    """The standard views that no image shows, as "RMLO"; special views do not count."""
    held = {(image.laterality, image.view) for image in images if not SPECIAL & set(image.view_modifiers)}
    return [f"{side}{view}" for view in ("CC", "MLO") for side in SIDES if (side, view) not in held]


def cell(images: Sequence[Hangable], side: str, view: str) -> Cell:
    """The image for one slot; with several of the same view the first, and that there are more is said."""
    usable = [i for i in images if i.laterality == side and not SPECIAL & set(i.view_modifiers)]
    for wanted in STAND_INS[view]:
        found = [image for image in usable if image.view == wanted]
        if not found:
            continue
        words = [] if wanted == view else [f"{side} {wanted} in place of {view}"]
        words += [f"1 of {len(found)}"] if len(found) > 1 else []
        return Cell(str(found[0].pk), ", ".join(words))
    return Cell(None, f"{side} {view} missing")


def layouts(images: Sequence[Hangable]) -> list[dict[str, Any]]:
    """4-up, CC, MLO, pages of whatever hangs in none of those, then each image alone."""
    pairs = {view: [cell(images, side, view) for side in SIDES] for view in ("CC", "MLO")}
    hung = {c.image for cells in pairs.values() for c in cells}
    rest = [Cell(str(image.pk)) for image in images if str(image.pk) not in hung]
    found = [
        layout("4up", "CC + MLO", 2, 2, [*pairs["CC"], *pairs["MLO"]]),
        layout("cc", "CC", 1, 2, pairs["CC"]),
        layout("mlo", "MLO", 1, 2, pairs["MLO"]),
    ]
    for page, start in enumerate(range(0, len(rest), 4), 1):
        cells = rest[start : start + 4]
        rows, columns = (1, len(cells)) if len(cells) < 3 else (2, 2)
        padded = cells + [Cell(None)] * (rows * columns - len(cells))
        found.append(layout(f"further:{page}", "Further views", rows, columns, padded))
    alone = sorted(images, key=_order)
    return found + [layout(f"single:{i.pk}", name_of(i), 1, 1, [Cell(str(i.pk))]) for i in alone]


def initial(found: list[dict[str, Any]], images: Sequence[Hangable]) -> str:
    """The layout to start with: the smallest that shows every standard view there is."""
    filled = {one["id"]: sum(c["image"] is not None for c in one["cells"]) for one in found}
    if not images:
        return "4up"
    if not filled["4up"]:
        return str(next(one["id"] for one in found if one["id"].startswith("further:")))
    if len(images) == 1:
        return f"single:{images[0].pk}"
    return next((pair for pair in ("cc", "mlo") if filled[pair] == filled["4up"]), "4up")


def layout(code: str, label: str, rows: int, columns: int, cells: list[Cell]) -> dict[str, Any]:
    """One layout as the manifest states it; cells run row by row."""
    return {"id": code, "label": label, "rows": rows, "columns": columns, "cells": [c.as_json() for c in cells]}


def _order(image: Hangable) -> tuple[int, str, int]:
    view = next((n for n, views in enumerate(STAND_INS.values()) if image.view in views), len(STAND_INS))
    return view, image.view, SIDES.index(image.laterality) if image.laterality in SIDES else len(SIDES)
