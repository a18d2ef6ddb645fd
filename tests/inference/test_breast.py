"""The breast is found whatever the side, the film's labels and borders, or the window."""

import csv

import numpy as np
import pytest

from inference import breast, dicom, phantom, presentation
from tests.inference.conftest import SHARED


@pytest.mark.parametrize("laterality", ["L", "R"])
@pytest.mark.parametrize("view", ["CC", "MLO", "ML"])
def test_the_chest_wall_is_found_on_the_side_it_is_hung(laterality: str, view: str) -> None:
    found = breast.find(phantom.mammogram(laterality, view).astype(np.float32))
    assert found.chest_right() == (laterality == "R")


def test_labels_in_the_air_and_the_films_white_border_are_not_breast() -> None:
    film = phantom.mammogram("L", "CC", rows=1200, cols=900).astype(np.float32) + 150
    alone = breast.find(film).box
    film[:14] = film[-14:] = 4095
    film[:, -10:] = 4095
    film[100:160, 750:860] = 4095
    box = breast.find(film).box
    assert box.right < 700 and abs(box.top - alone.top) < 12 and abs(box.bottom - alone.bottom) < 12


def test_a_film_on_black_padding_is_searched_within_the_film() -> None:
    film = np.zeros((1000, 1000), np.float32)
    film[:, 250:750] = phantom.mammogram("R", "MLO", rows=1000, cols=500) * 0.8 + 120
    box = breast.find(film).box
    assert 300 < box.left < 450 and 740 <= box.right <= 755


def test_fat_as_dark_as_air_leaves_no_hole_in_the_breast() -> None:
    image = phantom.mammogram("L", "CC", rows=1000, cols=750).astype(np.float32)
    whole = breast.find(image)
    image[300:700, 0:330] = np.where(np.indices((400, 330)).sum(axis=0) % 90 < 60, 0, image[300:700, 0:330])
    holed = breast.find(image)
    assert holed.solid < breast.RAGGED
    overlap = (holed.mask & whole.mask).sum() / whole.mask.sum()
    assert overlap > 0.97 and not holed.chest_right()


def test_an_empty_image_has_no_breast_and_the_whole_image_as_its_box() -> None:
    found = breast.find(np.zeros((300, 200), np.float32))
    assert found.coverage == 0.0 and (found.box.width, found.box.height) == (200, 300)


def test_a_near_tie_is_settled_by_the_laterality_and_a_clear_case_is_not() -> None:
    tie = breast.Breast(10, 10, np.ones((10, 10), bool), 0.01, 0.5, 1.0)
    clear = breast.Breast(10, 10, np.ones((10, 10), bool), -0.6, 0.5, 1.0)
    assert not tie.chest_right("L") and tie.chest_right("R")
    assert not clear.chest_right("R")


@pytest.mark.slow
def test_the_chest_wall_of_every_digital_image_lies_where_its_label_says() -> None:
    table = SHARED / "cdd-cesm" / "labels.csv"
    if not table.is_file():
        pytest.skip("../shared/data/cdd-cesm is not here")
    with table.open(newline="") as file:
        sides = {row["image"]: row["side"] for row in csv.DictReader(file) if row["side"] in ("L", "R")}
    wrong = [
        name
        for name, side in sides.items()
        if breast.find(presentation.present(dicom.decode(table.parent / "images" / name))).chest_right()
        != (side == "R")
    ]
    assert len(sides) >= 60 and wrong == []
