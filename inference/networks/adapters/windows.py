"""Windows of stored pixels, chest wall at the left, standardised as the models of New York University were trained."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from inference.geometry import Frame
from inference.networks.adapters.opened import Opened
from inference.results import Reason

LEAST: Final = 0.6
"""Of the window's height that an image must have: these models read full-resolution images, not reduced ones."""


@dataclass(frozen=True)
class Window:
    """tensor: (1, 1, height, width), mean 0, deviation 1. frame: the way back, one stored pixel a model pixel."""

    tensor: torch.Tensor
    frame: Frame
    notes: tuple[Reason, ...]


def window(image: Opened, height: int, width: int) -> Window | Reason:
    """The window that starts at the chest wall and is centred on the breast's height, inside the image where it can be.

    0 beyond the image, like air. A reason where the image is too small for it.
    """
    rows, cols = image.values.shape
    if rows < LEAST * height:
        text = f"Not scored: this model reads full-resolution images of about {height} rows, and this one has {rows}."
        return Reason("too_few_pixels", text)
    box = image.found.box
    mirrored = image.found.chest_right(image.laterality)
    left = box.right - width if mirrored else box.left
    top = round((box.top + box.bottom - height) / 2)
    top = min(max(top, 0), rows - height) if rows >= height else round((rows - height) / 2)
    frame = Frame(rows, cols, height, width, float(left), float(top), 1.0, mirrored)
    larger = box.height > height or box.width > width
    text = f"Read with care: the breast is larger than the {width} x {height} pixels that this model sees of it."
    notes = (Reason("window_cut", text),) if larger else ()
    return Window(standardised(_cut(image.values, left, top, height, width, mirrored=mirrored)), frame, notes)


def standardised(values: NDArray[np.float32]) -> torch.Tensor:
    """(H, W) less its mean, over its standard deviation (at least 1e-5), air and all, as (1, 1, H, W)."""
    grey = values - values.mean()
    return torch.from_numpy(grey / max(float(values.std()), 1e-5)).float()[None, None]


def _cut(
    values: NDArray[np.float32], left: int, top: int, height: int, width: int, *, mirrored: bool
) -> NDArray[np.float32]:
    rows, cols = values.shape
    out = np.zeros((height, width), dtype=np.float32)
    first, last = max(top, 0), min(top + height, rows)
    start, end = max(left, 0), min(left + width, cols)
    out[first - top : last - top, start - left : end - left] = values[first:last, start:end]
    return np.ascontiguousarray(out[:, ::-1]) if mirrored else out
