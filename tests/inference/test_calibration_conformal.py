"""A score rules an answer out only as often wrongly as the release says, whatever the model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.conformal import MALIGNANT, OTHER, Cuts, cross_kept, cuts, kept

ALPHA = 0.1


def drawn(rng: np.random.Generator, n: int, gap: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a model that tells the classes apart by `gap` deviations, on a scale that is no probability."""
    truth = rng.random(n) < 0.3
    return np.exp(rng.normal(size=n) + gap * truth), truth


@pytest.mark.parametrize("gap", [0.0, 0.7, 3.0])
def test_each_class_keeps_its_true_answer_as_often_as_promised(gap: float) -> None:
    rng = np.random.default_rng(1)
    ill, well = [], []
    for _ in range(400):
        by = cuts(*drawn(rng, 150, gap), ALPHA)
        scores, truth = drawn(rng, 150, gap)
        held = kept(scores, truth, by)
        ill.append(held[truth].mean())
        well.append(held[~truth].mean())
    # 400 draws of some 45 cancers: a standard error of about 0.004; the guarantee is at least 0.9, at most 0.9 + 1/46
    assert 0.9 - 0.012 < np.mean(ill) < 0.9 + 1 / 46 + 0.012
    assert 0.9 - 0.012 < np.mean(well) < 0.9 + 1 / 100 + 0.012


def test_cuts_from_the_scores_of_one_answer_only_would_not_hold() -> None:
    """The known-bad: cuts pooled over both answers lose far more cancers than promised."""
    rng = np.random.default_rng(2)
    scores, truth = drawn(rng, 4000, 1.5)
    pooled = Cuts(float(np.quantile(scores, 0.5)), float(np.quantile(scores, 0.9)))
    assert kept(scores, truth, pooled)[~truth].mean() > 0.9 > kept(scores, truth, pooled)[truth].mean()


@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from([0.05, 0.1, 0.2]), st.integers(0, 1000))
def test_a_cut_is_where_the_p_value_crosses_alpha(ill: int, well: int, alpha: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, truth = rng.integers(0, 20, ill + well).astype(float), np.arange(ill + well) < ill
    by = cuts(scores, truth, alpha)
    for score in (-1.0, *np.arange(0, 20, 0.5), 21.0):
        p_ill = (1 + (scores[truth] <= score).sum()) / (ill + 1)
        p_well = (1 + (scores[~truth] >= score).sum()) / (well + 1)
        expected = ((MALIGNANT,) if p_ill > alpha + 1e-12 else ()) + ((OTHER,) if p_well > alpha + 1e-12 else ())
        assert by.open(score) == expected


def test_too_few_cancers_rule_nothing_out() -> None:
    by = cuts(np.array([1.0, 2.0, 3.0]), np.array([True, True, False]), ALPHA)
    assert by.open(-1e9) == by.open(1e9) == (MALIGNANT, OTHER)


def test_out_of_fold_coverage_is_counted_with_cuts_that_never_saw_the_fold() -> None:
    rng = np.random.default_rng(3)
    scores, truth = drawn(rng, 3000, 1.0)
    fold = np.arange(3000) % 5
    held = cross_kept(scores, truth, fold, ALPHA)
    assert held[truth].mean() == pytest.approx(0.9, abs=0.03) and held[~truth].mean() == pytest.approx(0.9, abs=0.03)
    shifted = np.where(fold == 0, scores - 100.0, scores)
    assert not cross_kept(shifted, truth, fold, ALPHA)[truth & (fold == 0)].any()


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1])
def test_a_senseless_alpha_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        cuts(np.array([1.0]), np.array([True]), alpha)
