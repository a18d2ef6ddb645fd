"""Regions of a grid as polygons: the crack between inside and outside followed round, then simplified."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def outer_polygon(region: NDArray[np.bool_], tolerance: float = 0.75) -> Floats:
    """Corners (N, 2) as (x, y) in grid-edge coordinates (cell k spans [k, k + 1)) of the outer border of `region`.

    region: one connected part. tolerance: how far, in cells, the simplified border may stray (Douglas & Peucker 1973).
    """
    loops = _loops(region)
    outer = max(loops, key=lambda loop: abs(area(loop)))
    return simplified(outer, tolerance)


def area(polygon: Floats) -> float:
    """Signed area of a polygon (N, 2), in squares of its unit (shoelace formula)."""
    x, y = polygon.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def simplified(loop: Floats, tolerance: float) -> Floats:
    """A closed loop (N, 2) with fewer corners, none further than `tolerance` from the border; at least a triangle."""
    far = int(np.argmax(((loop - loop[0]) ** 2).sum(axis=1)))
    halves = _thinned(loop[: far + 1], tolerance)[:-1], _thinned(np.vstack([loop[far:], loop[:1]]), tolerance)[:-1]
    corners = np.vstack(halves)
    return corners if len(corners) >= 3 else loop


def _loops(region: NDArray[np.bool_]) -> list[Floats]:
    """Every border as a closed loop of grid corners, the region always on the right-hand side."""
    padded = np.pad(region, 1)
    following: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (dy, dx), start, end in (
        ((-1, 0), (0, 0), (1, 0)),
        ((0, 1), (1, 0), (1, 1)),
        ((1, 0), (1, 1), (0, 1)),
        ((0, -1), (0, 1), (0, 0)),
    ):
        border = region & ~np.roll(padded, (-dy, -dx), axis=(0, 1))[1:-1, 1:-1]
        for y, x in np.argwhere(border):
            following.setdefault((int(x) + start[0], int(y) + start[1]), []).append((int(x) + end[0], int(y) + end[1]))
    loops = []
    while following:
        loops.append(_walk(following))
    return loops


def _walk(following: dict[tuple[int, int], list[tuple[int, int]]]) -> Floats:
    """Take one loop out of `following`."""
    first = at = next(iter(following))
    corners = []
    while True:
        corners.append(at)
        ends = following[at]
        at, here = ends.pop(), at
        if not ends:
            del following[here]
        if at == first:
            return np.asarray(corners, dtype=np.float64)


def _thinned(line: Floats, tolerance: float) -> Floats:
    """Douglas and Peucker on an open line (N, 2)."""
    keep = np.zeros(len(line), dtype=np.bool_)
    keep[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        low, high = spans.pop()
        if high - low < 2:
            continue
        distance = _distances(line[low + 1 : high], line[low], line[high])
        worst = int(distance.argmax())
        if distance[worst] > tolerance:
            middle = low + 1 + worst
            keep[middle] = True
            spans += [(low, middle), (middle, high)]
    return line[keep]


def _distances(points: Floats, start: Floats, end: Floats) -> Floats:
    along = end - start
    length = float(np.hypot(*along))
    if length == 0.0:
        return np.asarray(np.hypot(*(points - start).T), dtype=np.float64)
    offset = points - start
    return np.asarray(np.abs(along[0] * offset[:, 1] - along[1] * offset[:, 0]) / length, dtype=np.float64)
