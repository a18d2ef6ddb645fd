"""A decoded image: stored pixel values and the header values that give them meaning."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.turn import Turn


@dataclass(frozen=True)
class Window:
    """One window of PS3.3 C.11.2.1.2; function is LINEAR, LINEAR_EXACT or SIGMOID."""

    center: float
    width: float
    function: str = "LINEAR"


@dataclass(frozen=True)
class Lut:
    """A Modality or VOI LUT (PS3.3 C.11.1, C.11.2): data[k] stands for the input value first + k."""

    first: int
    data: NDArray[np.float32]


@dataclass(frozen=True)
class Decoded:
    """Pixels as stored: (rows, cols), or (frames, rows, cols), or with 3 colour samples last.

    spacing: mm between rows and between columns at the detector; None where the header does not say.
    implant, partial: the header says that the breast has an implant, or is shown in part (PS3.3 C.8.11.7).
    picture: PNG or JPEG, which has no header to say anything else. turn: what its Exif asks for before it is shown.
    padding: first and last stored value that mean "no image here" (PS3.3 C.7.5.1.1.2), or None.
    """

    pixels: NDArray[Any]
    bits_stored: int
    photometric: str
    samples: int = 1
    frames: int = 1
    spacing: tuple[float, float] | None = None
    magnification: float = 1.0
    padding: tuple[int, int] | None = None
    slope: float = 1.0
    intercept: float = 0.0
    modality_lut: Lut | None = None
    windows: tuple[Window, ...] = ()
    voi_lut: Lut | None = None
    laterality: str | None = None
    view: str | None = None
    view_modifiers: tuple[str, ...] = ()
    sop_class: str | None = None
    intent: str | None = None
    modality: str | None = None
    orientation: tuple[str, ...] = ()
    implant: bool = False
    partial: bool = False
    picture: bool = False
    turn: Turn | None = None

    @property
    def pixel_hash(self) -> str:
        """sha256 over shape, type and little-endian stored values: equal for every lossless syntax.

        A turn that the file asks for counts too: it changes what is read.
        """
        little = np.ascontiguousarray(self.pixels, dtype=self.pixels.dtype.newbyteorder("<"))
        shape = f"{self.pixels.dtype.kind}{self.pixels.itemsize * 8}:{self.pixels.shape}"
        shape += "" if self.turn is None else f":{self.turn}"
        digest = sha256(shape.encode())
        digest.update(little.data)
        return digest.hexdigest()

    def square_mm(self) -> float | None:
        """Area in mm2 of one stored pixel in the breast's plane: detector spacing over the magnification."""
        if self.spacing is None:
            return None
        return self.spacing[0] * self.spacing[1] / self.magnification**2
