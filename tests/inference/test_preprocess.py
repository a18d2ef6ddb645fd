"""What the network sees: the breast alone, levelled, chest wall left, in the place the frame says."""

import numpy as np
import pytest

from inference import phantom
from inference.preprocess import InputSpec, prepare

SPEC = InputSpec(512, 384)


def centre_of_light(tensor: np.ndarray) -> np.ndarray:
    ys, xs = np.nonzero(tensor > 0.9)
    return np.array([[xs.mean(), ys.mean()]])


@pytest.mark.parametrize("laterality", ["L", "R"])
@pytest.mark.parametrize("view", ["CC", "MLO"])
def test_a_lesion_in_the_models_image_maps_back_onto_the_lesion(laterality: str, view: str) -> None:
    x, y = (200.0, 560.0) if laterality == "L" else (567.0, 560.0)
    image = phantom.mammogram(laterality, view, lesion=(x, y, 30)).astype(np.float32)
    prepared = prepare(image, laterality, SPEC)
    found = prepared.frame.to_stored(centre_of_light(prepared.tensor[0].numpy()))[0]
    assert np.hypot(found[0] - x, found[1] - y) < prepared.frame.scale / 2


def test_left_and_right_are_prepared_alike_and_air_is_exactly_zero() -> None:
    left = prepare(phantom.mammogram("L", "CC", seed=3).astype(np.float32), "L", SPEC)
    right = prepare(phantom.mammogram("R", "CC", seed=3).astype(np.float32), "R", SPEC)
    assert right.frame.mirrored and not left.frame.mirrored
    assert (left.tensor - right.tensor).abs().max() < 1e-5
    assert (left.tensor[0].numpy()[~left.mask] == 0).all()
    assert left.tensor.shape == (1, 512, 384) and left.tensor.min() >= 0 and left.tensor.max() <= 1


def test_the_range_of_the_stored_values_does_not_matter() -> None:
    image = phantom.mammogram("L", "MLO", seed=1).astype(np.float32)
    one, other = prepare(image, "L", SPEC), prepare(image * 13.7 + 500, "L", SPEC)
    assert (one.tensor - other.tensor).abs().max() < 1e-3


def test_an_input_table_with_a_missing_key_or_an_unknown_normalisation_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="height"):
        InputSpec.of({"width": 3, "normalisation": "breast-percentile-1"})
    with pytest.raises(ValueError, match="zscore"):
        InputSpec.of({"height": 3, "width": 3, "normalisation": "zscore"})
