"""From a presented image to the model's input: the breast cut out, levelled, chest wall left.

Training and serving both come through `prepare`; a release names the normalisation of its weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from inference import breast
from inference.geometry import Box, Frame

NORMALISATIONS = ("breast-percentile-1",)


@dataclass(frozen=True)
class InputSpec:
    """A release's [input] table: the model's image in pixels and the name of its normalisation."""

    height: int
    width: int
    normalisation: str = NORMALISATIONS[0]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "InputSpec":
        """Read the [input] table; raises ValueError naming the key that is missing or unknown."""
        try:
            spec = cls(int(table["height"]), int(table["width"]), str(table["normalisation"]))
        except KeyError as gone:
            raise ValueError(f"[input] lacks {gone.args[0]}") from gone
        if spec.normalisation not in NORMALISATIONS:
            raise ValueError(f"[input] normalisation {spec.normalisation!r} is none of {', '.join(NORMALISATIONS)}")
        return spec


@dataclass(frozen=True)
class Prepared:
    """What the network sees, and the way back.

    tensor: (1, height, width) float32 in [0, 1], air exactly 0. mask: (height, width), True on the breast.
    """

    tensor: torch.Tensor
    frame: Frame
    mask: breast.Mask


def prepare(
    image: NDArray[np.float32], laterality: str | None, spec: InputSpec, *, found: breast.Breast | None = None
) -> Prepared:
    """Lay `image` (rows, cols), bright tissue on dark air, any range, on the model's grid.

    laterality: "L" or "R" settles the chest wall only where the pixels do not.
    found: the breast, where already known.
    """
    found = found or breast.find(image)
    rows, cols = image.shape
    mirrored = found.chest_right(laterality)
    frame = Frame.around(found.box, rows=rows, cols=cols, height=spec.height, width=spec.width, mirrored=mirrored)
    mask = _mask_on_model(found, frame)
    levelled = _levelled(_resampled(image, frame), mask)
    return Prepared(torch.from_numpy(levelled[None]), frame, mask)


def _resampled(image: NDArray[np.float32], frame: Frame) -> NDArray[np.float32]:
    """The frame's window at model resolution by an antialiased triangle filter; 0 outside the image."""
    left, top = int(np.floor(frame.left)), int(np.floor(frame.top))
    wide, tall = frame.width * frame.scale, frame.height * frame.scale
    inset = (frame.left - left, frame.top - top)
    right, bottom = int(np.ceil(frame.left + wide - 1e-6)), int(np.ceil(frame.top + tall - 1e-6))
    window = Image.fromarray(_window(image, Box(left, top, right, bottom)))
    box = (*inset, min(inset[0] + wide, window.width), min(inset[1] + tall, window.height))
    small = np.asarray(window.resize((frame.width, frame.height), Image.Resampling.BILINEAR, box=box))
    return np.ascontiguousarray(small[:, ::-1] if frame.mirrored else small, dtype=np.float32)


def _window(image: NDArray[np.float32], box: Box) -> NDArray[np.float32]:
    """The pixels of `box`; 0 where it reaches beyond the image."""
    rows, cols = image.shape
    top, left, bottom, right = max(box.top, 0), max(box.left, 0), min(box.bottom, rows), min(box.right, cols)
    if (left, top, right, bottom) == (box.left, box.top, box.right, box.bottom):
        return np.ascontiguousarray(image[top:bottom, left:right], dtype=np.float32)
    window = np.zeros((box.height, box.width), dtype=np.float32)
    if top < bottom and left < right:
        window[top - box.top : bottom - box.top, left - box.left : right - box.left] = image[top:bottom, left:right]
    return window


def _mask_on_model(found: breast.Breast, frame: Frame) -> breast.Mask:
    """The breast on the model's grid, widened by a search cell so that skin and nipple stay in."""
    wide = ndimage.binary_dilation(found.mask, iterations=1)
    xs = frame.to_stored(np.stack([np.arange(frame.width), np.zeros(frame.width)], axis=1))[:, 0]
    ys = frame.to_stored(np.stack([np.zeros(frame.height), np.arange(frame.height)], axis=1))[:, 1]
    return found.at(ys, xs, wide)


def _levelled(image: NDArray[np.float32], mask: breast.Mask) -> NDArray[np.float32]:
    """breast-percentile-1: the breast's 1 and 99.8 percentiles become 0 and 1, all else 0."""
    if not mask.any():
        return np.zeros_like(image)
    low, high = np.percentile(image[mask], [1.0, 99.8])
    share = np.clip((image - low) / max(float(high - low), 1e-9), 0.0, 1.0)
    return np.asarray(np.where(mask, share, 0.0), dtype=np.float32)
