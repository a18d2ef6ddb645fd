"""`[overview]`: fitted on image labels, out of fold like the rest, resumable to the same weights, part of the release."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from inference.datasets.records import read_pixels
from inference.datasets.registry import read_sets
from inference.pipeline import ImageInput, load
from inference.preprocess import prepare
from inference.release import Release
from inference.training import checkpoints
from inference.training.cli import main
from inference.training.config import OverviewConfig, TrainingConfig
from inference.training.crossval import fold_network, read_network, read_overview
from inference.training.overview import altered, fit_overview, set_weights
from inference.training.targets import Labels
from inference.weights import load_network
from tests.inference.sets import cdd_cesm, mias
from tests.inference.test_training_tuned import CONFIG
from tests.inference.tunings import IMAGES, config, labels

HOW = OverviewConfig(reduction=2, frozen=16, epochs=3, batch=4, learning_rate=1e-3, head_rate=3e-3)
ROWS = np.arange(IMAGES)


def run(**changes: object) -> TrainingConfig:
    return replace(config(), overview=replace(HOW, **changes))


def bright() -> torch.Tensor:
    """Small images of noise in which the ill ones have a bright patch."""
    small = torch.rand(IMAGES, 1, 64, 64, generator=torch.Generator().manual_seed(0)) * 0.3 + 0.1
    small[::2, :, 20:44, 20:44] += 0.6
    return small


def dense() -> Labels:
    """Ill images are dense, the others fatty."""
    found = labels()
    density = torch.eye(4)[torch.where(torch.arange(IMAGES) % 2 == 0, 3, 0)]
    return replace(found, density=density)


def test_it_learns_what_is_bright_and_what_is_dense(tmp_path):
    overview = fit_overview(run(epochs=8), bright(), dense(), ROWS, 0, tmp_path)
    with torch.inference_mode():
        logits, density = overview(bright())
    ill = torch.arange(IMAGES) % 2 == 0
    assert logits[ill, 0].min() > logits[~ill, 0].max()
    assert density.exp()[ill, 3].mean() > density.exp()[~ill, 3].mean() + 0.1
    assert (tmp_path / "overview" / "log.csv").read_text().count("\n") == 9


def test_a_fit_that_was_cut_off_ends_with_the_same_weights(tmp_path, monkeypatch):
    whole = fit_overview(run(), bright(), dense(), ROWS, 0, tmp_path / "whole")
    save = checkpoints.Checkpoint.save

    def save_then_die(self, epochs):
        save(self, epochs)
        if epochs == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoints.Checkpoint, "save", save_then_die)
        fit_overview(run(), bright(), dense(), ROWS, 0, tmp_path / "cut")
    again = fit_overview(run(), bright(), dense(), ROWS, 0, tmp_path / "cut")
    mine, theirs = whole.state_dict(), again.state_dict()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)


def test_every_set_weighs_the_same():
    group = torch.tensor([0, 0, 0, 0, 1, 1])
    one = Labels(torch.zeros(6, 2), group, torch.zeros(6, 4), torch.ones(6, dtype=torch.bool))
    weight = set_weights(one, np.arange(6))
    assert weight[:4].sum().item() == pytest.approx(3.0) == weight[4:].sum().item()


def test_altered_images_keep_their_air_and_differ():
    small = bright()
    small[:, :, :, 50:] = 0.0
    found = altered(small, torch.Generator().manual_seed(0))
    assert found.shape == small.shape and found.min() >= 0.0 and found.max() <= 1.0
    assert (found == 0).any() and not torch.equal(found, small)
    assert torch.equal(found, altered(small, torch.Generator().manual_seed(0)))


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return cdd_cesm(mias(tmp_path_factory.mktemp("sets"), women=8), women=8)


@pytest.fixture(scope="module")
def released(data, tmp_path_factory) -> Path:
    """A run with an overview by the command line: run/ and the release tiny-tuned-0.0.1/."""
    folder = tmp_path_factory.mktemp("overview")
    table = "\n[overview]\nreduction = 2\nfrozen = 16\nepochs = 2\nbatch = 4\nlearning_rate = 1e-6\nhead_rate = 1e-6\n"
    (folder / "tiny.toml").write_text(CONFIG + table)
    places = ["--cache", str(folder / "cache"), "--run", str(folder / "run"), "--out", str(folder), "--threads", "1"]
    assert main([str(folder / "tiny.toml"), "--data", str(data), *places]) == 0
    return folder


@torch.inference_mode()
def test_the_release_holds_both_and_reads_as_the_final_fit_does(released, data):
    made, release = TrainingConfig.read(released / "tiny.toml"), Release.read(released / "tiny-tuned-0.0.1")
    assert (release["network"]["overview"], release["network"]["overview_weight"]) == (2, 0.2)
    assert "malignancy_map" in release["calibration"]  # the cells' logits have a curve of their own
    record = read_sets(["cdd-cesm"], data)[1]
    x = prepare(read_pixels(record.path), record.laterality, made.spec).tensor[None]
    final = released / "run" / "final"
    near, overview = read_network(made, final)(x), read_overview(made, final)
    assert torch.allclose(load_network(release)(x).malignancy, overview.beside(near, x).malignancy, atol=2e-2)
    exam = load(release.folder, device="cpu").read_exam([ImageInput("a", record.path, "L", "CC")])
    assert exam.scored and exam.images[0].saliency is not None
    assert "which no map shows" in exam.explanation


@torch.inference_mode()
def test_each_fold_has_an_overview_that_saw_nothing_of_it(released, data):
    made = TrainingConfig.read(released / "tiny.toml")
    record = read_sets(["cdd-cesm"], data)[1]
    x = prepare(read_pixels(record.path), record.laterality, made.spec).tensor[None]
    networks = [fold_network(made, released / "run", number) for number in range(made.folds)]
    assert all(network.overview is not None for network in networks)
    assert (
        networks[0].overview(networks[0].overview.small(x))[0].tolist()
        != networks[1].overview(networks[1].overview.small(x))[0].tolist()
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("folds = 2", "folds = 2\nensemble = true", r"\[overview\] goes with a \[tune\] table"),
        ("reduction = 2", "reduction = 8", "multiples of 32 times"),
        ("reduction = 2", "reach = 2", "reach"),
        ("density_tap = 8", "density_tap = 8\noverview = 2", r"asked for by an \[overview\] table"),
    ],
)
def test_a_table_that_cannot_be_followed_is_refused(tmp_path, old, new, words):
    path = tmp_path / "run.toml"
    text = CONFIG + "\n[overview]\nreduction = 2\n"
    path.write_text(text)
    assert TrainingConfig.read(path).served["overview"] == 2
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(ValueError, match=words):
        TrainingConfig.read(path)
