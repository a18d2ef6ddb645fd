"""Graphics on images, as presentation states and reports share them: few kinds, bounded numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

KINDS = {"POINT", "POLYLINE", "MULTIPOINT", "CIRCLE", "ELLIPSE", "INTERPOLATED"}
MOST_POINTS = 2_000  # of one graphic
MOST_GRAPHICS = 500  # of one object
HALF = 0.5  # DICOM's 0.0\\0.0 is the corner of the first pixel, ours its centre (PS3.3 C.10.5.1.2, C.18.6.1.2)


@dataclass(frozen=True)
class Drawn:
    """One graphic. `image`: replaced SOP Instance UID; `points`: stored pixels, (0, 0) the centre of the first one.

    CIRCLE: centre and a point on it. ELLIPSE: ends of the major axis, then of the minor one. label: coded words, "" for none.
    """

    image: str
    frame: int
    kind: str
    points: list[list[float]]
    label: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the row keeps it."""
        return asdict(self)


def points_of(values: Sequence[Any]) -> list[list[float]] | None:
    """Pairs of finite numbers out of a Graphic Data value; None where it is no such thing."""
    numbers = [float(value) for value in values]
    if not numbers or len(numbers) % 2 or len(numbers) > 2 * MOST_POINTS:
        return None
    if not all(math.isfinite(number) and -1e5 < number < 1e5 for number in numbers):
        return None
    return [[x - HALF, y - HALF] for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
