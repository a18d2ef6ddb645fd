"""Outlined regions of one image's saliency, and which of them are the same one in the breast's two views."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inference.location import diameters, locate
from inference.outline import area, outer_polygon
from inference.results import Finding, Point
from inference.saliency import CELL
from inference.turn import Turn

LEAST_CELLS = 4  # regions of fewer cells are noise of the interpolation
SAME_DEPTH = 0.2  # of the breast's depth: how far two views' distances from the nipple may differ


@dataclass(frozen=True)
class Place:
    """Where the breast lies: image size, nipple (x, y) and breast depth in stored pixels, mm2 a pixel, side, view.

    orientation: Patient Orientation, along a row and down a column; empty where the header has none.
    turn: how the shown image, on which all this is told, was turned from the stored one; None: it was not.
    """

    rows: int
    cols: int
    nipple: Point
    depth: float
    square_mm: float | None
    laterality: str | None
    view: str | None
    orientation: tuple[str, ...] = ()
    turn: Turn | None = None


def outlined(cells: NDArray[np.uint8], threshold: float, most: int, place: Place) -> tuple[Finding, ...]:
    """The `most` highest connected regions of `cells` (255 = probability 1) at or over `threshold`, highest first.

    A finding's score is the highest probability inside it; ids are f1, f2, ... within the image.
    """
    labels, count = ndimage.label(cells >= max(1.0, threshold * 255))
    if count == 0:
        return ()
    numbers = np.arange(1, count + 1)
    sizes = ndimage.sum_labels(np.ones_like(cells), labels, numbers)
    peaks = ndimage.maximum(cells, labels, numbers)
    ranked = sorted((n for n in numbers if sizes[n - 1] >= LEAST_CELLS), key=lambda n: (-int(peaks[n - 1]), int(n)))
    return tuple(
        _finding(f"f{rank}", labels == number, int(peaks[number - 1]) / 255, place)
        for rank, number in enumerate(ranked[:most], start=1)
    )


def _finding(name: str, region: NDArray[np.bool_], score: float, place: Place) -> Finding:
    corners = np.minimum(outer_polygon(region) * CELL, (place.cols, place.rows))  # the last cell may overhang
    mm2 = None if place.square_mm is None else round(abs(area(corners)) * place.square_mm, 2)
    stored = corners - 0.5  # pixel edges to pixel centres
    polygon = tuple((float(x), float(y)) for x, y in stored)
    low, high = stored.min(axis=0), stored.max(axis=0)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    at = locate(_middle(box), place.nipple, place.depth, place.view, place.laterality, place.orientation)
    return Finding(
        id=name,
        score=score,
        polygon=polygon,
        box=box,
        area_mm2=mm2,
        laterality=place.laterality,
        view=place.view,
        score_100=min(max(round(100 * score), 1), 100),
        size_mm=_size(corners, place.square_mm),
        height=at.height,
        across=at.across,
        depth=at.depth,
    )


def _size(corners: NDArray[np.float64], square_mm: float | None) -> tuple[float, float] | None:
    """Longest diameter and extent across in mm; pixels are taken to be square."""
    if square_mm is None:
        return None
    longest, across = (length * square_mm**0.5 for length in diameters(corners))
    return round(longest, 1), round(across, 1)


def _middle(box: tuple[float, float, float, float]) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def paired(first: Sequence[Finding], second: Sequence[Finding], places: tuple[Place, Place]) -> dict[str, str]:
    """Ids of findings of two views of one breast that are thought to be the same one, both ways.

    Their distances from the nipple, which change little between views, must agree; the closest pair first.
    """
    gaps = sorted((abs(_depth(a, places[0]) - _depth(b, places[1])), a.id, b.id) for a in first for b in second)
    pairs: dict[str, str] = {}
    for gap, one, other in gaps:
        if gap <= SAME_DEPTH and one not in pairs and other not in pairs:
            pairs |= {one: other, other: one}
    return pairs


def _depth(finding: Finding, place: Place) -> float:
    """Distance of the box's centre from the nipple, in depths of the breast."""
    x, y = _middle(finding.box)
    return float(np.hypot(x - place.nipple[0], y - place.nipple[1])) / max(place.depth, 1.0)
