"""One place of a layout: which image stands there, and what is said of it or of its absence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext, gettext_noop

SIDES = ("R", "L")  # the right breast hangs left, as if the woman faced the reader
VIEWS = ("CC", "MLO")
# What may stand in a slot, the best first; "ML" is not "MLO", so a stand-in is said to be one.
STAND_INS = {"CC": ("CC", "XCCL", "XCCM", "XCC", "FB"), "MLO": ("MLO", "LMO", "ML", "LM", "SIO", "ISO")}
SPECIAL = {"spot", "magnification"}
DISPLACED = "implant-displaced"
MODIFIERS = {
    "spot": gettext_noop("spot"), "magnification": gettext_noop("magnification"),
    "implant-displaced": gettext_noop("implant displaced"), "cleavage": gettext_noop("cleavage"),
    "axillary-tail": gettext_noop("axillary tail"), "tangential": gettext_noop("tangential"),
    "rolled-lateral": gettext_noop("rolled lateral"), "rolled-medial": gettext_noop("rolled medial"),
    "rolled-inferior": gettext_noop("rolled inferior"), "rolled-superior": gettext_noop("rolled superior"),
    "inframammary-fold": gettext_noop("inframammary fold"), "nipple-in-profile": gettext_noop("nipple in profile"),
    "axillary-tissue": gettext_noop("axillary tissue"), "anterior-compression": gettext_noop("anterior compression"),
}  # fmt: skip


class Hangable(Protocol):
    """What hanging needs to know of an image."""

    pk: Any
    laterality: str
    view: str
    view_modifiers: Any
    frames: int


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


def label_of(image: Hangable) -> str:
    """The same in the page's language, for its screen."""
    words = [image.laterality, image.view, *(gettext(MODIFIERS.get(one, one)) for one in image.view_modifiers)]
    return " ".join(word for word in words if word) or gettext("Unknown view")


def is_special(image: Hangable) -> bool:
    """A spot or magnification view: part of a breast, never the standard view itself."""
    return bool(SPECIAL & set(image.view_modifiers))


def rank(image: Hangable) -> int:
    """Which image of one view hangs: a plain one before tomosynthesis, both before one with the implant displaced."""
    return 2 * (DISPLACED in image.view_modifiers) + (image.frames > 1)


def cell(images: Sequence[Hangable], side: str, view: str, missing: str = "") -> Cell:
    """The image for one slot; with several of the same view the plainest, and that there are more is said.

    missing: what is said of an empty slot, by itself that the view is missing.
    """
    usable = [image for image in images if image.laterality == side and not is_special(image)]
    for wanted in STAND_INS[view]:
        found = sorted((image for image in usable if image.view == wanted), key=rank)
        if found:
            alike = sum(rank(image) == rank(found[0]) for image in found)
            return Cell(str(found[0].pk), ", ".join(_words(found[0], side, view, alike)))
    return Cell(None, missing or gettext("%(view)s missing") % {"view": f"{side} {view}"})


def not_in(name: str, side: str, view: str) -> str:
    """What is said of a slot that the earlier exam `name` has nothing for."""
    return gettext("%(view)s not in %(name)s") % {"view": f"{side} {view}", "name": name}


def _words(image: Hangable, side: str, view: str, alike: int) -> list[str]:
    words = (
        []
        if image.view == view
        else [gettext("%(shown)s in place of %(view)s") % {"shown": f"{side} {image.view}", "view": view}]
    )
    words += [gettext("implant displaced")] if DISPLACED in image.view_modifiers else []
    return words + ([gettext("1 of %(alike)s") % {"alike": alike}] if alike > 1 else [])


def sides_of(images: Sequence[Hangable]) -> tuple[str, ...]:
    """The breasts that an exam shows; both where it says nothing of sides."""
    return tuple(side for side in SIDES if any(image.laterality == side for image in images)) or SIDES


def order(image: Hangable) -> tuple[int, str, int]:
    """CC before MLO before the rest, right before left."""
    view = next((n for n, views in enumerate(STAND_INS.values()) if image.view in views), len(STAND_INS))
    return view, image.view, SIDES.index(image.laterality) if image.laterality in SIDES else len(SIDES)
