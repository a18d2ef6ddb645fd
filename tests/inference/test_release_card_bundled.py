"""The release that ships: small, whole, honest about its limits, and it reads a phantom."""

import json
import re

import numpy as np
import pytest

from inference import phantom
from inference.pipeline import ImageInput, load
from inference.release import find
from inference.rules import Rules
from inference.suggestion import SUPPORTED
from inference.weights import load_network

MOST_BYTES = 20_000_000


@pytest.fixture(scope="module")
def release():
    return find()


@pytest.fixture(scope="module")
def reference(release):
    if "reference" not in release.tables:
        pytest.skip("the newest bundled release states no reference exams")
    return release.tables["reference"]


def test_it_is_small_enough_to_ship(release):
    assert sum(path.stat().st_size for path in release.folder.iterdir()) < MOST_BYTES


def test_it_loads_strictly(release):
    assert sum(p.numel() for p in load_network(release).parameters()) > 600_000


def test_every_figure_stands_with_its_interval_and_n(release):
    figures = release["evaluation"]["figures"]
    names = {figure["name"] for figure in figures}
    assert {
        "mias: abnormal v normal, AUC",
        "mias: malignant v rest, AUC",
        "cdd-cesm: malignant v rest, AUC",
        "mias: density, 3 classes, accuracy",
    } <= names
    for figure in figures:
        assert figure["low"] <= figure["value"] <= figure["high"]
        assert figure["n"] > 20
        assert f"| {figure['name']} | {figure['value']:.3f} |" in release.card


def test_it_beats_chance_on_film_and_digital(release):
    low = {figure["name"]: figure["low"] for figure in release["evaluation"]["figures"]}
    assert low["mias: malignant v rest, AUC"] > 0.5
    assert low["cdd-cesm: malignant v rest, AUC"] > 0.5


def test_the_card_says_what_it_is_not(release):
    for words in ("not a diagnosis", "not for clinical use", "digitised film", "No external test set"):
        assert words in re.sub(r"\s+", " ", release.card)


def test_its_tables_are_those_that_serving_reads(release):
    rules = Rules.of(release)
    assert rules.intermediate <= rules.elevated
    assert rules.alone.malignancy.probability(3.0) > rules.alone.malignancy.probability(-3.0)


def test_it_reads_a_phantom_and_gives_the_same_numbers_twice(release):
    analyst = load(release.folder, device="cpu")
    images = [
        ImageInput(side, phantom.dicom(laterality=side, view="CC", rows=800, cols=640, seed=n))
        for n, side in enumerate("LR")
    ]
    first, second = (analyst.read_exam(images) for _ in range(2))
    assert first.scored and set(first.breasts) == {"L", "R"}
    assert first == second
    assert all(np.array_equal(a.saliency, b.saliency) for a, b in zip(first.images, second.images, strict=True))


def test_its_triage_cuts_are_conformal_on_its_reference_exams(release, reference):
    triage, ill, well = release["triage"], reference["malignant"], reference["other"]
    most = triage["alpha"] + 1e-5  # scores are kept to six digits
    assert sum(score < triage["intermediate"] for score in ill) / len(ill) <= most
    assert sum(score >= triage["elevated"] for score in well) / len(well) <= most
    assert 0.0 < triage["intermediate"] <= triage["elevated"] < 1.0


def test_no_reference_exam_gets_a_category_that_its_band_does_not_carry(release, reference):
    rules, said = Rules.of(release), set()
    for score in (*reference["malignant"], *reference["other"]):
        triage = rules.triage(score)
        suggestion = rules.scale.suggest(score, rules.alone.exam.around(score), triage)
        assert suggestion.abstained or suggestion.category in SUPPORTED[triage]
        said.add(suggestion.category)
    assert len(said - {None}) >= 2  # it says something, and not always the same


def test_bands_are_deciles_of_the_reference_exams(release, reference):
    rules, scores = Rules.of(release), [*reference["malignant"], *reference["other"]]
    counts = np.bincount([rules.band(score) for score in scores], minlength=11)[1:]
    assert counts.sum() == len(scores) and counts.min() >= len(scores) // 10 - 2
    assert str(len(scores)) in reference["name"]


def test_reliability_and_coverage_stand_on_the_card_with_their_drawing(release, reference):
    bins = release["calibration"]["reliability"]
    assert sum(bins["exam"]["n"]) == len(reference["malignant"]) + len(reference["other"])
    for share, low, high, n in zip(*(bins["exam"][key] for key in ("share", "low", "high", "n")), strict=True):
        assert low <= share <= high and f"{share:.3f} | {low:.3f} to {high:.3f}" in release.card and n > 10
    assert "reliability.svg" in release["files"] and "(reliability.svg)" in release.card
    assert release.folder.joinpath("reliability.svg").read_text().startswith("<svg")
    coverage = [f for f in release["evaluation"]["figures"] if f["name"].endswith("coverage")]
    assert len(coverage) >= 6 and all(f["n"] > 20 for f in coverage)


def test_similar_cases_are_names_and_numbers_never_pixels(release):
    if "similar" not in release.tables:
        pytest.skip("the newest bundled release ships no similar cases")
    names = json.loads(release.folder.joinpath("similar.json").read_text())
    assert all(set(name) == {"dataset", "image", "label"} for name in names)
    assert {name["dataset"] for name in names} <= set(release["training"]["data"])
    assert release.folder.joinpath("similar.safetensors").stat().st_size < 1_000_000
    assert "in sample" in release.card
