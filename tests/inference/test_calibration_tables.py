"""From out-of-fold evidence to the tables of a release: exams, cuts, reliability, coverage, and what the card says of them."""

import re
import tomllib
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from inference.calibration import calibrator
from inference.comparison import Comparison
from inference.conformal import Cuts
from inference.datasets.records import Record
from inference.rules import triage_of
from inference.training import calibrate as calibrating
from inference.training.calibrate import cross_fitted, exams_of, platt
from inference.training.crossval import OutOfFold
from inference.training.publish import merge
from inference.training.reliability import as_markdown, as_svg, as_table, bins, wilson
from inference.training.report import coverage, out_of_fold_figures, reliability
from inference.training.tables import ALPHA, Calibrated, calibrate, release_tables
from inference.training.toml import dumps


def record(number: int, patient: str, side: str, malignant: bool, dataset: str = "film") -> Record:
    return Record(dataset, f"{number}.png", None, patient, side, "MLO", malignant, malignant, None)  # type: ignore[arg-type]


def made(women: int = 240, seed: int = 0) -> tuple[list[Record], OutOfFold]:
    """Two sets of women, both breasts each; evidence that rises with disease, its scale not that of a probability."""
    rng = np.random.default_rng(seed)
    records, logits = [], []
    for woman in range(women):
        ill = rng.random() < 0.3
        for side in "LR":
            sick = bool(ill and (side == "L"))
            records.append(record(len(records), f"w{woman}", side, sick, "film" if woman % 2 else "digital"))
            logits.append(0.6 * rng.normal() + 0.9 * sick - 3.0)
    logit, n = np.array(logits), len(records)
    fold = np.array([int(one.patient[1:]) % 5 for one in records])
    cells = np.repeat(logit, 4).reshape(n, 2, 2)
    return records, OutOfFold(logit, logit + 0.3 * rng.normal(size=n), np.full((n, 4), 0.25), cells, fold)


@pytest.fixture(scope="module")
def evidence() -> tuple[list[Record], OutOfFold, Calibrated]:
    records, found = made()
    return records, found, calibrate(records, found, [one.patient for one in records])


def test_an_exam_is_the_higher_side_and_a_side_the_mean_of_its_views() -> None:
    records = [
        record(0, "a", "L", False),
        record(1, "a", "L", True),
        record(2, "a", "R", False),
        record(3, "film?", "L", False),
    ]
    exams = exams_of(records, np.array([0.0, 1.0, 0.2, -1.0]), np.array([1, 1, 1, 5]))
    assert (exams.logit.tolist(), exams.truth.tolist()) == ([0.5, -1.0], [True, False])
    assert (exams.name, exams.fold.tolist()) == (["film/a", "film/3.png"], [1, 5])


def test_images_of_unknown_side_are_breasts_of_their_own() -> None:
    records = [record(number, "a", None, number == 1) for number in range(3)]  # type: ignore[arg-type]
    assert exams_of(records, np.array([0.0, 1.0, 0.2]), np.zeros(3, int)).logit.tolist() == [1.0]


def test_an_exam_over_several_folds_belongs_to_none_of_them() -> None:
    records = [record(0, "a", "L", False), record(1, "a", "R", True)]
    assert exams_of(records, np.array([0.0, 1.0]), np.array([1, 2])).fold.tolist() == [-1]


def test_breasts_held_against_each_other_have_curves_of_their_own(evidence) -> None:
    records, found, alone = evidence
    fits = calibrate(records, found, [one.patient for one in records], Comparison("mean", 0.5))
    tables = release_tables(records, found, np.ones((len(records), 2, 2), dtype=bool), fits)
    assert set(tables["calibration"]["compared"]) == {"malignancy", "abnormality", "exam"}
    assert tables["calibration"]["malignancy_map"]["a"] == pytest.approx(
        alone.cells.a
    )  # the cells' own logits are as ever
    assert tables["pooling"] == {"breast": "mean", "exam": "max", "evidence": "mean", "other_breast": 0.5}
    assert fits.compared is not None and fits.judged.compared.all() and fits.exams.compared.all()
    ill = np.array([one.malignant for one in records])
    assert fits.compared.malignancy(fits.judged.malignancy).mean() == pytest.approx(ill.mean(), abs=0.01)
    assert fits.exam_score.tolist() == fits.compared.exam(fits.exams.logit).tolist()
    assert fits.exam_score.mean() == pytest.approx(fits.exams.truth.mean(), abs=0.01)


