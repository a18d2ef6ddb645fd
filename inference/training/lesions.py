"""Real lesions laid into other real tissue: supervision beyond the few that were outlined.

What is moved is the lesion's residual over the tissue around it, faded towards its rim, so that the new place keeps its
own background. Tissue of normal breasts is moved about in the same way, without a label, so that the trace of moving
cannot pass for disease.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float32]

LEAST, MOST = 8.0, 260.0
"""Sides of outlines that are moved, in model pixels."""
RIM: Final = 0.85
"""From this share of the half side on, a patch counts as background."""
FADE: Final = 0.35
STEP: Final = 8
"""Grid, in model pixels, on which places in the breast are looked for."""


def residual(pixels: Floats, box: NDArray[np.float64]) -> Floats | None:
    """The square patch around `box` (left, top, right, bottom), less a quadratic fitted to its rim, faded to 0 there.

    None where the patch leaves the image.
    """
    left, top, right, bottom = box[:4]
    side = max(right - left, bottom - top)
    half = int(side / 2 + max(6.0, 0.25 * side))
    x, y = round((left + right) / 2), round((top + bottom) / 2)
    if min(x, y) < half or x + half >= pixels.shape[1] or y + half >= pixels.shape[0]:
        return None
    patch = pixels[y - half : y + half + 1, x - half : x + half + 1]
    down, across = np.mgrid[-half : half + 1, -half : half + 1] / half
    rim = np.maximum(np.abs(down), np.abs(across)) > RIM
    terms = np.stack([np.ones_like(across), across, down, across * down, across**2, down**2], axis=-1)
    fitted, *_ = np.linalg.lstsq(terms[rim], patch[rim], rcond=None)
    window = np.clip((1 - np.hypot(across, down)) / FADE, 0, 1)
    return np.asarray((patch - terms @ fitted) * (window**2 * (3 - 2 * window)), dtype=np.float32)


def turned(patch: Floats, rng: np.random.Generator) -> tuple[Floats, float]:
    """The patch turned, mirrored, scaled and louder or fainter at random; and by how much it was scaled."""
    patch = np.rot90(patch, int(rng.integers(4)))
    patch = patch[:, ::-1] if rng.random() < 0.5 else patch
    scale = rng.uniform(0.8, 1.25)
    return np.asarray(ndimage.zoom(patch, scale, order=1) * rng.uniform(0.8, 1.3), dtype=np.float32), scale


def lay(patch: Floats, pixels: Floats, mask: NDArray[np.bool_], rng: np.random.Generator) -> tuple[float, float] | None:
    """Add `patch` to `pixels`, in place, somewhere in the breast; the (x, y) of its centre, None where it fits nowhere."""
    side = patch.shape[0]
    room = ndimage.binary_erosion(mask[::STEP, ::STEP], iterations=max(1, int(side * 0.35 / STEP)))
    ys, xs = np.nonzero(room)
    if len(ys) == 0:
        return None
    place = rng.integers(len(ys))
    top, left = int(ys[place]) * STEP - side // 2, int(xs[place]) * STEP - side // 2
    rows = slice(max(0, top), min(pixels.shape[0], top + side))
    columns = slice(max(0, left), min(pixels.shape[1], left + side))
    pixels[rows, columns] += patch[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return left + side / 2, top + side / 2
