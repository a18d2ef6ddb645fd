"""What the pixels say against scoring an image.

The limits were set by hand on 385 mammograms (mini-MIAS, CDD-CESM, CBIS-DDSM; film and digital), all of which pass, with
46 images of other kinds in view, of which 42 are refused; so neither figure is an estimate for images yet unseen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.breast import Breast
from inference.results import Reason

LEAST_CONTRAST = 0.12
COVERAGE = (0.04, 0.97)
FILL = (0.42, 0.96)
ASPECT = (0.85, 4.5)
LEAST_WALL = 0.55
LEAST_TALL = 0.8  # wall and `Breast.chest` together: one end of a breast is tall, and the other is not
LEAST_SOLID = 0.42
MOST_SATURATED = 0.5
MOST_CUT = 0.45

BLANK = "Not scored: the image is blank or has no contrast. Check the exposure and send the image again."
SATURATED = "Not scored: most of the breast is burnt out to one value. Send the image with its full range."
SMALL = "Not scored: too little of the image is breast. Send the whole view, not a crop or a mosaic."
NOT_BREAST = "Not scored: what the image shows does not have the outline of a breast. Check that it is a mammogram."
CUT_OFF = "Not scored: the breast is cut off at the edge opposite to the chest wall. Send the whole view."


@dataclass(frozen=True)
class Outline:
    """How the breast lies, as shares 0..1. fill: of its box. wall: of its height at the chest wall's end.

    cut: of its height that touches the image's edge away from the chest wall. aspect: height over width of the box.
    """

    fill: float
    wall: float
    cut: float
    aspect: float

    @classmethod
    def of(cls, breast: Breast, laterality: str | None) -> "Outline":
        """Measure a breast that was found; its mask must not be empty."""
        mask = breast.mask if breast.chest_right(laterality) else breast.mask[:, ::-1]
        ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        inner = mask[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
        tall, wide = inner.shape
        at_wall = inner[:, -max(1, wide // 12) :].sum(axis=0).mean() / tall
        return cls(float(inner.mean()), float(at_wall), float(mask[:, 0].sum() / tall), tall / wide)


def pixel_reasons(image: NDArray[np.float32], breast: Breast, laterality: str | None = None) -> list[Reason]:
    """Reasons from the presented image (rows, cols), bright tissue, and the breast found in it."""
    if breast.contrast < LEAST_CONTRAST:  # 0 where all is one value
        return [Reason("blank", BLANK)]
    if not COVERAGE[0] <= breast.coverage <= COVERAGE[1]:
        code = "too_small" if breast.coverage < COVERAGE[0] else "not_a_breast"
        return [Reason(code, SMALL if code == "too_small" else NOT_BREAST)]
    return list(_judged(image, breast, Outline.of(breast, laterality)))


def _judged(image: NDArray[np.float32], breast: Breast, outline: Outline) -> Iterator[Reason]:
    if not _like_a_breast(breast, outline):
        yield Reason("not_a_breast", NOT_BREAST)
        return
    if outline.cut > MOST_CUT:
        yield Reason("cut_off", CUT_OFF)
    tissue = image[::4, ::4][breast.on_stored(4)]
    if float((tissue >= tissue.max() - 1e-6).mean()) > MOST_SATURATED:
        yield Reason("saturated", SATURATED)


def _like_a_breast(breast: Breast, outline: Outline) -> bool:
    return (
        FILL[0] <= outline.fill <= FILL[1]
        and ASPECT[0] <= outline.aspect <= ASPECT[1]
        and outline.wall >= LEAST_WALL
        and outline.wall + abs(breast.chest) >= LEAST_TALL
        and breast.solid >= LEAST_SOLID
    )