def test_a_comparison_without_any_other_breast_is_refused() -> None:
    records, found = made(60)
    lone = [replace(one, laterality="L", patient=one.image) for one in records]
    with pytest.raises(ValueError, match="no image of these sets has the other breast"):
        calibrate(lone, found, [one.patient for one in lone], Comparison("mean", 0.5))


def test_abnormality_alone_held_against_the_other_breast_leaves_malignancy_and_exams_as_they_were(evidence) -> None:
    records, found, _ = evidence
    names = [one.patient for one in records]
    alone = calibrate(records, found, names, Comparison("mean"))
    fits = calibrate(records, found, names, Comparison("mean", 0.5, "abnormality"))
    tables = release_tables(records, found, np.ones((len(records), 2, 2), dtype=bool), fits)
    assert fits.judged.malignancy.tolist() == alone.judged.malignancy.tolist() and fits.judged.compared.all()
    assert fits.exam_score.tolist() == alone.exam_score.tolist() and not fits.exams.compared.any()
    compared = tables["calibration"]["compared"]
    assert compared["malignancy"] == tables["calibration"]["malignancy"]
    assert compared["exam"] == tables["calibration"]["exam"]
    assert compared["abnormality"] != tables["calibration"]["abnormality"]
    assert tables["pooling"]["compares"] == "abnormality"
    assert reliability(records, found, fits) == reliability(records, found, alone)


def test_mean_probability_is_the_share_of_disease_for_images_and_for_exams(evidence) -> None:
    records, found, fits = evidence
    ill = np.array([one.malignant for one in records])
    assert fits.alone.malignancy(found.malignancy).mean() == pytest.approx(ill.mean(), abs=0.01)
    assert fits.exam_score.mean() == pytest.approx(fits.exams.truth.mean(), abs=0.01)
    assert fits.exams.truth.mean() > 1.5 * ill.mean()  # two breasts: an image's curve would be far too low for exams
    assert fits.alone.malignancy(fits.exams.logit).mean() < 0.85 * fits.exams.truth.mean()


def test_the_95_percent_interval_holds_the_true_probability_about_as_often() -> None:
    rng = np.random.default_rng(4)
    held = []
    for _ in range(16):
        logit = rng.normal(size=200)
        truth = rng.random(200) < 1 / (1 + np.exp(-(1.2 * logit - 0.8)))
        curve = calibrator(platt(logit, truth, ["a"] * 200, [str(i) for i in range(200)]).table())
        for point in (-1.0, 0.0, 1.0):
            low, high = curve.interval(point)
            held.append(low <= 1 / (1 + np.exp(-(1.2 * point - 0.8))) <= high)
    assert 0.88 <= np.mean(held) <= 1.0  # 48 correlated answers around 0.95


