"""Areas, their covariance and many-reader analyses agree with published worked examples and with brute force."""

import csv

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from inference.evaluation import mrmc
from inference.evaluation.metrics import auc, delong_interval
from inference.evaluation.roc import areas, delong, paired, paired_bootstrap, partial
from tests.inference.conftest import SHARED

# Van Dyke et al. 1993, first reader: cine and spin-echo ratings of 69 normal aortas, then 45 dissections. The other
# readers' areas and every result are those printed by MRMCaov and RJafroc for the same public data.
CINE = (
    "122151111111411111111131311214111113121211233131133111111221111332111555545554555434245555555154454553555115554451"
)
SPIN_ECHO = (
    "333222223213122222211111421312214323123122233111333113412421241442111535555554555544335555555355355554455535555551"
)
THETA = np.array(
    [
        [0.9196457, 0.8587762, 0.9038647, 0.9731079, 0.8297907],
        [0.9478261, 0.9053140, 0.9217391, 0.9993559, 0.9299517],
    ]
)
COMPONENTS = mrmc.Components(0.0008022883, 0.0003466137, 0.0003440748, 0.0002390284)


def van_dyke():
    truth = np.arange(114) >= 69
    return truth, np.array([[float(c) for c in CINE], [float(c) for c in SPIN_ECHO]]), [str(n) for n in range(114)]


def test_published_areas_and_jackknifed_covariance_of_a_reader():
    truth, ratings, cases = van_dyke()
    assert areas(truth, ratings, cases).areas == pytest.approx(THETA[:, 0], abs=5e-8)
    covariance = mrmc.jackknife(truth, ratings, cases)
    assert covariance.diagonal().mean() == pytest.approx(0.0006989006, abs=5e-11)
    assert covariance[0, 1] == pytest.approx(3.734661e-04, abs=5e-11)


def test_published_comparison_of_two_modalities():
    found = mrmc.compare(THETA, COMPONENTS)
    assert (found.f, found.df1, found.df2) == (pytest.approx(4.456319, rel=1e-5), 1, pytest.approx(15.25967, rel=1e-5))
    assert found.p == pytest.approx(0.05166569, rel=1e-4)
    difference = found.difference
    assert (difference.value, difference.error) == pytest.approx((-0.04380032, 0.02074862), rel=1e-5)
    assert (difference.low, difference.high) == pytest.approx((-0.0879594986, 0.0003588544), abs=2e-7)


@pytest.mark.parametrize(
    ("modality", "covariance", "mean", "error", "df", "low", "high"),
    [(0, 0.0004839618, 0.8970370, 0.03317360, 12.74465, 0.8252236, 0.9688505),
     (1, 0.0002041879, 0.9408374, 0.02156637, 12.71019, 0.8941378, None)],
)  # fmt: skip
def test_published_mean_of_one_modality(modality, covariance, mean, error, df, low, high):
    found = mrmc.mean_area(THETA[modality], covariance)
    assert (found.value, found.error, found.df, found.low) == pytest.approx((mean, error, df, low), rel=1e-5)
    assert high is None or found.high == pytest.approx(high, rel=1e-6)


