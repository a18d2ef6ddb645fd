"""The door to inference's decoder: stored pixels, their proof and their statistics. Only workers call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference import breast, dicom
from inference.dicom import Decoded, DecodeError

MAX_PIXELS = 600_000_000  # a tomosynthesis stack of 100 frames of 3000 x 2000
__all__ = ["DecodeError", "Frames", "decode"]


@dataclass(frozen=True)
class Frames:
    """Stored values (frames, rows, columns) and `digest`, equal for every lossless encoding of them."""

    values: NDArray[Any]
    digest: str
    stats: dict[str, Any]


def decode(data: bytes) -> Frames:
    """Decode a stored object. Raises DecodeError, whose text is fit for a screen."""
    decoded = dicom.decode(data, max_pixels=MAX_PIXELS)
    values = decoded.pixels if decoded.pixels.ndim == 3 else decoded.pixels[np.newaxis]
    return Frames(values, decoded.pixel_hash, _stats(decoded, values[len(values) // 2]))


def _stats(decoded: Decoded, frame: NDArray[Any]) -> dict[str, Any]:
    """{"p1", "p99": stored values over the breast, "chest_wall": "left" | "right" | ""}; {} where no breast is found."""
    image = np.asarray(frame, dtype=np.float32)
    found = breast.find(-image if decoded.photometric == "MONOCHROME1" else image)
    tissue = frame[found.on_stored()]
    if tissue.size == 0:
        return {}
    low, high = np.percentile(tissue[:: max(1, tissue.size // 500_000)], [1, 99])
    sure = abs(found.chest) >= breast.UNSURE
    side = ("right" if found.chest > 0 else "left") if sure else ""
    return {"p1": float(low), "p99": float(high), "chest_wall": side}
