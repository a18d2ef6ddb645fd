"""Where in the breast a region lies, as far as one view's geometry and its header carry it; never more.

The nipple is taken to be the breast's point furthest from the chest wall (see `findings.Place`).
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from inference.results import Point

Height = Literal["upper", "lower", "level"]
Across = Literal["outer", "inner", "level"]
Depth = Literal["anterior", "middle", "posterior"]

LEVEL: Final = 0.1
"""Of the breast's depth: a region whose centre is less far from the nipple's level is called level with it."""
SIDE_VIEWS: Final = ("MLO", "ML", "LM", "LMO", "SIO")
TOP_VIEWS: Final = ("CC", "FB", "XCC", "XCCL", "XCCM")


@dataclass(frozen=True)
class Location:
    """height: above or below the nipple's level (side views). across: lateral or medial of it (CC). None: not known.

    depth: the third of the way from nipple to chest wall.
    """

    height: Height | None
    across: Across | None
    depth: Depth


def locate(
    centre: Point, nipple: Point, depth: float, view: str | None, laterality: str | None, orientation: tuple[str, ...]
) -> Location:
    """Location of `centre` against `nipple`, both in stored pixels; depth: of the breast, in stored pixels.

    orientation: Patient Orientation (PS3.3 C.7.6.1.1.1): where the patient's body lies along a row and down a column.
    """
    step = (centre[0] - nipple[0], centre[1] - nipple[1])
    share = min(abs(step[0]) / max(depth, 1.0), 0.999)
    thirds: tuple[Depth, Depth, Depth] = ("anterior", "middle", "posterior")
    up = _towards("H", "F", step, orientation) if view in SIDE_VIEWS else None
    left = _towards("L", "R", step, orientation) if view in TOP_VIEWS else None
    out = None if left is None or laterality not in ("L", "R") else left if laterality == "L" else -left
    height: Height | None = (
        None if up is None else "level" if abs(up) < LEVEL * depth else "upper" if up > 0 else "lower"
    )
    across: Across | None = (
        None if out is None else "level" if abs(out) < LEVEL * depth else "outer" if out > 0 else "inner"
    )
    return Location(height, across, thirds[int(3 * share)])


def _towards(letter: str, opposite: str, step: Point, orientation: tuple[str, ...]) -> float | None:
    """How far `step` goes to the patient's `letter` (H, F, L, R), in pixels; None where the orientation does not say.

    Only the first letter of a direction counts: the one that it is closest to.
    """
    for along, direction in zip(step, orientation[:2], strict=False):
        if direction[:1] in (letter, opposite):
            return along if direction[0] == letter else -along
    return None


def diameters(corners: NDArray[np.float64]) -> tuple[float, float]:
    """Longest distance between two corners (N, 2), and the extent across that direction, in their unit."""
    gaps = corners[:, None] - corners[None]
    lengths = np.hypot(gaps[..., 0], gaps[..., 1])
    one, other = np.unravel_index(int(lengths.argmax()), lengths.shape)
    longest = float(lengths[one, other])
    if longest == 0.0:
        return 0.0, 0.0
    along = (corners[other] - corners[one]) / longest
    off = corners @ np.array([-along[1], along[0]])
    return longest, float(off.max() - off.min())
