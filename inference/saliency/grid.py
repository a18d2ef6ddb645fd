"""A model's evidence map laid back on the stored image, as a grid for the portal or at full resolution."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inference.geometry import Frame
from inference.turn import Turn

CELL = 8  # stored pixels along each side of a cell of the portal's map

Floats = NDArray[np.float32]


def to_image_grid(saliency: Floats, frame: Frame) -> Floats:
    """Lay a model-frame saliency map back on the stored image's pixel grid.

    saliency: (C, h, w), probability per class, in [0, 1], its cells spread evenly over the model's image.
    Returns (C, frame.rows, frame.cols), zero outside the crop; stored pixels, not mm.
    Raises ValueError for another shape, or values outside [0, 1].
    Source: cell centres follow interpolate(align_corners=False): (k + 0.5) * stride - 0.5.
    """
    return _sampled(_checked(saliency), frame, _centres(frame.rows, 1), _centres(frame.cols, 1))


def to_cells(saliency: Floats, frame: Frame, turn: Turn | None = None, cell: int = CELL) -> NDArray[np.uint8]:
    """The map (h, w) sampled at the centre of each cell of `cell` x `cell` stored pixels, 255 = probability 1.

    Returns (ceil(rows / cell), ceil(cols / cell)); cell (i, j) covers stored pixels [cell i, cell i + cell) x
    [cell j, cell j + cell). turn: how `frame`'s image was turned from the stored one, whose grid is then meant. Raises
    ValueError for another shape, or values outside [0, 1].
    """
    checked = _checked(saliency[None])
    if turn is None:
        cells = _sampled(checked, frame, _centres(frame.rows, cell), _centres(frame.cols, cell))[0]
    else:
        xs, ys = turn.shown_axes(_centres(turn.cols, cell), _centres(turn.rows, cell))
        sampled = _sampled(checked, frame, ys, xs)[0]
        cells = sampled.T if turn.swapped else sampled
    return np.asarray(np.rint(cells * 255), dtype=np.uint8)


def encode_png(cells: NDArray[np.uint8]) -> bytes:
    """An 8-bit grey PNG of a map of cells, one pixel a cell."""
    out = BytesIO()
    Image.fromarray(cells).save(out, format="PNG", optimize=True)
    return out.getvalue()


def _checked(saliency: Floats) -> Floats:
    if saliency.ndim != 3:
        raise ValueError(f"a saliency map has shape (C, h, w), not {saliency.shape}")
    if saliency.size == 0 or not (float(saliency.min()) >= 0.0 and float(saliency.max()) <= 1.0):
        raise ValueError("saliency must be probabilities in [0, 1]")
    return saliency


def _centres(length: int, cell: int) -> NDArray[np.float64]:
    """Centres, in stored pixels, of the cells that cover `length` pixels."""
    return np.arange(-(-length // cell), dtype=np.float64) * cell + (cell - 1) / 2


def _sampled(saliency: Floats, frame: Frame, ys: NDArray[np.float64], xs: NDArray[np.float64]) -> Floats:
    """Bilinear values at stored rows `ys` and columns `xs`: separable, because the frame only scales and flips."""
    _, tall, wide = saliency.shape
    across = frame.to_model(np.stack([xs, np.zeros_like(xs)], axis=1))[:, 0]
    down = frame.to_model(np.stack([np.zeros_like(ys), ys], axis=1))[:, 1]
    weigh_x, weigh_y = _weights(across, frame.width, wide), _weights(down, frame.height, tall)
    return np.asarray(np.clip(weigh_y @ saliency @ weigh_x.T, 0.0, 1.0), dtype=np.float32)


def _weights(points: NDArray[np.float64], length: int, cells: int) -> Floats:
    """(points, cells) linear interpolation weights along one axis of `length` model pixels; 0 outside of it."""
    stride = length / cells
    at = np.clip((points + 0.5) / stride - 0.5, 0, cells - 1)
    first = np.minimum(at.astype(int), max(cells - 2, 0))
    weights = np.zeros((points.size, cells), dtype=np.float32)
    row = np.arange(points.size)
    weights[row, np.minimum(first + 1, cells - 1)] = at - first
    weights[row, first] += 1 - (at - first)
    weights[(points < -0.5) | (points > length - 0.5)] = 0.0
    return weights
