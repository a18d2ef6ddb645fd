"""What stands out is outlined in stored pixels, scored, and linked between two views of one breast."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from inference.findings import Place, outlined, paired
from inference.outline import area, outer_polygon, simplified
from inference.results import Finding

PLACE = Place(rows=160, cols=240, nipple=(100.0, 50.0), depth=100.0, square_mm=0.01, laterality="L", view="CC")


def grid(*parts: tuple[slice, slice, int]) -> np.ndarray:
    cells = np.zeros((20, 30), np.uint8)
    for rows, cols, value in parts:
        cells[rows, cols] = value
    return cells


def test_a_square_region_is_outlined_at_its_pixel_edges() -> None:
    (finding,) = outlined(grid((slice(5, 10), slice(10, 20), 204)), 0.5, 3, PLACE)
    assert finding.box == (79.5, 39.5, 159.5, 79.5)
    assert sorted(finding.polygon) == [(79.5, 39.5), (79.5, 79.5), (159.5, 39.5), (159.5, 79.5)]
    assert finding.score == 0.8 and finding.area_mm2 == pytest.approx(80 * 40 * 0.01)
    assert (finding.laterality, finding.view) == ("L", "CC")


def test_only_the_highest_regions_are_named_highest_first_and_specks_are_left_out() -> None:
    cells = grid(
        (slice(0, 3), slice(0, 3), 150),
        (slice(0, 3), slice(10, 13), 250),
        (slice(10, 13), slice(0, 3), 200),
        (slice(10, 13), slice(10, 13), 140),
        (slice(18, 19), slice(28, 29), 255),
    )
    found = outlined(cells, 0.5, 3, PLACE)
    assert [(f.id, round(f.score * 255)) for f in found] == [("f1", 250), ("f2", 200), ("f3", 150)]


def test_below_the_threshold_nothing_is_outlined() -> None:
    assert outlined(grid((slice(0, 9), slice(0, 9), 127)), 0.5, 3, PLACE) == ()


def test_an_outline_ends_where_the_image_ends_although_its_last_cell_hangs_over() -> None:
    (finding,) = outlined(grid((slice(17, 20), slice(27, 30), 255)), 0.5, 3, replace(PLACE, rows=155, cols=233))
    assert finding.box == (215.5, 135.5, 232.5, 154.5)


def test_without_spacing_a_finding_has_no_area() -> None:
    place = replace(PLACE, square_mm=None)
    assert outlined(grid((slice(0, 9), slice(0, 9), 255)), 0.5, 3, place)[0].area_mm2 is None


@given(st.integers(3, 12), st.integers(3, 12), st.integers(14, 26), st.integers(14, 26))
def test_an_outline_follows_its_region_to_within_a_cell(r1: int, r2: int, cx: int, cy: int) -> None:
    y, x = np.mgrid[0:40, 0:40]
    region = ((x - cx) / r1) ** 2 + ((y - cy) / r2) ** 2 <= 1
    corners = outer_polygon(region)
    drawn = Image.new("1", (400, 400))
    ImageDraw.Draw(drawn).polygon([(px * 10, py * 10) for px, py in corners], fill=1)
    again = np.asarray(drawn).reshape(40, 10, 40, 10).mean(axis=(1, 3)) > 0.5
    assert (again ^ region).sum() <= max(4, 0.2 * region.sum())
    assert len(corners) < region.sum()


def test_a_hole_does_not_become_the_outline() -> None:
    ring = np.ones((9, 9), bool)
    ring[3:6, 3:6] = False
    assert abs(area(outer_polygon(ring))) == 81


def test_corners_that_touch_do_not_break_the_walk() -> None:
    region = np.zeros((6, 6), bool)
    region[0:3, 0:3] = region[3:6, 3:6] = True
    region[2:4, 2] = True
    region[3, 2:4] = True
    assert abs(area(outer_polygon(region))) >= 15


def test_simplifying_keeps_a_triangle_at_least() -> None:
    loop = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    assert len(simplified(loop, 50.0)) >= 3


def located(name: str, x: float, y: float) -> Finding:
    return Finding(name, 0.9, ((x, y),), (x, y, x, y), None, "L", None)


def test_findings_as_far_from_the_nipple_in_both_views_are_linked_the_closest_first() -> None:
    cc = [located("f1", 60, 50), located("f2", 20, 50)]
    mlo = [located("f3", 58, 50), located("f4", 100, 48)]
    assert paired(cc, mlo, (PLACE, PLACE)) == {"f1": "f3", "f3": "f1"}