def test_the_bootstrap_of_the_fit_leaves_blas_one_thread_and_gives_them_back(monkeypatch) -> None:
    fit, seen = calibrating._slope_and_level, []

    def watched(*given):
        seen.append(max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"))
        return fit(*given)

    monkeypatch.setattr(calibrating, "_slope_and_level", watched)
    rng = np.random.default_rng(0)
    truth = rng.random(60) < 0.4
    with threadpool_limits(limits=2, user_api="blas"):
        platt(rng.normal(truth, 1.0), truth, ["a"] * 60, [str(i) for i in range(60)])
        after = max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")
    assert set(seen[1:]) == {1} and seen[0] == after == 2


def test_each_fold_is_calibrated_without_itself(evidence) -> None:
    records, found, _ = evidence
    ill = np.array([one.malignant for one in records])
    sets = [one.dataset for one in records]
    first = cross_fitted(found.malignancy, ill, sets, found.fold)
    lied = np.where(found.fold == 0, ~ill, ill)
    second = cross_fitted(found.malignancy, lied, sets, found.fold)
    assert np.array_equal(first[found.fold == 0], second[found.fold == 0])
    assert not np.allclose(first[found.fold != 0], second[found.fold != 0])


def test_triage_cuts_are_conformal_and_keep_their_promise_on_the_reference(evidence) -> None:
    records, found, fits = evidence
    tables = release_tables(records, found, np.ones((len(records), 2, 2), bool), fits)
    triage, truth = tables["triage"], fits.exams.truth
    bands = np.array([triage_of(s, triage["intermediate"], triage["elevated"]) for s in fits.exam_score])
    assert (bands[truth] == "low").mean() <= ALPHA and (bands[~truth] == "elevated").mean() <= ALPHA
    assert {"low", "intermediate", "elevated"} == set(bands)
    by = Cuts(triage["intermediate"], triage["elevated"])
    assert all(
        (by.open(s) == ("malignant",)) == (band == "elevated") for s, band in zip(fits.exam_score, bands, strict=True)
    )


def test_the_tables_are_toml_and_hold_the_reference_exams(evidence) -> None:
    records, found, fits = evidence
    tables = tomllib.loads(dumps(release_tables(records, found, np.ones((len(records), 2, 2), bool), fits)))
    assert len(tables["reference"]["malignant"]) == fits.exams.truth.sum()
    assert len(tables["reference"]["other"]) == (~fits.exams.truth).sum()
    assert tables["birads"]["prevalence"] == pytest.approx(fits.exams.truth.mean())
    share = np.bincount(np.searchsorted(tables["bands"]["cuts"], fits.exam_score, side="right"), minlength=10)
    assert share.tolist() == [24] * 10


def test_perfect_and_useless_probabilities_look_so_in_the_bins() -> None:
    rng = np.random.default_rng(5)
    chance = rng.random(8000)
    truth = rng.random(8000) < chance
    assert all(one.low - 0.02 <= one.mean <= one.high + 0.02 for one in bins(truth, chance))
    assert [one.n for one in bins(truth, chance)] == [1000] * 8
    worst = bins(truth, 1 - chance)
    assert worst[0].share > worst[0].high - 0.1 > worst[0].mean and worst[-1].high < worst[-1].mean


def test_the_wilson_interval_is_the_published_one() -> None:
    # Newcombe (1998), table I: 81 of 263 and 0 of 20
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_the_diagram_is_an_svg_with_a_mark_for_each_bin(evidence) -> None:
    records, found, fits = evidence
    panels = reliability(records, found, fits)
    assert set(panels) == {"image", "exam"}
    drawing = ElementTree.fromstring(as_svg(panels, "a title"))
    assert len(drawing.findall(".//{http://www.w3.org/2000/svg}circle")) == sum(map(len, panels.values()))
    assert as_markdown(panels).count("\n| ") == sum(map(len, panels.values()))
    assert sum(as_table(panels["exam"])["n"]) == len(fits.exam_score)


def test_coverage_is_a_figure_for_each_set_and_for_all(evidence) -> None:
    _, _, fits = evidence
    found = {figure.name: figure for figure in coverage(fits.exams, fits.exam_score)}
    assert len(found) == 6
    assert found["all sets: exams with cancer, not low, coverage"].n == fits.exams.truth.sum()
    for figure in found.values():
        assert figure.low <= figure.value <= figure.high and re.search("coverage$", figure.name)
    assert 0.8 < found["all sets: exams without, not elevated, coverage"].value <= 1.0


def test_every_figure_of_the_report_has_an_interval(evidence) -> None:
    records, found, fits = evidence
    inside = np.ones((len(records), 2, 2), bool)
    figures = out_of_fold_figures(records, found, np.zeros((len(records), 2, 2)), inside, fits)
    names = [figure.name for figure in figures]
    assert len(names) == len(set(names)) and "all sets: exam, expected calibration error" in names
    assert all(figure.low <= figure.value <= figure.high for figure in figures)


def test_measurements_are_merged_and_never_written_over() -> None:
    tables = {"calibration": {"a": 1}, "x": 1}
    merge(tables, {"calibration": {"reliability": {"n": [1]}}, "distribution": {"limit": 2.0}})
    assert tables == {"calibration": {"a": 1, "reliability": {"n": [1]}}, "x": 1, "distribution": {"limit": 2.0}}
    with pytest.raises(ValueError, match="'a'"):
        merge(tables, {"calibration": {"a": 2}})
