"""FROC: lesions found against false marks an image (Chakraborty 1989), from outlined regions and their scores.

A mark finds a lesion when its box's centre lies in the lesion's box or the boxes overlap by LEAST of their union. One mark may
find several lesions; a lesion found twice is found once, and its second mark is not a false one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.evaluation.curves import Curve
from inference.evaluation.metrics import Figure, bootstrap

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in stored pixels."""
LEAST: Final = 0.2
RATES: Final = (0.25, 0.5, 1.0, 2.0)
"""False marks an image at which sensitivity is told."""


@dataclass(frozen=True)
class Marked:
    """One image: the model's marks (box, score) and the true lesions' boxes; none for an image without a lesion."""

    patient: str
    marks: tuple[tuple[Box, float], ...]
    lesions: tuple[Box, ...]


@dataclass(frozen=True)
class _Scored:
    """found: each lesion's highest mark (-inf: never marked). false: the scores of its false marks."""

    found: tuple[float, ...]
    false: tuple[float, ...]


def froc(images: Sequence[Marked]) -> Curve:
    """False marks an image against the share of lesions found, over all cuts; ValueError where there is no lesion."""
    return _curve([_scored(image) for image in images])


def lesion_sensitivity(name: str, images: Sequence[Marked], rate: float) -> Figure:
    """Share of lesions found at no more than `rate` false marks an image; interval by bootstrap over patients."""
    scored = [_scored(image) for image in images]
    lesions = sum(len(image.lesions) for image in images)

    def found(rows: NDArray[np.int64]) -> float:
        drawn = [scored[row] for row in rows]
        return _at(_curve(drawn), rate) if any(one.found for one in drawn) else float("nan")

    return bootstrap(f"{name}, {lesions} lesions", found, [image.patient for image in images], lesions, 0)


def hits(mark: Box, lesion: Box) -> bool:
    """Whether a mark finds a lesion."""
    x, y = (mark[0] + mark[2]) / 2, (mark[1] + mark[3]) / 2
    return (lesion[0] <= x <= lesion[2] and lesion[1] <= y <= lesion[3]) or overlap(mark, lesion) >= LEAST


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(wide, 0.0) * max(tall, 0.0)
    union = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)) - shared
    return shared / union if union > 0 else 0.0


def _scored(image: Marked) -> _Scored:
    found = [max((s for mark, s in image.marks if hits(mark, lesion)), default=-np.inf) for lesion in image.lesions]
    false = [s for mark, s in image.marks if not any(hits(mark, lesion) for lesion in image.lesions)]
    return _Scored(tuple(found), tuple(false))


def _curve(images: Sequence[_Scored]) -> Curve:
    found = np.array([score for image in images for score in image.found])
    false = np.sort(np.array([score for image in images for score in image.false]))
    if not len(found):
        raise ValueError("FROC needs images with outlined lesions")
    marked = np.sort(found[np.isfinite(found)])
    cuts = np.unique(np.concatenate([marked, false]))[::-1]
    spared = len(false) - np.searchsorted(false, cuts, side="left")
    share = (len(marked) - np.searchsorted(marked, cuts, side="left")) / len(found)
    return Curve(np.concatenate([[0.0], spared / len(images)]), np.concatenate([[0.0], share]))


def _at(curve: Curve, rate: float) -> float:
    return float(curve.y[curve.x <= rate].max())
