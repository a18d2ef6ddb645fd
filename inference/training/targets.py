"""Labels as tensors: of images, and of the cells of a feature map."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from inference.datasets.records import Record, Region
from inference.geometry import Frame

FINE = 8
"""Sub-cells along each side of a cell, on which outlines are filled."""


@dataclass(frozen=True)
class Labels:
    """labels: (n, 2) malignant, abnormal, NaN where unknown. group: (n,) number of the set. density: (n, 4), NaN rows.

    located: (n,) every abnormality of the image is outlined.
    """

    labels: Tensor
    group: Tensor
    density: Tensor
    located: Tensor


def labels_of(records: Sequence[Record]) -> Labels:
    """The records' labels, sets numbered in order of their names."""
    sets = sorted({record.dataset for record in records})
    unknown = (float("nan"),) * 4
    return Labels(
        torch.tensor([[_number(record.malignant), _number(record.abnormal)] for record in records]),
        torch.tensor([sets.index(record.dataset) for record in records]),
        torch.tensor([record.density or unknown for record in records]),
        torch.tensor([record.located for record in records]),
    )


def _number(value: bool | None) -> float:
    return float("nan") if value is None else float(value)


def cover(regions: Sequence[Region], frame: Frame, shape: Sequence[int]) -> NDArray[np.float32]:
    """Each cell's share, 0..1, of malignant (channel 0) and of any (channel 1) outlined regions; (2, h, w).

    shape: (h, w) cells over the model's image that `frame` describes.
    """
    known = [[region for region in regions if region.malignant], list(regions)]
    return np.stack([_filled(group, frame, shape[0], shape[1]) for group in known])


def _filled(regions: Sequence[Region], frame: Frame, tall: int, wide: int) -> NDArray[np.float32]:
    canvas = Image.new("L", (wide * FINE, tall * FINE))
    pen = ImageDraw.Draw(canvas)
    step = frame.width / (wide * FINE)
    for region in regions:
        points = (frame.to_model(np.asarray(region.outline)) + 0.5) / step - 0.5
        pen.polygon([(float(x), float(y)) for x, y in points], fill=1, outline=1)
    fine = np.asarray(canvas, dtype=np.float32).reshape(tall, FINE, wide, FINE)
    return np.asarray(fine.mean(axis=(1, 3)), dtype=np.float32)
