"""Does a map point at what its authors outlined? Pointing game and energy (Zhang et al. 2016, Wang et al. 2020)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Pointed:
    """hit: the strongest cell touches an outline. energy: share of the map inside outlines. area: share of the breast."""

    hit: bool
    energy: float
    area: float


def pointed(shown: Floats, outlined: Floats, breast: Bools) -> Pointed:
    """Compare a map with the outlines, all on one grid (h, w).

    shown: >= 0. outlined: each cell's share inside an outline, 0..1. A map that is 0 everywhere points nowhere, so it
    misses and has no energy. Raises ValueError for shapes that differ, and where nothing is outlined in the breast.
    """
    if not shown.shape == outlined.shape == breast.shape:
        raise ValueError(f"map, outlines and breast differ in shape: {shown.shape}, {outlined.shape}, {breast.shape}")
    inside = outlined * breast
    if not inside.any():
        raise ValueError("no outline lies in the breast")
    kept = np.where(breast, shown, 0.0)
    total = float(kept.sum())
    hit = total > 0 and bool(inside.flat[int(kept.argmax())] > 0)
    energy = float((kept * inside).sum()) / total if total > 0 else 0.0
    return Pointed(hit, energy, float(inside.sum()) / float(breast.sum()))