def test_components_are_the_means_of_their_blocks():
    covariance = np.zeros((4, 4))  # two modalities, two readers
    for row in range(4):
        for col in range(4):
            covariance[row, col] = {(True, True): 4, (False, True): 3, (True, False): 2, (False, False): 1}[
                (row // 2 == col // 2, row % 2 == col % 2)
            ]
    assert mrmc.Components.of(covariance, 2, 2) == mrmc.Components(4, 3, 2, 1)


def many(seed=0, patients=150, each=2):
    rng = np.random.default_rng(seed)
    shared = np.repeat(rng.normal(size=patients), each)
    truth = rng.random(patients * each) < 0.3
    scores = np.stack([shared + truth * gain + rng.normal(size=patients * each) for gain in (1.5, 1.0)])
    return truth, np.round(scores, 1), np.repeat([f"p{n}" for n in range(patients)], each).tolist()


def test_where_every_row_is_a_patient_the_variance_is_delongs():
    truth, scores, _ = many(each=1)
    figure = delong("x", truth, scores[0], [str(n) for n in range(len(truth))])
    assert (figure.low, figure.high) == pytest.approx(delong_interval(truth, scores[0]), abs=2e-3)
    assert figure.value == pytest.approx(roc_auc_score(truth, scores[0]))


def test_clustered_intervals_agree_with_the_bootstrap_over_patients():
    truth, scores, patients = many()
    truth, scores, patients = np.tile(truth, 2), np.tile(scores, 2), patients * 2  # each image twice
    once, drawn = delong("x", truth, scores[0], patients), auc("x", truth, scores[0], patients)
    assert (once.low, once.high) == pytest.approx((drawn.low, drawn.high), abs=0.01)
    naive = delong_interval(truth, scores[0])
    assert once.high - once.low > 1.2 * (naive[1] - naive[0])


def test_a_paired_difference_agrees_with_the_bootstrap_and_knows_its_sign():
    truth, scores, patients = many()
    found, drawn = paired("x", truth, *scores, patients), paired_bootstrap("x", truth, *scores, patients)
    assert found.value == drawn.value > 0 and found.low > 0 and found.p < 0.05
    assert (found.low, found.high) == pytest.approx((drawn.low, drawn.high), abs=0.015)
    assert paired("x", truth, scores[0], scores[0], patients).p == 1.0


def test_the_partial_area_of_chance_is_a_half_and_of_perfection_one():
    truth = np.arange(400) % 2 == 0
    patients = [str(n) for n in range(400)]
    assert partial("x", truth, truth.astype(float), patients).value == 1.0
    assert partial("x", truth, np.random.default_rng(0).random(400), patients).value == pytest.approx(0.5, abs=0.1)


def test_areas_of_one_class_are_refused():
    with pytest.raises(ValueError, match="both classes"):
        areas(np.ones(4, bool), np.ones((1, 4)), list("abcd"))
    with pytest.raises(ValueError, match="two patients"):
        areas(np.array([True, False, False]), np.arange(3.0)[None], list("abc"))


@pytest.fixture(scope="module")
def study():
    """The NYU reader study: 1,440 breasts of 720 exams, 14 readers and 7 models."""
    path = SHARED / "reader-study" / "results.csv"
    if not path.is_file():
        pytest.skip("../shared/data/reader-study is not here")
    with path.open() as stream:
        rows = list(csv.DictReader(stream))
    truth = np.array([float(row["label"]) > 0 for row in rows])
    scores = {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name.endswith("POM")}
    return truth, scores, [row["case_ID"] for row in rows]


@pytest.mark.parametrize(("model", "area"), [("GMIC_top5", 0.881), ("GLAM", 0.853), ("DMVCNN", 0.779)])
def test_the_published_models_have_their_areas(study, model, area):
    truth, scores, patients = study
    figure = delong(model, truth, scores[f"AI_{model}_POM"], patients)
    assert round(figure.value, 3) == area and figure.low < area < figure.high


def test_the_readers_have_their_mean_and_their_range(study):
    truth, scores, patients = study
    ratings = np.array([score for name, score in scores.items() if name.startswith("Reader")])
    found = areas(truth, ratings, patients)
    assert [round(float(v), 3) for v in (found.areas.mean(), found.areas.min(), found.areas.max())] == [
        0.779,
        0.705,
        0.860,
    ]
    mean = mrmc.readers_mean(truth, ratings, patients)
    assert round(mean.value, 3) == 0.779 and mean.low < 0.74 and mean.high > 0.82


def test_the_best_model_beats_the_readers_mean_and_the_weakest_does_not(study):
    truth, scores, patients = study
    ratings = np.array([score for name, score in scores.items() if name.startswith("Reader")])
    best, p = mrmc.model_against_readers(truth, scores["AI_GMIC_top5_POM"], ratings, patients)
    assert round(best.value, 3) == 0.102 and best.low > 0 and p < 0.01
    weakest, _ = mrmc.model_against_readers(truth, scores["AI_end2end_ddsm_POM"], ratings, patients)
    assert weakest.high < 0
