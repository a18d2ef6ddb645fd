"""Operating points, precision, lesions found and subgroups: right by hand, by scikit-learn and by published tables."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from inference.evaluation.curves import average_precision, precision_recall, roc
from inference.evaluation.detection import Marked, froc, hits, lesion_sensitivity, overlap
from inference.evaluation.points import Count, point, predictive_values, usual_points
from inference.evaluation.roc import partial
from inference.evaluation.subgroups import age_band, subgroups

TRUTH = np.array([True] * 4 + [False] * 6)
SCORE = np.array([0.9, 0.8, 0.7, 0.2, 0.75, 0.3, 0.3, 0.1, 0.1, 0.0])
NAMES = [str(n) for n in range(10)]


def test_an_operating_point_counts_what_is_at_or_above_its_cut():
    found = point("x", TRUTH, SCORE, NAMES, 0.7)
    assert [(c.hits, c.n) for c in found.counts] == [(3, 4), (5, 6), (3, 4), (5, 6)]
    assert [f.value for f in found.sampled] == [c.value for c in found.counts]
    assert found["PPV"].n == 4
    with pytest.raises(KeyError):
        found["luck"]


@pytest.mark.parametrize(
    ("hits", "n", "wilson", "exact"),
    [(81, 263, (0.2553, 0.3662), (0.2527, 0.3676)), (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
     (0, 20, (0.0, 0.1611), (0.0, 0.1684)), (1, 29, (0.0061, 0.1718), (0.0009, 0.1776))],
)  # fmt: skip
def test_intervals_of_a_share_are_newcombes_table(hits, n, wilson, exact):
    """Newcombe, Statistics in Medicine 1998, Table I: methods 3 (score) and 5 (exact)."""
    count = Count("x", hits, n)
    assert count.wilson == pytest.approx(wilson, abs=5e-5)
    assert count.exact == pytest.approx(exact, abs=5e-5)


def test_a_share_of_none_says_nothing():
    assert np.isnan(Count("x", 0, 0).value) and Count("x", 0, 0).wilson == Count("x", 0, 0).exact == (0.0, 1.0)


def test_predictive_values_move_with_prevalence():
    assert predictive_values(0.9, 0.9, 0.01) == pytest.approx((0.0833, 0.9989), abs=1e-4)
    assert np.isnan(predictive_values(0.0, 1.0, 0.01)[0])


def test_a_point_states_its_prevalence_and_what_its_predictive_values_come_to_at_another():
    found = point("p", TRUTH, SCORE, NAMES, 0.5, prevalence=0.01)
    assert found.prevalence == TRUTH.mean() and found.elsewhere is not None
    expected = predictive_values(found["sensitivity"].value, found["specificity"].value, 0.01)
    there = found.elsewhere
    assert (there.ppv.value, there.npv.value) == pytest.approx(expected)
    assert there.ppv.low <= there.ppv.value <= there.ppv.high and "prevalence of 0.01" in there.ppv.name
    same = point("p", TRUTH, SCORE, NAMES, 0.5, prevalence=float(TRUTH.mean())).elsewhere
    assert same is not None and same.ppv.value == pytest.approx(found["PPV"].value)
    assert point("p", TRUTH, SCORE, NAMES, 0.5).elsewhere is None


def test_the_usual_points_reach_what_they_promise():
    sensitive, specific = usual_points(TRUTH, SCORE, NAMES)
    assert sensitive["sensitivity"].value >= 0.9 and specific["specificity"].value >= 0.9


def test_curves_run_from_end_to_end():
    ends = roc(TRUTH, SCORE)
    assert (ends.x[0], ends.y[0], ends.x[-1], ends.y[-1]) == (0, 0, 1, 1)
    recall = precision_recall(TRUTH, SCORE)
    assert (recall.x[0], recall.x[-1]) == (0, 1) and recall.y[-1] == pytest.approx(0.4)
    figure = average_precision("x", TRUTH, SCORE, NAMES)
    assert figure.value == pytest.approx((1 + 1 + 3 / 4 + 4 / 7) / 4) and figure.positives == 4


def test_precision_and_the_partial_area_are_scikit_learns_ties_included():
    rng = np.random.default_rng(3)
    truth = rng.random(300) < 0.2
    score, names = np.round(rng.normal(truth * 1.0), 1), [str(n) for n in range(300)]
    assert average_precision("x", truth, score, names).value == pytest.approx(average_precision_score(truth, score))
    assert partial("x", truth, score, names).value == pytest.approx(roc_auc_score(truth, score, max_fpr=0.2))
    assert partial("x", truth, score, names, most=0.05).value == pytest.approx(
        roc_auc_score(truth, score, max_fpr=0.05)
    )


LESION = (10.0, 10.0, 30.0, 30.0)
BESIDE = (60.0, 60.0, 70.0, 70.0)


def test_a_mark_finds_a_lesion_by_its_centre_or_by_its_overlap():
    assert hits((0.0, 0.0, 40.0, 40.0), LESION) and not hits(BESIDE, LESION)
    assert hits((22.0, 10.0, 42.0, 30.0), LESION) and not hits((28.0, 10.0, 48.0, 30.0), LESION)
    assert overlap(LESION, LESION) == 1.0 and overlap(LESION, BESIDE) == 0.0


def test_froc_counts_lesions_once_and_false_marks_by_image():
    images = [
        Marked("a", ((LESION, 0.9), (LESION, 0.3), (BESIDE, 0.8)), (LESION,)),
        Marked("b", ((BESIDE, 0.7),), (LESION,)),
        Marked("c", ((BESIDE, 0.6),), ()),
        Marked("d", (), ()),
    ]
    curve = froc(images)
    assert (curve.x[0], curve.y[0]) == (0, 0) and (curve.x[-1], curve.y[-1]) == (0.75, 0.5)
    assert lesion_sensitivity("found", images, 0.25).value == 0.5
    assert lesion_sensitivity("found", images, 0.25).name == "found, 2 lesions"


def test_froc_without_lesions_is_refused():
    with pytest.raises(ValueError, match="lesions"):
        froc([Marked("a", ((LESION, 0.9),), ())])


def test_a_small_subgroup_comes_with_a_warning_and_one_of_one_class_without_a_figure():
    rng = np.random.default_rng(0)
    truth = rng.random(200) < 0.4
    score, names = rng.normal(truth.astype(float)), [str(n) for n in range(200)]
    views = ["CC"] * 150 + ["MLO"] * 10 + [""] * 40
    truth[150:160] = [True] * 3 + [False] * 7
    truth[160:] = False
    found = {g.value: g for g in subgroups(truth, score, names, {"view": views, "side": ["L"] * 200})}
    assert set(found) == {"CC", "MLO", "unknown"}
    assert found["CC"].warning == "" and found["CC"].figure.n == 150
    assert "too few" in found["MLO"].warning and "3 patients with" in found["MLO"].warning
    assert found["unknown"].figure is None and "no AUC" in found["unknown"].warning


def test_ages_fall_into_bands():
    assert [age_band(a) for a in ("", "49", "050Y", "69.9", "88")] == [
        "unknown", "under 50", "50 to 59", "60 to 69", "70 and over",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="age"):
        age_band("-3")
