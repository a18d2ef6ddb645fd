"""Stored to presentation values, as PS3.4 N.2 orders it: modality LUT, VOI LUT, then polarity, once."""

import numpy as np
from numpy.typing import NDArray

from inference.decode.decoded import Decoded, Lut, Window

Image = NDArray[np.float32]
ROWS = 64  # at a time: what they take stays in the processor's cache from one step to the next
FLAT = 0.1  # a window that leaves the middle 99 % of the image in less than this share of its range says nothing


def present(decoded: Decoded) -> Image:
    """One grey image, bright tissue on dark air, in [0, 1]; padding is air, unusable windows give way.

    The first VOI LUT is taken, else the first window (PS3.3 C.11.2.1). (rows, cols) as stored, but for a picture that asks to
    be turned, which is. Raises ValueError for several frames.
    """
    if decoded.frames != 1:
        raise ValueError(f"one frame can be presented, not {decoded.frames}")
    stored = decoded.pixels.mean(axis=-1) if decoded.samples > 1 else decoded.pixels
    values = _modality(np.asarray(stored, dtype=np.float32), decoded)
    shown = _windowed(values, decoded)
    if shown is None or _flat(shown):
        shown = _full_range(values)
    if decoded.photometric == "MONOCHROME1":
        np.subtract(1.0, shown, out=shown)
    if decoded.padding is not None:
        low, high = decoded.padding
        shown[(stored >= low) & (stored <= high)] = 0.0
    return shown if decoded.turn is None else np.ascontiguousarray(decoded.turn.upright(shown))


def _modality(values: Image, decoded: Decoded) -> Image:
    if decoded.modality_lut is not None:
        return _looked_up(values, decoded.modality_lut)
    if decoded.slope == 1.0 and decoded.intercept == 0.0:
        return values
    return np.asarray(values * decoded.slope + decoded.intercept, dtype=np.float32)


def _looked_up(values: Image, lut: Lut) -> Image:
    """Values before the first and after the last entry take that entry (PS3.3 C.11.1.1.1)."""
    index = np.clip(values - lut.first, 0, lut.data.size - 1).astype(np.intp)
    return np.asarray(lut.data[index], dtype=np.float32)


def _windowed(values: Image, decoded: Decoded) -> Image | None:
    """By VOI LUT or window in [0, 1]; None where the header has neither."""
    if decoded.voi_lut is not None:
        return _full_range(_looked_up(values, decoded.voi_lut))
    if not decoded.windows:
        return None
    return window(values, decoded.windows[0])


def window(values: Image, by: Window) -> Image:
    """PS3.3 C.11.2.1.2.1 LINEAR, C.11.2.1.3.2 LINEAR_EXACT, C.11.2.1.3.1 SIGMOID; output in [0, 1]."""
    if by.function == "SIGMOID":
        exponent = np.clip(-4.0 * (values - by.center) / by.width, -60.0, 60.0)
        return np.asarray(1.0 / (1.0 + np.exp(exponent)), dtype=np.float32)
    center, width = by.center, by.width
    if by.function == "LINEAR":
        center, width = by.center - 0.5, max(by.width - 1.0, 1e-6)
    shown = np.empty(values.shape, dtype=np.float32)
    for rows in range(0, len(values), ROWS):
        part = np.subtract(values[rows : rows + ROWS], center, out=shown[rows : rows + ROWS], dtype=np.float32)
        part /= width
        part += 0.5
        np.clip(part, 0.0, 1.0, out=part)
    return shown


def _full_range(values: Image) -> Image:
    low, high = float(values.min()), float(values.max())
    shown = np.empty(values.shape, dtype=np.float32)
    for rows in range(0, len(values), ROWS):
        part = np.subtract(values[rows : rows + ROWS], low, out=shown[rows : rows + ROWS], dtype=np.float32)
        part /= max(high - low, 1e-9)
    return shown


def _flat(shown: Image) -> bool:
    low, high = np.percentile(shown[::7, ::7], [0.5, 99.5])
    return bool(high - low < FLAT)
