"""A read's marks as DICOM graphics: pure geometry, the same for presentation states and structured reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

HALF = 0.5  # our (0, 0) is the centre of the first pixel; DICOM's 0.0\\0.0 is its corner (PS3.3 C.10.5.1.2, C.18.6.1.2)
GRAPHIC = {
    "point": "POINT", "ellipse": "ELLIPSE", "length": "POLYLINE", "arrow": "POLYLINE", "angle": "POLYLINE",
    "pencil": "POLYLINE",
}  # fmt: skip


@dataclass(frozen=True)
class Graphic:
    """One mark of one finding. `points`: (n, 2) column and row in DICOM pixel units; `number`: the finding's, from 1."""

    image: str
    number: int
    finding: dict[str, Any]
    tool: str
    kind: str
    points: NDArray[np.float64]
    mm: float | None
    frame: int | None = None  # of a stack, from 1


def graphics(body: dict[str, Any]) -> Iterator[Graphic]:
    """Every mark of a read's findings, in the findings' order."""
    for number, finding in enumerate(body["findings"], start=1):
        for mark in finding["marks"]:
            yield Graphic(
                image=str(mark["image"]),
                number=number,
                finding=finding,
                tool=mark["tool"],
                kind=GRAPHIC[mark["tool"]],
                points=_points(mark["tool"], mark["points"]),
                mm=mark["mm"],
                frame=mark.get("frame"),
            )


def _points(tool: str, points: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    found = np.asarray(points, dtype=np.float64) + HALF
    return _axes(*found) if tool == "ellipse" else found


def _axes(centre: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centre and the ends of two half axes -> both ends of the major axis, then of the minor one (C.10.5.2)."""
    long, short = sorted((one - centre, other - centre), key=lambda half: -float(np.hypot(*half)))
    return np.stack([centre - long, centre + long, centre - short, centre + short])
