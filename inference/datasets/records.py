"""One labelled image, whatever set it comes from. None means unknown, never "no"."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Point = tuple[float, float]


class DatasetError(ValueError):
    """A data set cannot be read; the message names the file, row or column and what to do."""


@dataclass(frozen=True)
class Region:
    """An outline drawn by the set's authors: a closed polygon of (x, y) in stored pixels."""

    outline: tuple[Point, ...]
    malignant: bool | None


@dataclass(frozen=True)
class Record:
    """One image with its labels.

    patient: what a split must not cross; "SET?" where the set does not say whose image it is.
    density: the ACR letters that the label allows, each with its share (sums to 1); None where unknown.
    located: every abnormality of the image has a region, so that cells outside the regions count as normal.
    """

    dataset: str
    image: str
    path: Path
    patient: str
    laterality: str | None
    view: str | None
    malignant: bool | None
    abnormal: bool | None
    density: tuple[float, float, float, float] | None
    regions: tuple[Region, ...] = ()
    located: bool = True

    @property
    def key(self) -> str:
        """Unique over all sets."""
        return f"{self.dataset}/{self.image}"

    @property
    def patient_known(self) -> bool:
        """False where only the set is known: such rows stay together in a split."""
        return not self.patient.endswith("?")


def ellipse(x0: float, y0: float, x1: float, y1: float, points: int = 32) -> tuple[Point, ...]:
    """The ellipse inside a box, as a polygon; a circle where the box is square."""
    turn = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    x = (x0 + x1) / 2 + (x1 - x0) / 2 * np.cos(turn)
    y = (y0 + y1) / 2 + (y1 - y0) / 2 * np.sin(turn)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def read_pixels(path: Path) -> NDArray[np.float32]:
    """The stored grey values (rows, cols) of a PNG or JPEG, unscaled."""
    with Image.open(path) as image:
        grey = image if image.mode.startswith("I;16") else image.convert("L")
        return np.asarray(grey, dtype=np.float32)
