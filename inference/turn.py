"""The turn that a picture asks for before it is shown (Exif tag Orientation, 1 to 8), and the way back to its stored pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from inference.results import Finding, Point

TURNS: Final = {
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}
"""By Exif 2.32, 4.6.5, tag 274: whether rows and columns change places, then whether rows and columns are reversed."""


@dataclass(frozen=True)
class Turn:
    """rows, cols: of the stored raster. swapped: its rows are shown as columns. down, across: then shown in reverse."""

    rows: int
    cols: int
    swapped: bool
    down: bool
    across: bool

    @classmethod
    def of(cls, orientation: int, rows: int, cols: int) -> "Turn | None":
        """By the value of the tag; None for 1, for none and for what the standard reserves, which is shown as stored."""
        return cls(rows, cols, *TURNS[orientation]) if orientation in TURNS else None

    def upright(self, stored: NDArray[Any]) -> NDArray[Any]:
        """A stored raster (rows, cols) as it is to be shown."""
        shown = stored.T if self.swapped else stored
        return shown[:: -1 if self.down else 1, :: -1 if self.across else 1]

    def back(self, shown: NDArray[Any]) -> NDArray[Any]:
        """A shown raster as stored; inverts `upright`."""
        turned = shown[:: -1 if self.down else 1, :: -1 if self.across else 1]
        return turned.T if self.swapped else turned

    def shown_axes(self, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Stored columns and rows as the shown (columns, rows) that they fall on."""
        tall, wide = (self.cols, self.rows) if self.swapped else (self.rows, self.cols)
        columns, rows = (ys, xs) if self.swapped else (xs, ys)
        return (wide - 1 - columns if self.across else columns), (tall - 1 - rows if self.down else rows)

    def stored(self, point: Point) -> Point:
        """A shown point in stored pixels."""
        tall, wide = (self.cols, self.rows) if self.swapped else (self.rows, self.cols)
        x = wide - 1 - point[0] if self.across else point[0]
        y = tall - 1 - point[1] if self.down else point[1]
        return (y, x) if self.swapped else (x, y)


def stored_findings(findings: Sequence[Finding], turn: Turn) -> tuple[Finding, ...]:
    """Findings outlined on the shown image, with their outlines in stored pixels; where they lie in the breast stays."""
    return tuple(_stored(finding, turn) for finding in findings)


def _stored(finding: Finding, turn: Turn) -> Finding:
    one, other = turn.stored(finding.box[:2]), turn.stored(finding.box[2:])
    box = (min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
    return replace(finding, polygon=tuple(turn.stored(point) for point in finding.polygon), box=box)
