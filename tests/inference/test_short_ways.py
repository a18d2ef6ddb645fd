"""What is computed the short way before the network is what the long way gives, value for value."""

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from inference import breast, phantom, presentation
from inference.decode.decoded import Decoded, Window
from inference.geometry import Box
from inference.preprocess import _window
from inference.quality import burnt

corner = st.integers(-9, 30)


def at_length(found, ys, xs, mask):
    """The mask by one index of every pixel."""
    down = np.floor((ys + 0.5) / found.rows * mask.shape[0]).astype(int)
    across = np.floor((xs + 0.5) / found.cols * mask.shape[1]).astype(int)
    wide = np.zeros((len(ys), len(xs)), dtype=bool)
    for i, row in enumerate(down):
        for j, column in enumerate(across):
            inside = 0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]
            wide[i, j] = inside and mask[row, column]
    return wide


@given(seed=st.integers(0, 99), start=st.tuples(corner, corner), step=st.floats(0.3, 7))
def test_a_mask_is_laid_on_rows_and_columns_inside_and_outside_the_image(seed, start, step):
    mask = np.random.default_rng(seed).random((7, 5)) > 0.5
    found = breast.Breast(21, 17, mask, 1.0, 0.5, 1.0)
    ys, xs = (np.arange(12) * step + at for at in start)
    assert np.array_equal(found.at(ys, xs, mask), at_length(found, ys, xs, mask))


@pytest.mark.parametrize("step", [1, 4, 7])
def test_every_nth_stored_pixel_of_the_mask(step):
    found = breast.find(phantom.mammogram(rows=333, cols=250).astype(np.float32))
    assert np.array_equal(found.on_stored(step), found.on_stored()[::step, ::step])


@given(box=st.tuples(corner, corner, st.integers(1, 40), st.integers(1, 40)))
def test_a_window_reaches_beyond_the_image_in_black(box):
    image = np.arange(1, 13 * 11 + 1, dtype=np.float32).reshape(13, 11)
    left, top, wide, tall = box
    cropped = Image.fromarray(image).crop((left, top, left + wide, top + tall))
    assert np.array_equal(_window(image, Box(left, top, left + wide, top + tall)), np.asarray(cropped))


@given(seed=st.integers(0, 99), steps=st.integers(1, 6))
def test_a_diamond_step_by_step_is_the_diamond_whole(seed, steps):
    above = ndimage.uniform_filter(np.random.default_rng(seed).random((40, 31)), 5) > 0.48
    whole = ndimage.iterate_structure(ndimage.generate_binary_structure(2, 1), steps)
    assert np.array_equal(ndimage.binary_opening(above, iterations=steps), ndimage.binary_opening(above, whole))
    assert np.array_equal(ndimage.binary_dilation(above, iterations=steps), ndimage.binary_dilation(above, whole))


@pytest.mark.parametrize("place", [(0, 0), (60, 40), (199, 149)])
def test_parts_are_the_same_wherever_the_bright_pixels_lie(place):
    image = np.full((240, 180), 0.3, dtype=np.float32)
    row, column = place
    image[row : row + 30, column : column + 24] = 1.0
    image[row + 5 : row + 25, column + 5 : column + 19] = 0.3
    found = breast.Breast(240, 180, np.ones((24, 18), dtype=bool), 1.0, 0.5, 1.0)
    (part,) = burnt._parts(image, found)
    tall, wide = min(30, 240 - row), min(24, 180 - column)
    assert (part.top, part.left, part.tall, part.wide) == (row, column, tall, wide)
    assert part.area == tall * wide - 20 * 14 and part.hollow == 20 * 14


def test_a_window_in_strips_is_the_window_at_once():
    values = np.random.default_rng(1).integers(0, 4096, (200, 31)).astype(np.float32)
    plain = np.clip((values - np.float32(2047.5)) / np.float32(1023.0) + np.float32(0.5), 0, 1)
    assert np.array_equal(presentation.window(values, Window(2048.0, 1024.0)), plain)


def test_the_hash_is_of_shape_type_and_little_endian_values():
    pixels = np.arange(12, dtype=">u2").reshape(3, 4)
    plain = sha256(b"u16:(3, 4)" + pixels.astype("<u2").tobytes()).hexdigest()
    assert Decoded(pixels, 16, "MONOCHROME2").pixel_hash == plain
    assert Decoded(pixels.astype("<u2")[::1], 16, "MONOCHROME2").pixel_hash == plain
