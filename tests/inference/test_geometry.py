"""A point goes to the model's image and comes back where it was."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from inference.geometry import Box, Frame


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    rows, cols = draw(st.integers(200, 6000)), draw(st.integers(200, 6000))
    left, top = draw(st.integers(0, cols - 2)), draw(st.integers(0, rows - 2))
    right, bottom = draw(st.integers(left + 1, cols)), draw(st.integers(top + 1, rows))
    shape = {"height": draw(st.integers(32, 3000)), "width": draw(st.integers(32, 3000))}
    return Frame.around(Box(left, top, right, bottom), rows=rows, cols=cols, mirrored=draw(st.booleans()), **shape)


@given(frames(), st.floats(-1, 1.5), st.floats(-1, 1.5))
def test_a_stored_point_survives_the_way_there_and_back(frame: Frame, across: float, down: float) -> None:
    point = np.array([[across * frame.cols, down * frame.rows]])
    back = frame.to_stored(frame.to_model(point))
    assert np.abs(back - point).max() < 1e-6 * max(frame.rows, frame.cols)


@given(frames())
def test_the_breast_lies_inside_the_models_image_with_its_chest_wall_at_the_left_edge(frame: Frame) -> None:
    edges = np.array([[-0.5, -0.5], [frame.width - 0.5, frame.height - 0.5]])
    (x0, y0), (x1, y1) = frame.to_stored(edges)
    assert (x0 > x1) == frame.mirrored and y1 > y0
    assert abs(abs(x1 - x0) - frame.width * frame.scale) < 1e-6 * frame.cols


def test_a_mirrored_window_shows_the_right_edge_of_the_breast_first() -> None:
    frame = Frame.around(Box(100, 0, 300, 400), rows=400, cols=300, height=400, width=200, mirrored=True)
    assert frame.scale == 1.0
    assert frame.to_model(np.array([[299.0, 0.0]])).tolist() == [[0.0, 0.0]]
    assert frame.to_model(np.array([[100.0, 399.0]])).tolist() == [[199.0, 399.0]]


def test_one_model_pixel_covers_scale_stored_pixels_about_its_centre() -> None:
    frame = Frame.around(Box(0, 0, 400, 800), rows=800, cols=400, height=400, width=200, mirrored=False)
    assert frame.scale == 2.0
    assert frame.to_stored(np.array([[0.0, 0.0]])).tolist() == [[0.5, 0.5]]
