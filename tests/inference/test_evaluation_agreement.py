"""Kappa: values as scikit-learn gives them, and a closed-form interval that a book and the bootstrap agree with."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from inference.evaluation.agreement import kappa
from inference.evaluation.metrics import bootstrap

FLEISS = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
"""100 patients, two psychiatrists: Fleiss, Statistical Methods for Rates and Proportions, 1981, table 13.1."""


def raters(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    truth, said = np.indices(table.shape)
    return np.repeat(truth.ravel(), table.ravel()), np.repeat(said.ravel(), table.ravel())


def drawn(seed: int, n: int = 240) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, n)
    return truth, np.clip(truth + rng.integers(-1, 2, n), 0, 3)


def apart(n: int) -> list[str]:
    return [str(i) for i in range(n)]


def test_the_books_example_has_the_books_standard_error() -> None:
    truth, said = raters(FLEISS)
    found = kappa("k", truth, said, apart(100), quadratic=False)
    assert found.value == pytest.approx(0.676, abs=5e-4)
    assert (found.high - found.low) / 2 / 1.959964 == pytest.approx(0.087, abs=1e-3)
    assert (found.n, found.positives) == (100, None)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("quadratic", [True, False])
def test_the_value_is_scikit_learns(seed: int, quadratic: bool) -> None:
    truth, said = drawn(seed)
    expected = cohen_kappa_score(truth, said, weights="quadratic" if quadratic else None)
    assert kappa("k", truth, said, apart(240), quadratic=quadratic).value == pytest.approx(expected)


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_the_bootstrap_over_patients_gives_the_same_interval_within_a_tenth(rows: int) -> None:
    truth, said = (np.repeat(one, rows) for one in drawn(7))
    patients = [str(i // rows) for i in range(240 * rows)]
    found = kappa("k", truth, said, patients)

    def again(chosen: np.ndarray) -> float:
        return float(cohen_kappa_score(truth[chosen], said[chosen], weights="quadratic"))

    checked = bootstrap("k", again, patients, None, 0)
    assert found.high - found.low == pytest.approx(checked.high - checked.low, rel=0.1)
    assert found.low == pytest.approx(checked.low, abs=0.02) and found.high == pytest.approx(checked.high, abs=0.02)


def test_copies_of_a_patients_row_add_no_certainty() -> None:
    truth, said = drawn(3)
    once = kappa("k", truth, said, apart(240))
    doubled = kappa("k", np.repeat(truth, 2), np.repeat(said, 2), [str(i // 2) for i in range(480)])
    assert (doubled.low, doubled.high) == pytest.approx((once.low, once.high))


def test_full_agreement_is_one_chance_is_about_none_and_one_class_is_not_known() -> None:
    truth, _ = drawn(0)
    whole = kappa("k", truth, truth, apart(240))
    assert (whole.value, whole.low, whole.high) == pytest.approx((1.0, 1.0, 1.0))
    chance = kappa("k", truth, np.random.default_rng(1).permutation(truth), apart(240))
    assert chance.low < 0 < chance.high
    one = kappa("k", np.zeros(5, int), np.zeros(5, int), apart(5))
    assert np.isnan([one.value, one.low, one.high]).all()
