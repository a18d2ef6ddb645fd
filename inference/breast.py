"""Where the breast is: a mask, its box and the side of the chest wall, found from the pixels alone.

Works on film scans (labels in the air, white borders, uneven air) and on digital images (air of one value).
"""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

from inference.geometry import Box

GRID = 320  # longest side, in cells, of the reduced image the search runs on
UNSURE = 0.08  # |chest| below this is a near tie
RAGGED = 0.85  # share of unbroken rows below which a mask is taken for a breast with gaps

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Breast:
    """The breast of one image of (rows, cols).

    mask: (h, w) cells that divide the stored image evenly, each about rows / h stored pixels wide.
    chest: where the chest wall is, -1 (surely left) to 1 (surely right), 0 where both ends look alike.
    contrast: mean of tissue minus mean of air, as a share of the image's range, 0..1.
    solid: share of the rows that were one unbroken run before gaps were bridged.
    """

    rows: int
    cols: int
    mask: Mask
    chest: float
    contrast: float
    solid: float

    @property
    def box(self) -> Box:
        """The smallest box of stored pixels around the mask; the whole image where the mask is empty."""
        ys, xs = np.flatnonzero(self.mask.any(axis=1)), np.flatnonzero(self.mask.any(axis=0))
        if ys.size == 0:
            return Box(0, 0, self.cols, self.rows)
        tall, wide = self.rows / self.mask.shape[0], self.cols / self.mask.shape[1]
        return Box(
            floor(xs[0] * wide + 1e-6),
            floor(ys[0] * tall + 1e-6),
            ceil((xs[-1] + 1) * wide - 1e-6),
            ceil((ys[-1] + 1) * tall - 1e-6),
        )

    def chest_right(self, laterality: str | None = None) -> bool:
        """Whether the chest wall is at the right; a near tie is settled by `laterality`.

        Film scans may be stored mirrored, so the pixels come first (PS3.3 C.8.11.7: L has it at the left).
        """
        if abs(self.chest) < UNSURE and laterality in ("L", "R"):
            return laterality == "R"
        return self.chest > 0

    @property
    def coverage(self) -> float:
        """Share of the image that is breast, 0..1."""
        return float(self.mask.mean())

    def on_stored(self, step: int = 1) -> Mask:
        """The mask on every `step`-th stored row and column, (ceil(rows / step), ceil(cols / step))."""
        ys, xs = (np.arange(0, length, step, dtype=np.float64) for length in (self.rows, self.cols))
        return self.at(ys, xs, self.mask)

    def at(self, ys: NDArray[np.float64], xs: NDArray[np.float64], mask: Mask) -> Mask:
        """`mask` (this one's shape) at stored rows `ys` and columns `xs`; False outside the image."""
        down = np.floor((ys + 0.5) / self.rows * mask.shape[0]).astype(np.intp)
        across = np.floor((xs + 0.5) / self.cols * mask.shape[1]).astype(np.intp)
        tall, wide = mask.shape
        columns = mask.take(np.clip(across, 0, wide - 1), axis=1)  # few rows yet: the rest is copying whole ones
        columns[:, (across < 0) | (across >= wide)] = False
        found: Mask = columns.take(np.clip(down, 0, tall - 1), axis=0)
        found[(down < 0) | (down >= tall)] = False
        return found


def find(image: NDArray[np.float32]) -> Breast:
    """Find the breast in `image` (rows, cols), bright tissue on dark air, any range."""
    rows, cols = image.shape
    small = _reduce(image)
    mask = _largest_part(small > _air_level(small))
    if _fills_its_box(mask):  # the level told the film from the padding around the scan: look within the film
        mask = _largest_part(mask & (small > _air_level(small[mask])))
    tissue, solid = small * mask, _solid(mask)
    if solid < RAGGED:  # fat windowed to the black of air leaves gaps: bridge them, and judge by shape alone
        mask = _hull(mask)
        tissue = mask.astype(np.float32)
    return Breast(rows, cols, mask, _chest_side(tissue), _contrast(small, mask), solid)


def _reduce(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean over cells, at most GRID a side; 0..1 from the 0.1 to the 99.5 percentile, then its square root."""
    rows, cols = image.shape
    step = max(1.0, max(rows, cols) / GRID)
    size = (max(1, round(cols / step)), max(1, round(rows / step)))
    small = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX), dtype=np.float32)
    low, high = np.percentile(small, [0.1, 99.5])
    share = np.clip((small - low) / max(float(high - low), 1e-9), 0.0, 1.0)
    return np.asarray(np.sqrt(share), dtype=np.float32)


def _air_level(small: NDArray[np.float32]) -> float:
    """A threshold between air and tissue: minimum cross entropy (Li & Lee 1993), iterated (Li & Tam 1998)."""
    level = float(small.mean())
    for _ in range(50):
        dark, bright = small[small <= level], small[small > level]
        if dark.size == 0 or bright.size == 0:
            break
        low, high = float(dark.mean()) + 1e-4, float(bright.mean()) + 1e-4
        new = (high - low) / (np.log(high) - np.log(low))
        if abs(new - level) < 1e-4:
            break
        level = new
    return level


def _largest_part(above: Mask) -> Mask:
    """The largest connected part without thin bridges (film borders, label strings), its holes filled."""
    steps = max(1, min(above.shape) // 40)  # a diamond of this radius, step by step
    opened = ndimage.binary_opening(above, iterations=steps)
    labels, count = ndimage.label(opened)
    if count == 0:
        return np.zeros_like(above)
    sizes = np.bincount(labels.ravel())[1:]
    core = labels == int(sizes.argmax()) + 1
    grown = ndimage.binary_dilation(core, iterations=steps) & above
    return np.asarray(ndimage.binary_fill_holes(grown | core), dtype=np.bool_)


def _solid(mask: Mask) -> float:
    """Share of the mask's rows that are one unbroken run."""
    rows = mask[mask.any(axis=1)]
    if rows.size == 0:
        return 1.0
    spans = rows.shape[1] - rows[:, ::-1].argmax(axis=1) - rows.argmax(axis=1)
    return float((spans == rows.sum(axis=1)).mean())


def _hull(mask: Mask) -> Mask:
    """The convex hull of the mask, on its own grid."""
    points = np.argwhere(mask)[:, ::-1]
    try:
        corners = points[ConvexHull(points).vertices]
    except QhullError:  # all points on one line
        return mask
    drawn = Image.new("1", (mask.shape[1], mask.shape[0]))
    ImageDraw.Draw(drawn).polygon([(int(x), int(y)) for x, y in corners], fill=1)
    return np.asarray(drawn, dtype=np.bool_) | mask


def _fills_its_box(mask: Mask) -> bool:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return bool(ys.size) and bool(mask.sum() > 0.93 * (ys[-1] - ys[0] + 1) * (xs[-1] - xs[0] + 1))


def _chest_side(tissue: NDArray[np.float32]) -> float:
    """Tissue at the breast's right end against its left: the chest wall is taller and brighter."""
    xs = np.flatnonzero(tissue.any(axis=0))
    if xs.size == 0:
        return 0.0
    sums = tissue[:, xs[0] : xs[-1] + 1].sum(axis=0)
    end = max(1, sums.size // 8)
    left, right = float(sums[:end].mean()), float(sums[-end:].mean())
    return (right - left) / max(right + left, 1e-9)


def _contrast(small: NDArray[np.float32], mask: Mask) -> float:
    if not mask.any() or mask.all():
        return 0.0
    return float(small[mask].mean() - small[~mask].mean())
