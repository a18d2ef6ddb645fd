"""A release of a run with `[tune] members`: the mean of the final ones; the folds' ensembles can be looked into."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from inference.datasets.records import read_pixels
from inference.datasets.registry import read_sets
from inference.networks.ensemble import Ensemble
from inference.pipeline import ImageInput, load
from inference.preprocess import prepare
from inference.release import Release
from inference.saliency.folds import measure_out_of_fold
from inference.training.cli import main
from inference.training.config import TrainingConfig
from inference.training.crossval import fold_network, read_members
from inference.training.publish import compact
from inference.weights import load_network
from tests.inference.sets import cdd_cesm, mias
from tests.inference.test_training_members import AVERAGED, apart
from tests.inference.test_training_tuned import CONFIG
from tests.inference.tunings import TABLE


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return cdd_cesm(mias(tmp_path_factory.mktemp("sets"), women=8), women=8)


@pytest.fixture(scope="module")
def released(data, tmp_path_factory) -> Path:
    """A run of two members by the command line, with every head: run/ and the release tiny-tuned-0.0.1/."""
    folder = tmp_path_factory.mktemp("members")
    text = CONFIG.replace("[tune]", "[tune]\nmembers = 2").replace("kinds = true", 'kinds = true\ncontext = ["age"]')
    (folder / "tiny.toml").write_text(text)
    places = ["--cache", str(folder / "cache"), "--run", str(folder / "run"), "--out", str(folder), "--threads", "1"]
    assert main([str(folder / "tiny.toml"), "--data", str(data), *places]) == 0
    return folder


def image(made: TrainingConfig, data: Path) -> tuple[Path, torch.Tensor]:
    record = read_sets(["cdd-cesm"], data)[1]
    return record.path, prepare(read_pixels(record.path), record.laterality, made.spec).tensor[None]


@torch.inference_mode()
def test_the_release_is_the_mean_of_the_final_members(released, data):
    made, release = TrainingConfig.read(released / "tiny.toml"), Release.read(released / "tiny-tuned-0.0.1")
    assert release["network"]["members"] == 2 and release["network"]["shared"] == 8
    path, x = image(made, data)
    members, whole = read_members(made, released / "run" / "final"), load_network(release)
    assert apart(*members) > 1e-3
    for member in members:
        member.load_state_dict(compact(member))  # a release keeps convolutions as half floats
    said = [member(x) for member in members]
    for name in (*AVERAGED, "density", "kinds"):
        mean = (getattr(said[0], name) + getattr(said[1], name)) / 2
        mean = mean.log_softmax(dim=1) if name in ("density", "kinds") else mean
        assert torch.allclose(getattr(whole(x), name), mean, atol=1e-3), name
    exam = load(release.folder, device="cpu").read_exam([ImageInput("a", path, "L", "CC")])
    assert exam.scored and exam.images[0].saliency is not None


@torch.inference_mode()
def test_all_members_shift_alike(released, data):
    """What an age adds to the mean is what it adds to each member."""
    made, release = TrainingConfig.read(released / "tiny.toml"), Release.read(released / "tiny-tuned-0.0.1")
    whole, (_, x) = load_network(release), image(made, data)
    weight = whole.heads.context.weight
    assert weight.abs().max() > 0
    moved = whole(x, torch.ones(1, 1)).malignancy - whole(x).malignancy
    assert moved.item() == pytest.approx(weight[0, 0].item(), rel=1e-3)


def test_the_card_says_what_was_measured(released):
    card = " ".join((released / "tiny-tuned-0.0.1" / "card.md").read_text().split())
    assert "mean of 2 networks that were trained alike" in card
    assert "ensembles of the same make" in card and "cannot be measured out of fold" not in card
    made = TrainingConfig.read(released / "tiny.toml")
    assert "mean of 2 networks" in made.design and "mean of" not in replace(made, tune=TABLE).design


def test_a_folds_ensemble_can_be_read_and_explained(released, data):
    """What `saliency --run` looks at is the mean of the fold's members."""
    made = TrainingConfig.read(released / "tiny.toml")
    whole, members = fold_network(made, released / "run", 1), read_members(made, released / "run" / "fold-1")
    assert isinstance(whole, Ensemble)
    _, x = image(made, data)
    with torch.inference_mode():
        said, maps = whole(x).malignancy_map, [one(x).malignancy_map for one in members]
    assert torch.allclose(said, (maps[0] + maps[1]) / 2, atol=1e-4) and not torch.allclose(said, maps[0], atol=1e-3)
    methods = ["evidence", "grad-cam", "input-x-gradient"]
    records = read_sets(made.sets, data)
    found = measure_out_of_fold(
        made, records, released / "run", methods=methods, limit=1, with_curves=1, with_cascade=1
    )
    likeness = {figure.name: figure.value for figure in found.figures if "likeness" in figure.name}
    assert len(likeness) > 0 and max(likeness.values()) < 0.99
