"""Altered copies of training images: lesions of the same fold and set moved in, then turned, stretched and relit.

A copy takes nothing from outside its image's fold, so it belongs to that fold as a whole: copies are made once, for
every fold's training. Nothing is moved between sets, for then the place where film meets digital would tell a lesion.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inference.datasets.records import Record
from inference.training.lesions import LEAST, MOST, lay, residual, turned
from inference.training.plain import Plain, PlainCache

BENIGN, MALIGNANT = 1, 2
"""What was moved in; 0 where nothing was."""


class Copier:
    """Makes copy `number` >= 1 of any image; the same numbers give the same copy."""

    def __init__(self, plain: PlainCache, fold: NDArray[np.int64], folds: int) -> None:
        self.plain = plain
        self.fold = fold
        self.folds = folds
        self.donors = [(i, box) for i in range(len(plain)) for box in plain[i].boxes if LEAST < _side(box) < MOST]

    def copy(self, index: int, number: int) -> tuple[Plain, int]:
        """The copy, and what was moved into it (0, BENIGN or MALIGNANT)."""
        rng = np.random.default_rng(1000 * number + index)
        image = self.plain[index]
        image = replace(image, pixels=image.pixels.copy(), drawn=image.drawn.copy())
        added = self._add_lesion(index, image, rng) if rng.random() < 0.55 else 0
        if rng.random() < 0.5:
            self._add_tissue(index, image, rng)
        if rng.random() < 0.8:
            image = _bent(image, rng)
        image = replace(image, pixels=_relit(image, rng))
        return (_flipped(image) if number % 2 else image), added

    def _kin(self, index: int, rows: Sequence[int]) -> list[int]:
        """Of `rows`, those of the same set and fold; of the same set where the image is in no fold."""
        records, free = self.plain.records, self.fold[index] == self.folds
        kept = [i for i in rows if records[i].dataset == records[index].dataset]
        return [i for i in kept if free or self.fold[i] == self.fold[index]]

    def _add_lesion(self, index: int, image: Plain, rng: np.random.Generator) -> int:
        kin = set(self._kin(index, [i for i, _ in self.donors]))
        pool = [(i, box) for i, box in self.donors if i in kin]
        if not pool:
            return 0
        donor, box = pool[rng.integers(len(pool))]
        if box[4] == 0 and rng.random() < 0.3:  # malignant ones a little more often
            donor, box = pool[rng.integers(len(pool))]
        patch = residual(self.plain[donor].pixels, box)
        if patch is None:
            return 0
        patch, scale = turned(patch, rng)
        at = lay(patch, image.pixels, image.mask, rng)
        if at is None:
            return 0
        half = (box[2:4] - box[:2]) / 2 * scale
        _draw(image, at, half, malignant=box[4] > 0)
        return MALIGNANT if box[4] > 0 else BENIGN

    def _add_tissue(self, index: int, image: Plain, rng: np.random.Generator) -> None:
        records: Sequence[Record] = self.plain.records
        normal = self._kin(index, [i for i, record in enumerate(records) if record.abnormal is False])
        if not normal:
            return
        donor = self.plain[normal[rng.integers(len(normal))]]
        ys, xs = np.nonzero(donor.mask[::8, ::8])
        place = rng.integers(len(ys))
        half = np.exp(rng.uniform(np.log(20), np.log(140))) / 2
        x, y = xs[place] * 8, ys[place] * 8
        patch = residual(donor.pixels, np.array([x - half, y - half, x + half, y + half]))
        if patch is not None:
            lay(turned(patch, rng)[0], image.pixels, image.mask, rng)


def _side(box: NDArray[np.float64]) -> float:
    return float(max(box[2] - box[0], box[3] - box[1]))


def _draw(image: Plain, at: tuple[float, float], half: NDArray[np.float64], *, malignant: bool) -> None:
    """Mark an ellipse with these half axes (x, y) as outlined, in place."""
    rows, columns = np.ogrid[: image.pixels.shape[0], : image.pixels.shape[1]]
    across, down = (columns - at[0]) / max(half[0], 3.0), (rows - at[1]) / max(half[1], 3.0)
    ellipse = (across**2 + down**2 <= 1).astype(np.uint8)
    image.drawn[1] |= ellipse
    if malignant:
        image.drawn[0] |= ellipse


def _bent(image: Plain, rng: np.random.Generator) -> Plain:
    """Turned by up to 12 degrees, scaled and sheared a little, about a point near the chest wall."""
    angle, scale = np.deg2rad(rng.uniform(-12, 12)), rng.uniform(0.88, 1.15)
    shear = rng.uniform(-0.08, 0.08)
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos, -sin + shear], [sin, cos]]) / scale
    height, width = image.pixels.shape
    centre = np.array([height / 2, width * 200 / 768])
    offset = centre - matrix @ centre

    def moved(plane: NDArray[Any], order: int) -> NDArray[Any]:
        return np.asarray(ndimage.affine_transform(plane, matrix, offset, order=order))

    drawn = np.stack([moved(plane, 0) for plane in image.drawn]).astype(np.uint8)
    mask = moved(image.mask.astype(np.uint8), 0) > 0
    return replace(image, pixels=moved(image.pixels, 1).astype(np.float32), mask=mask, drawn=drawn)


def _relit(image: Plain, rng: np.random.Generator) -> NDArray[np.float32]:
    """Another gamma, exposure, sharpness and grain; air stays exactly 0 and breast above it."""
    pixels = np.clip(image.pixels, 0, None) ** np.exp(rng.uniform(-0.35, 0.35))
    pixels = pixels * rng.uniform(0.9, 1.1)
    if rng.random() < 0.4:
        pixels = ndimage.gaussian_filter(pixels, rng.uniform(0.3, 0.9))
    if rng.random() < 0.5:
        pixels = pixels + rng.normal(0, rng.uniform(0.005, 0.02), pixels.shape)
    return np.ascontiguousarray(np.clip(pixels, 1e-4, 1) * image.mask, dtype=np.float32)


def _flipped(image: Plain) -> Plain:
    """Upside down: the other breast, its chest wall where it was."""
    return replace(
        image,
        pixels=np.ascontiguousarray(image.pixels[::-1]),
        mask=np.ascontiguousarray(image.mask[::-1]),
        drawn=np.ascontiguousarray(image.drawn[:, ::-1]),
    )
