"""Evidence becomes probabilities as the release was calibrated, and a category only where it is certain enough."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.calibration import Isotonic, Platt, band, calibrator
from inference.suggestion import Scale

SCALE = Scale(("1", "3", "4A", "4B", "4C", "5"), (0.001, 0.02, 0.1, 0.5, 0.95), max_span=2)


def test_platt_is_the_logistic_of_a_line() -> None:
    curve = calibrator({"method": "platt", "a": 2.0, "b": -1.0})
    assert curve.probability(0.5) == pytest.approx(0.5) and curve.probability(1e9) == 1.0
    assert curve.probabilities(np.array([0.5, 0.0], np.float32)) == pytest.approx([0.5, 1 / (1 + np.e)])


def test_the_interval_of_platt_grows_with_the_uncertainty_of_its_fit() -> None:
    certain, unsure = Platt(1, 0), Platt(1, 0, ((0.04, 0.0), (0.0, 0.25)))
    assert certain.interval(1.0) == (certain.probability(1.0),) * 2
    low, high = unsure.interval(1.0)
    half = 1.959964 * np.sqrt(0.04 + 0.25)
    assert (low, high) == pytest.approx((Platt(1, 0).probability(1 - half), Platt(1, 0).probability(1 + half)))


def test_isotonic_is_linear_between_its_points_and_flat_beyond() -> None:
    curve = calibrator({"method": "isotonic", "x": [-1, 0, 1], "y": [0.1, 0.2, 0.8]})
    assert isinstance(curve, Isotonic)
    assert [curve.probability(x) for x in (-9, -1, 0.5, 9)] == pytest.approx([0.1, 0.1, 0.5, 0.8])
    assert curve.interval(0.5) == (0.2, 0.8) and curve.interval(-9) == (0.1, 0.1)


@pytest.mark.parametrize(
    "table",
    [{"method": "magic"}, {"method": "isotonic", "x": [0, 1], "y": [1, 0]}, {"method": "isotonic", "x": [0], "y": [0]}],
)
def test_a_calibration_that_makes_no_sense_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="calibration"):
        calibrator(table)


@given(st.floats(0, 1))
def test_bands_run_from_one_to_ten_and_rise_with_the_score(score: float) -> None:
    cuts = [i / 10 for i in range(1, 10)]
    assert band(score, cuts) == 1 + sum(cut <= score for cut in cuts)


@pytest.mark.parametrize(
    ("p", "category"), [(0.0005, "1"), (0.02, "4A"), (0.0199, "3"), (0.3, "4B"), (0.94, "4C"), (0.95, "5")]
)
def test_each_probability_has_its_category(p: float, category: str) -> None:
    suggestion = SCALE.suggest(p, (p, p))
    assert (suggestion.category, suggestion.abstained) == (category, False)
    assert suggestion.text.startswith(("The model", "What the model"))


def test_an_interval_over_too_many_categories_is_an_abstention_that_says_so() -> None:
    suggestion = SCALE.suggest(0.2, (0.05, 0.6))
    assert suggestion.category is None and suggestion.abstained
    assert "4A to 4C" in suggestion.text


@pytest.mark.parametrize(
    "table",
    [
        {"categories": ["1", "6"], "cuts": [0.5]},
        {"categories": ["1", "3"], "cuts": []},
        {"categories": ["1", "3", "5"], "cuts": [0.9, 0.1]},
    ],
)
def test_a_scale_with_unknown_categories_or_falling_cuts_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="birads"):
        Scale.of(table)
