"""Where a finding lies is said only where view and header carry it, and the same for every way of hanging."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.findings import Place, outlined
from inference.location import diameters, locate

NIPPLE = (100.0, 500.0)
UP, RIGHT = (60.0, 300.0), (400.0, 500.0)


@pytest.mark.parametrize(
    ("side", "orientation", "centre", "across"),
    [
        ("L", ("A", "R"), (60.0, 300.0), "outer"),  # towards the top: away from R, the left breast's outer half
        ("L", ("A", "R"), (60.0, 700.0), "inner"),
        ("R", ("P", "L"), (60.0, 300.0), "outer"),
        ("R", ("P", "L"), (60.0, 700.0), "inner"),
        ("L", ("A", "L"), (60.0, 300.0), "inner"),  # the same picture, hung upside down
        ("L", ("R", "P"), (300.0, 500.0), "inner"),  # turned by a quarter
        ("L", ("A", "R"), (60.0, 510.0), "level"),
    ],
)
def test_a_cc_view_tells_outer_from_inner_by_patient_orientation(side, orientation, centre, across) -> None:
    found = locate(centre, NIPPLE, 400.0, "CC", side, orientation)
    assert (found.across, found.height) == (across, None)


@pytest.mark.parametrize(
    ("orientation", "centre", "height"),
    [
        (("A", "F"), (60.0, 300.0), "upper"),
        (("A", "FR"), (60.0, 700.0), "lower"),
        (("P", "HL"), (60.0, 700.0), "upper"),
        (("A", "F"), (60.0, 539.0), "level"),
    ],
)
def test_an_mlo_view_tells_above_from_below_the_nipple(orientation, centre, height) -> None:
    found = locate(centre, NIPPLE, 400.0, "MLO", "R", orientation)
    assert (found.height, found.across) == (height, None)


@pytest.mark.parametrize(
    ("view", "side", "orientation"),
    [("CC", "L", ()), ("CC", None, ("A", "R")), (None, "L", ("A", "R")), ("CC", "L", ("A", "F")), ("MLO", "L", ())],
)
def test_what_the_header_does_not_carry_stays_unknown(view, side, orientation) -> None:
    found = locate(UP, NIPPLE, 400.0, view, side, orientation)
    assert (found.height, found.across) == (None, None) and found.depth == "anterior"


@pytest.mark.parametrize(
    ("x", "depth"), [(110.0, "anterior"), (300.0, "middle"), (480.0, "posterior"), (900.0, "posterior")]
)
def test_depth_is_a_third_of_the_way_to_the_chest_wall(x, depth) -> None:
    assert locate((x, 500.0), NIPPLE, 400.0, "CC", "L", ()).depth == depth


@given(st.floats(0, np.pi), st.floats(2, 50), st.floats(2, 50))
def test_diameters_of_a_rectangle_are_its_diagonal_and_what_lies_across(turn, wide, tall) -> None:
    corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]])
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    longest, across = diameters(corners @ spin.T)
    assert longest == pytest.approx(np.hypot(wide, tall))
    assert across == pytest.approx(2 * wide * tall / np.hypot(wide, tall))


def test_a_finding_carries_its_size_in_mm_and_its_score_of_100() -> None:
    place = Place(160, 240, (0.0, 80.0), 200.0, 0.01, "L", "CC", ("A", "R"))
    cells = np.zeros((20, 30), np.uint8)
    cells[2:6, 2:10] = 204
    (finding,) = outlined(cells, 0.5, 3, place)
    assert finding.score_100 == 80 and finding.across == "outer" and finding.height is None
    assert finding.size_mm == pytest.approx((np.hypot(64, 32) / 10, 2 * 64 * 32 / np.hypot(64, 32) / 10), abs=0.06)
    assert outlined(cells, 0.5, 3, replace(place, square_mm=None))[0].size_mm is None


def test_the_lowest_score_of_100_is_one() -> None:
    place = Place(160, 240, (0.0, 80.0), 200.0, None, "L", "CC")
    (finding,) = outlined(np.full((20, 30), 1, np.uint8), 0.0, 3, place)
    assert finding.score_100 == 1
