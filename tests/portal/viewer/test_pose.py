"""However an image was stored, its pose turns it to hang as IHE asks: proven on pixels."""

import itertools

import numpy as np
import pytest

from portal.viewer.pose import OPPOSITE, pose, target

VIEWS = [("L", "CC"), ("R", "CC"), ("L", "MLO"), ("R", "MLO"), ("L", "ML"), ("R", "LM")]
HUNG = np.arange(12).reshape(3, 4)  # no symmetry: only one of the eight poses restores it


def stored_as(rotate, flip, laterality, view):
    """The image and its Patient Orientation, had a unit stored it turned back by this pose."""
    row, column = target(laterality, view)
    pixels = HUNG
    if flip:
        pixels, row = np.fliplr(pixels), OPPOSITE[row]
    for _ in range(rotate // 90):  # undo quarter turns clockwise: turn anticlockwise
        pixels, row, column = np.rot90(pixels), column, OPPOSITE[row]
    return pixels, [row, column]


def shown(pixels, found):
    turned = np.rot90(pixels, k=-found.rotate // 90)
    return np.fliplr(turned) if found.flip else turned


@pytest.mark.parametrize("laterality, view", VIEWS)
@pytest.mark.parametrize("rotate, flip", list(itertools.product((0, 90, 180, 270), (False, True))))
def test_any_stored_orientation_comes_out_hung(laterality, view, rotate, flip):
    pixels, orientation = stored_as(rotate, flip, laterality, view)
    found = pose(laterality=laterality, view=view, orientation=orientation, wall="")
    assert np.array_equal(shown(pixels, found), HUNG)
    assert found.chest_wall == ("left" if laterality == "L" else "right")


@pytest.mark.parametrize(
    "laterality, view, orientation",
    [("L", "CC", ["A", "R"]), ("R", "CC", ["P", "L"]), ("L", "MLO", ["A", "FR"]), ("R", "MLO", ["P", "FL"])],
)
def test_the_orientations_of_ihe_need_no_turn(laterality, view, orientation):
    found = pose(laterality=laterality, view=view, orientation=orientation, wall="")
    assert (found.rotate, found.flip, found.doubt) == (0, False, "")


@pytest.mark.parametrize(
    "laterality, wall, flip", [("L", "left", False), ("L", "right", True), ("R", "right", False), ("R", "left", True)]
)
@pytest.mark.parametrize("orientation", [[], ["MLO"], ["X", "Y"]])
def test_a_film_without_orientation_hangs_by_where_its_pixels_show_the_chest_wall(laterality, wall, flip, orientation):
    found = pose(laterality=laterality, view="MLO", orientation=orientation, wall=wall)
    assert (found.rotate, found.flip) == (0, flip)


def test_nothing_known_is_left_as_stored():
    assert pose(laterality="", view="", orientation=[], wall="").rotate == 0
    assert not pose(laterality="L", view="CC", orientation=[], wall="").flip


def test_a_header_that_the_pixels_contradict_is_said_to_be_doubtful():
    assert "check the side" in pose(laterality="L", view="CC", orientation=["A", "R"], wall="right").doubt
    assert pose(laterality="L", view="CC", orientation=["A", "R"], wall="left").doubt == ""
    assert pose(laterality="L", view="CC", orientation=["P", "R"], wall="right").doubt == ""
    assert pose(laterality="L", view="CC", orientation=["P", "L"], wall="right").doubt == ""
