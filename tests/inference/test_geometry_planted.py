"""What a network finds on its own grid is marked on the pixels where it was planted: any view, flip, polarity and place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference import phantom
from inference.geometry import Box, Frame
from inference.pipeline import Analyst, ImageInput
from inference.preprocess import InputSpec, prepare
from inference.saliency import CELL


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    rows, cols = draw(st.integers(200, 6000)), draw(st.integers(200, 6000))
    left, top = draw(st.integers(0, cols - 2)), draw(st.integers(0, rows - 2))
    box = Box(left, top, draw(st.integers(left + 1, cols)), draw(st.integers(top + 1, rows)))
    shape = {"height": draw(st.integers(32, 3000)), "width": draw(st.integers(32, 3000))}
    return Frame.around(box, rows=rows, cols=cols, mirrored=draw(st.booleans()), **shape)


@given(frames(), st.integers(0, 2999), st.integers(0, 2999))
def test_a_whole_stored_pixel_comes_back_within_half_a_model_pixel(frame: Frame, column: int, row: int) -> None:
    """Through whole model pixels and back, as a map that has one value for each of them has to go."""
    stored = np.array([[column % frame.cols, row % frame.rows]], dtype=np.float64)
    on_model = np.rint(frame.to_model(stored))
    back = frame.to_stored(on_model)
    assert np.abs(back - stored).max() <= frame.scale / 2 + 1e-6


@given(frames(), st.integers(0, 2999), st.integers(0, 2999))
def test_a_whole_model_pixel_comes_back_to_itself(frame: Frame, column: int, row: int) -> None:
    point = np.array([[column % frame.width, row % frame.height]], dtype=np.float64)
    assert np.abs(frame.to_model(frame.to_stored(point)) - point).max() < 1e-6


PLACES = st.tuples(st.floats(0.15, 0.5), st.floats(0.38, 0.66))


@settings(max_examples=12, deadline=None)
@given(
    place=PLACES,
    laterality=st.sampled_from("LR"),
    view=st.sampled_from(["CC", "MLO"]),
    flipped=st.booleans(),
    rows=st.sampled_from([700, 901]),
)
def test_a_planted_spot_is_prepared_where_the_frame_says(
    place: tuple[float, float], laterality: str, view: str, flipped: bool, rows: int
) -> None:
    cols = rows * 3 // 4
    x, y = place[0] * cols, place[1] * rows
    x = cols - 1 - x if laterality == "R" else x
    image = phantom.mammogram(laterality, view, rows=rows, cols=cols, lesion=(x, y, 16)).astype(np.float32)
    if flipped:
        image, x = np.ascontiguousarray(image[:, ::-1]), cols - 1 - x
    prepared = prepare(image, laterality, InputSpec(512, 384))
    (u, v), tensor = prepared.frame.to_model(np.array([[x, y]]))[0], prepared.tensor[0].numpy()
    around = tensor[max(0, round(v) - 16) : round(v) + 17, max(0, round(u) - 16) : round(u) + 17]
    ys, xs = np.nonzero(around > 0.97)
    spot = np.array([xs.mean() + max(0, round(u) - 16), ys.mean() + max(0, round(v) - 16)])
    assert np.abs(spot - (u, v)).max() <= 0.5


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize(("laterality", "view"), [("L", "CC"), ("R", "CC"), ("L", "MLO"), ("R", "MLO")])
def test_the_map_and_the_outline_lie_on_a_planted_lesion(
    analyst: Analyst, laterality: str, view: str, inverted: bool, flipped: bool
) -> None:
    x, y, radius = (170.0 if laterality == "L" else 405.0), 420.0, 26.0
    pixels = phantom.mammogram(laterality, view, rows=768, cols=576, lesion=(x, y, radius), inverted=inverted, seed=3)
    if flipped:
        pixels, x = np.ascontiguousarray(pixels[:, ::-1]), 575 - x
    data = phantom.dicom(pixels, laterality=laterality, view=view, inverted=inverted, PatientOrientation=None)
    (result,) = analyst.read_exam([ImageInput("k", data)]).images
    assert result.saliency is not None
    weight = result.saliency.astype(float) ** 2
    rows, cols = np.indices(weight.shape)
    centre = np.array([(weight * cols).sum(), (weight * rows).sum()]) / weight.sum() * CELL + (CELL - 1) / 2
    assert np.hypot(*(centre - (x, y))) < radius / 2
    box = result.findings[0].box
    assert box[0] < x < box[2] and box[1] < y < box[3]
