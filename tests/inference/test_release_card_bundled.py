"""The release that ships: small, whole, honest about its limits, and it reads a phantom."""

import re

import numpy as np
import pytest

from inference import phantom
from inference.pipeline import ImageInput, load
from inference.release import find
from inference.rules import Rules
from inference.weights import load_network

MOST_BYTES = 20_000_000


@pytest.fixture(scope="module")
def release():
    return find("overread-lite0-mil")


def test_it_is_small_enough_to_ship(release):
    assert sum(path.stat().st_size for path in release.folder.iterdir()) < MOST_BYTES


def test_it_loads_strictly(release):
    assert sum(p.numel() for p in load_network(release).parameters()) > 2_900_000


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
    assert rules.malignancy.probability(3.0) > rules.malignancy.probability(-3.0)


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
