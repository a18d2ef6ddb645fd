"""Lesions moved into other tissue: what is moved, where it lands, and that no copy takes anything from another fold."""

from dataclasses import dataclass

import numpy as np
import pytest

from inference.datasets.records import Record
from inference.training.copies import BENIGN, MALIGNANT, Copier
from inference.training.lesions import lay, residual, turned
from inference.training.plain import Plain

SHAPE = (256, 192)


def bump(at, radius=12.0, height=0.5, slope=0.001):
    """A bright spot on tissue that brightens towards the right."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    spot = height * np.exp(-((columns - at[0]) ** 2 + (rows - at[1]) ** 2) / (2 * (radius / 2) ** 2))
    return np.asarray(0.2 + slope * columns + spot, dtype=np.float32)


def box(at, radius=12.0, malignant=1.0):
    return np.array([at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius, malignant])


def test_what_is_moved_is_the_lesion_without_its_background():
    patch = residual(bump((90, 120)), box((90, 120)))
    assert patch is not None
    middle = patch.shape[0] // 2
    assert patch[middle, middle] == pytest.approx(0.5, abs=0.03)
    assert np.abs(patch[0]).max() == np.abs(patch[:, -1]).max() == 0.0


def test_tissue_without_a_lesion_leaves_nothing_to_move():
    patch = residual(bump((90, 120), height=0.0), box((90, 120)))
    assert patch is not None and np.abs(patch).max() < 1e-5


def test_a_lesion_at_the_edge_of_the_image_is_not_moved():
    assert residual(bump((4, 120)), box((4, 120))) is None


def test_a_patch_lands_in_the_breast_around_the_place_that_is_told():
    pixels, mask = np.zeros(SHAPE, dtype=np.float32), np.zeros(SHAPE, dtype=bool)
    mask[60:200, 20:120] = True
    at = lay(np.ones((21, 21), dtype=np.float32), pixels, mask, np.random.default_rng(0))
    assert at is not None and mask[int(at[1]), int(at[0])]
    ys, xs = np.nonzero(pixels)
    assert (xs.mean(), ys.mean()) == pytest.approx((at[0] - 0.5, at[1] - 0.5))


def test_a_patch_that_fits_nowhere_is_left_out():
    pixels = np.zeros(SHAPE, dtype=np.float32)
    assert (
        lay(np.ones((99, 99), dtype=np.float32), pixels, np.zeros(SHAPE, dtype=bool), np.random.default_rng(0)) is None
    )
    assert not pixels.any()


def test_a_turned_patch_tells_its_scale():
    patch, scale = turned(np.ones((41, 41), dtype=np.float32), np.random.default_rng(1))
    assert patch.shape[0] == round(41 * scale)


@dataclass
class Stack:
    """Prepared images that are only in memory."""

    records: list[Record]
    images: list[Plain]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index]


def stack(folds=(0, 0, 1, 1), sets=("film",) * 4, lesions=(True, False, True, False)):
    """Images whose grey level is their number, so that what a copy holds says where it came from."""
    records, images = [], []
    for number, (ill, dataset) in enumerate(zip(lesions, sets, strict=True)):
        records.append(Record(dataset, f"{number}.png", None, f"w{number}", "L", "CC", ill, ill, None))
        pixels = bump((90, 120), height=0.1 * (number + 1)) if ill else bump((90, 120), height=0.0)
        boxes = box((90, 120))[None] if ill else np.zeros((0, 5))
        images.append(Plain(pixels, np.ones(SHAPE, dtype=bool), np.zeros((2, *SHAPE), dtype=np.uint8), boxes))
    return Copier(Stack(records, images), np.array(folds), folds=2)


def test_the_same_copy_comes_out_twice_and_another_number_is_another_copy():
    copier = stack()
    (first, _), (again, _), (other, _) = copier.copy(1, 1), copier.copy(1, 1), copier.copy(1, 2)
    assert np.array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, other.pixels)


def test_a_moved_lesion_is_marked_and_bright():
    copier = stack()
    copies = [copier.copy(1, number) for number in range(1, 40)]
    moved = [image for image, added in copies if added == MALIGNANT]
    assert len(moved) > 8
    marked = [
        image.pixels[image.drawn[0] > 0].mean() - np.median(image.pixels) for image in moved if image.drawn[0].any()
    ]
    assert np.mean(marked) > 0.03
    assert all((image.drawn[0] <= image.drawn[1]).all() for image in moved)


def test_a_benign_lesion_is_not_marked_malignant():
    copier = stack()
    copier.donors = [(i, np.array([*b[:4], 0.0])) for i, b in copier.donors]
    copies = [copier.copy(1, number) for number in range(1, 20)]
    assert {added for _, added in copies} == {0, BENIGN}
    assert not any(image.drawn[0].any() for image, _ in copies)


@pytest.mark.parametrize(
    "folds, sets, allowed",
    [
        ((0, 0, 1, 1), ("film",) * 4, {0}),
        ((0, 0, 1, 1), ("film", "digital", "digital", "digital"), set()),
        ((0, 2, 1, 1), ("film",) * 4, {0, 2}),
    ],
)
def test_donors_are_of_the_same_fold_and_set_or_of_any_fold_for_an_image_of_none(folds, sets, allowed):
    copier = stack(folds, sets)
    seen: set[int] = set()
    images = copier.plain.images

    class Spy(list):
        def __getitem__(self, index):
            seen.add(index)
            return images[index]

    copier.plain.images = Spy(images)
    for number in range(1, 25):
        copier._add_lesion(1, images[1], np.random.default_rng(number))
    assert seen == allowed


def test_air_stays_exactly_nothing_in_a_copy():
    copier = stack()
    mask = np.zeros(SHAPE, dtype=bool)
    mask[40:220, :120] = True
    image = copier.plain.images[1]
    copier.plain.images[1] = Plain(image.pixels * mask, mask, image.drawn, image.boxes)
    for number in range(1, 6):
        copy, _ = copier.copy(1, number)
        assert np.array_equal(copy.pixels > 0, copy.mask)
