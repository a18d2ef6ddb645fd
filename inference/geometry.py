"""The exact way from stored pixels to the model's image and back.

Points are (x, y) with (0, 0) at the centre of the first pixel, on both grids. The model's image shows
a square-pixel window of the stored image, mirrored where needed so that the chest wall lies at its left edge.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Box:
    """Whole stored pixels [left, right) x [top, bottom)."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True)
class Frame:
    """A window of a stored image of (rows, cols), scaled to (height, width) model pixels.

    left, top: the window's edges in stored pixel-edge coordinates (pixel k spans [k, k + 1)); may lie outside
    the image.
    scale: stored pixels per model pixel, the same along both axes. mirrored: the chest wall was at the right.
    """

    rows: int
    cols: int
    height: int
    width: int
    left: float
    top: float
    scale: float
    mirrored: bool

    @classmethod
    def around(cls, breast: Box, *, rows: int, cols: int, height: int, width: int, mirrored: bool) -> "Frame":
        """The smallest window of the model's shape that holds `breast`, the chest wall at its edge."""
        scale = max(breast.height / height, breast.width / width)
        left = breast.right - width * scale if mirrored else float(breast.left)
        top = (breast.top + breast.bottom - height * scale) / 2
        return cls(rows, cols, height, width, left, top, scale, mirrored)

    def to_model(self, points: Floats) -> Floats:
        """Stored-pixel points (N, 2) as model-pixel points (N, 2)."""
        x, y = np.asarray(points, dtype=np.float64).T
        u = self.left + self.width * self.scale - (x + 0.5) if self.mirrored else x + 0.5 - self.left
        return np.stack([u / self.scale - 0.5, (y + 0.5 - self.top) / self.scale - 0.5], axis=1)

    def to_stored(self, points: Floats) -> Floats:
        """Model-pixel points (N, 2) as stored-pixel points (N, 2); inverts `to_model`."""
        x, y = np.asarray(points, dtype=np.float64).T
        u = (x + 0.5) * self.scale
        stored_x = (self.left + self.width * self.scale - u if self.mirrored else self.left + u) - 0.5
        return np.stack([stored_x, self.top + (y + 0.5) * self.scale - 0.5], axis=1)
