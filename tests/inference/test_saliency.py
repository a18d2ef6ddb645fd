"""A map of the model's cells is laid on the stored pixels it speaks of."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from inference.geometry import Box, Frame
from inference.saliency import CELL, encode_png, to_cells, to_image_grid

WHOLE = Frame.around(Box(0, 0, 96, 128), rows=128, cols=96, height=64, width=48, mirrored=False)
MIRRORED = Frame.around(Box(0, 0, 96, 128), rows=128, cols=96, height=64, width=48, mirrored=True)


def one_cell(row: int, col: int) -> np.ndarray:
    cells = np.zeros((1, 8, 6), np.float32)
    cells[0, row, col] = 1.0
    return cells


@pytest.mark.parametrize("frame", [WHOLE, MIRRORED])
@pytest.mark.parametrize(("row", "col"), [(0, 0), (3, 2), (7, 5)])
def test_a_cell_peaks_at_its_own_centre_in_stored_pixels(frame: Frame, row: int, col: int) -> None:
    full = to_image_grid(one_cell(row, col), frame)[0]
    stride = 8  # model pixels a cell, 2 stored pixels each
    centre = frame.to_stored(np.array([[(col + 0.5) * stride - 0.5, (row + 0.5) * stride - 0.5]]))[0]
    ys, xs = np.nonzero(full >= full.max() - 1e-6)
    assert full.shape == (128, 96)
    if 0 < row < 7 and 0 < col < 5:  # at the border the map is held flat, so the peak has no single centre
        assert (xs.mean(), ys.mean()) == pytest.approx(tuple(centre), abs=1e-6)
    assert xs.min() - 0.5 <= centre[0] <= xs.max() + 0.5
    assert ys.min() - 0.5 <= centre[1] <= ys.max() + 0.5


def test_outside_the_crop_the_map_is_zero() -> None:
    frame = Frame.around(Box(40, 30, 70, 70), rows=128, cols=96, height=64, width=48, mirrored=False)
    full = to_image_grid(np.ones((1, 8, 6), np.float32), frame)[0]
    inside = np.zeros((128, 96), bool)
    inside[30:70, 40:70] = True
    assert (full[inside] == 1).all() and full[~inside].max() == 0


@pytest.mark.parametrize("frame", [WHOLE, MIRRORED])
def test_the_grid_of_cells_is_the_full_map_at_the_cells_centres(frame: Frame) -> None:
    chances = np.random.default_rng(0).random((8, 6)).astype(np.float32)
    full, cells = to_image_grid(chances[None], frame)[0], to_cells(chances, frame)
    assert cells.shape == (16, 12) and cells.dtype == np.uint8
    middle = full.reshape(16, CELL, 12, CELL)[:, 3:5, :, 3:5].mean(axis=(1, 3))
    assert np.abs(cells / 255 - middle).max() < 0.02


def test_an_image_that_eight_does_not_divide_gets_a_last_cell_of_its_own() -> None:
    frame = Frame.around(Box(0, 0, 101, 130), rows=130, cols=101, height=64, width=48, mirrored=False)
    assert to_cells(np.ones((8, 6), np.float32), frame).shape == (17, 13)


@pytest.mark.parametrize(
    "bad", [np.ones((8, 6)), np.full((1, 8, 6), 1.5), np.full((1, 8, 6), np.nan), np.zeros((1, 0, 6))]
)
def test_what_is_not_a_map_of_probabilities_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="saliency"):
        to_image_grid(bad.astype(np.float32), WHOLE)


def test_the_png_of_a_map_holds_its_very_values() -> None:
    cells = np.random.default_rng(1).integers(0, 256, (9, 7), dtype=np.uint8)
    assert np.array_equal(np.asarray(Image.open(BytesIO(encode_png(cells)))), cells)
