"""Figures agree with scikit-learn and with values known by hand; none comes without n and interval."""

import json

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from inference.datasets.records import Record
from inference.evaluation.cli import main
from inference.evaluation.metrics import (
    area_under_curve,
    auc,
    brier,
    calibration_error,
    delong_interval,
    share,
)
from inference.evaluation.tasks import Predictions, composition, ranking
from tests.inference.sets import mias


def scores(n=200, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.3
    return truth, np.round(rng.normal(truth * 1.0, 1.0), 1)


def test_area_agrees_with_scikit_learn_ties_included():
    truth, score = scores()
    assert area_under_curve(truth, score) == pytest.approx(roc_auc_score(truth, score))


def test_delong_agrees_with_the_textbook_example():
    """Four against three, one pair inverted: AUC 11/12, variance by hand from the placement values."""
    truth = np.array([True] * 4 + [False] * 3)
    score = np.array([9.0, 8.0, 7.0, 2.0, 3.0, 1.0, 0.0])
    ill, well = np.array([1, 1, 1, 2 / 3]), np.array([3 / 4, 1, 1])
    half = 1.959964 * np.sqrt(ill.var(ddof=1) / 4 + well.var(ddof=1) / 3)
    assert delong_interval(truth, score) == pytest.approx((11 / 12 - half, 1.0))


def test_bootstrap_and_delong_agree_where_every_image_is_a_patient():
    truth, score = scores(400)
    figure = auc("x", truth, score, [str(i) for i in range(400)])
    assert (figure.low, figure.high) == pytest.approx(delong_interval(truth, score), abs=0.02)


def test_images_of_one_patient_are_drawn_together():
    truth, score = scores(60)
    twice = [np.tile(part, 4) for part in (truth, score)]
    alone = auc("x", *twice, [str(i) for i in range(240)])
    together = auc("x", *twice, [str(i % 60) for i in range(240)])
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_an_area_of_one_class_is_refused():
    with pytest.raises(ValueError, match="needs both classes"):
        auc("x", np.zeros(5, dtype=bool), np.arange(5.0), list("abcde"))


def test_shares_carry_their_n():
    figure = share("accuracy", np.array([True, True, True, False]), list("abcd"))
    assert (figure.value, figure.n) == (0.75, 4)
    assert figure.low < 0.75 < figure.high


def test_brier_agrees_with_scikit_learn_and_calibrated_chances_have_no_error():
    truth, _ = scores()
    chance = np.random.default_rng(2).random(200)
    assert brier(truth, chance) == pytest.approx(brier_score_loss(truth, chance))
    assert calibration_error(truth, truth.astype(float)) == 0.0
    assert calibration_error(np.zeros(50, dtype=bool), np.full(50, 0.4)) == pytest.approx(0.4)


def record(number, malignant, density=None, dataset="set"):
    return Record(dataset, f"{number}.png", None, f"p{number}", "L", "CC", malignant, malignant, density)


def test_a_set_of_one_class_has_no_area_to_report():
    records = [record(n, False) for n in range(4)]
    assert ranking(records, Predictions(np.arange(4.0), np.arange(4.0), np.zeros((4, 4)))) == []


def test_letters_a_label_cannot_tell_apart_are_one_class():
    either = (0.0, 0.0, 0.72, 0.28)
    records = [record(n, False, (1.0, 0.0, 0.0, 0.0)) for n in range(3)] + [record(9, False, either)]
    density = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0.1, 0.9]], dtype=float)
    accuracy, _ = composition(records, density)
    assert (accuracy.name, accuracy.value) == ("set: density, 3 classes, accuracy", 0.75)


@pytest.mark.slow
def test_evaluate_reads_a_set_with_the_bundled_release_and_says_it_was_trained_on_it(tmp_path, capsys):
    root = mias(tmp_path, women=6)
    assert main(["overread-lite0-mil", "mias", "--data", str(root), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "trained on" in found["warnings"][0]
    assert {figure["n"] for figure in found["figures"]} <= {12, 4}
    assert all(figure["low"] <= figure["high"] for figure in found["figures"])


def test_evaluate_names_what_is_missing(tmp_path, capsys):
    assert main(["overread-lite0-mil", "mias", "--data", str(tmp_path)]) == 2
    assert "labels.csv is missing" in capsys.readouterr().err
