"""How a stored image must be turned to hang as IHE asks (RAD TF-2 4.16.4.2.2.1.1), whatever way it was stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

OPPOSITE = {"A": "P", "P": "A", "L": "R", "R": "L", "H": "F", "F": "H"}
# The left-right axis runs down a craniocaudal view; down every other view run head and feet.
CRANIOCAUDAL = {"CC", "XCC", "XCCL", "XCCM", "FB"}


@dataclass(frozen=True)
class Pose:
    """Turn the stored pixels clockwise by `rotate` degrees (0, 90, 180, 270), then mirror them left to right.

    chest_wall: the side at which it then lies. doubt: a sentence where the header and the pixels disagree.
    """

    rotate: int
    flip: bool
    chest_wall: str
    doubt: str = ""


def target(laterality: str, view: str) -> tuple[str, str]:
    r"""Where the shown image's rows and columns run: CC L `A\R`, R `P\L`; MLO, ML, LM L `A\F`, R `P\F`."""
    across = "A" if laterality == "L" else "P"
    if view in CRANIOCAUDAL:
        return across, "R" if laterality == "L" else "L"
    return across, "F"


def pose(*, laterality: str, view: str, orientation: list[str], wall: str) -> Pose:
    """The pose of an image with Patient Orientation `orientation` ([] when absent or no pair of directions).

    wall: at which side ("left", "right" or "") the pixels show the chest wall as stored; it decides where the
    header does not. An image of an unknown side keeps its stored pose.
    """
    if laterality not in ("L", "R"):
        return Pose(0, False, wall or "left")
    hung = "left" if laterality == "L" else "right"
    turned = _turn(orientation, target(laterality, view)) if view else None
    if turned is None:
        return Pose(0, bool(wall) and wall != hung, hung)
    rotate, flip = turned
    return Pose(rotate, flip, hung, _doubt(rotate, flip, wall, hung))


def _turn(stored: list[str], wanted: tuple[str, str]) -> tuple[int, bool] | None:
    """The rotation and mirroring that take the stored directions to the wanted ones."""
    axes = [_axis(direction, wanted) for direction in stored[:2]]
    if len(axes) < 2 or None in axes:
        return None
    row, column = (axis or "" for axis in axes)
    for rotate in (0, 90, 180, 270):
        if (row, column) == wanted:
            return rotate, False
        if (OPPOSITE[row], column) == wanted:
            return rotate, True
        row, column = OPPOSITE[column], row  # a quarter turn clockwise: what ran down now runs left
    return None


def _axis(direction: str, wanted: tuple[str, str]) -> str | None:
    """The letter of a compound direction ("FL") that lies on one of the two axes being matched."""
    useful = {letter for word in wanted for letter in (word, OPPOSITE[word])}
    return next((letter for letter in direction.upper() if letter in useful), None)


def _doubt(rotate: int, flip: bool, wall: str, hung: str) -> str:
    if not wall or rotate in (90, 270):
        return ""
    mirrored = flip != (rotate == 180)
    shown = {"left": "right", "right": "left"}[wall] if mirrored else wall
    if shown == hung:
        return ""
    return gettext(
        "Patient Orientation and the pixels disagree on where the chest wall is: check the side on the image."
    )
