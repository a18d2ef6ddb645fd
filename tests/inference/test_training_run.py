"""A whole run on tiny sets: resumed it gives the same weights, and its release is complete and loads."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from inference.context import UNKNOWN, Context
from inference.datasets.registry import read_sets
from inference.kinds import TYPES
from inference.networks.efficientnet_lite import pretrained
from inference.networks.mammogram import NetworkConfig
from inference.pipeline import ImageInput, load
from inference.release import Release, ReleaseError
from inference.results import ImageResult
from inference.training.cli import main
from inference.training.config import HeadConfig, TrainingConfig
from inference.training.fit import Task, fit
from inference.training.publish import compact
from inference.weights import load_network
from tests.inference.sets import cdd_cesm, mias

CONFIG = """
name = "tiny"
version = "0.0.1"
sets = ["mias", "cdd-cesm"]
folds = 2
[input]
height = 256
width = 192
normalisation = "breast-percentile-1"
[network]
taps = [16, 32]
top_share = 0.1
kinds = true
context = ["age", "density"]
[heads]
epochs = 3
members = 2
components = 24
batch = 8
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return cdd_cesm(mias(tmp_path_factory.mktemp("sets"), women=12), women=12)


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory) -> Path:
    """The folder of one run by the command line: run/, cache/ and the release tiny-0.0.1/."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "tiny.toml").write_text(CONFIG)
    places = ["--cache", str(folder / "cache"), "--run", str(folder / "run"), "--out", str(folder)]
    assert (
        main(
            [
                str(folder / "tiny.toml"),
                "--data",
                str(data),
                "--threads",
                "1",
                *places,
                "--compare",
                str(folder / "run"),
            ]
        )
        == 0
    )
    return folder


def task(epochs: int) -> Task:
    """Twenty images of noise in which the ill ones have a bright cell."""
    from inference.training.features import View
    from inference.training.targets import Labels

    generator = torch.Generator().manual_seed(0)
    features = torch.randn(20, 6, 4, 4, generator=generator)
    ill = torch.arange(20) % 2 == 0
    features[ill, 0, 1, 1] += 4.0
    regions = torch.zeros(20, 2, 4, 4)
    regions[ill, :, 1, 1] = 1.0
    labels = Labels(
        ill.float()[:, None].expand(20, 2),
        torch.zeros(20, dtype=torch.long),
        torch.full((20, 4), torch.nan),
        torch.ones(20, dtype=torch.bool),
    )
    view = View(features, torch.ones(20, 1, 4, 4), regions)
    return Task(
        [view, view.flipped()],
        labels,
        torch.arange(20),
        NetworkConfig(top_share=0.1),
        HeadConfig(epochs=epochs, batch=6),
    )


def test_a_fit_finds_the_channel_that_tells(tmp_path):
    weight = fit(task(40), 0, tmp_path).weight
    assert (weight[:, 0] > 0.02).all()
    assert weight[:, 0].min() > weight[:, 1:].abs().max()


def test_a_fit_that_was_cut_off_ends_with_the_same_weights(tmp_path, monkeypatch):
    whole = fit(task(6), 0, tmp_path / "whole")
    cut = tmp_path / "cut"
    from inference.training import checkpoints

    save = checkpoints.Checkpoint.save

    def save_then_die(self, epochs):
        save(self, epochs)
        if epochs == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoints.Checkpoint, "save", save_then_die)
        fit(task(6), 0, cut)
    resumed = fit(task(6), 0, cut)
    assert all(torch.equal(a, b) for a, b in zip(whole.parameters(), resumed.parameters(), strict=True))
    assert (cut / "log.csv").read_text().count("\n") == 1 + 6 - 1  # the row of the epoch it died in is missing


def test_seeds_differ_and_repeat(tmp_path):
    first, again, other = (fit(task(2), seed, tmp_path / str(n)).weight for n, seed in enumerate((0, 0, 1)))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_folder_of_another_run_is_not_taken_up(trained, data, capsys):
    other = trained / "other.toml"
    other.write_text(CONFIG.replace("epochs = 3", "epochs = 4"))
    places = ["--cache", str(trained / "cache"), "--run", str(trained / "run")]
    assert main([str(other), "--data", str(data), "--threads", "1", *places]) == 1
    assert "name a new folder" in capsys.readouterr().err


def test_a_finished_run_makes_the_same_release_again(trained, data):
    again = trained / "again"
    places = ["--cache", str(trained / "cache"), "--run", str(trained / "run"), "--out", str(again)]
    assert main([str(trained / "tiny.toml"), "--data", str(data), "--threads", "1", *places]) == 0
    first, second = (load_file(folder / "tiny-0.0.1" / "weights.safetensors") for folder in (trained, again))
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_release_is_never_written_over(trained, data, capsys):
    places = ["--cache", str(trained / "cache"), "--run", str(trained / "run"), "--out", str(trained)]
    assert main([str(trained / "tiny.toml"), "--data", str(data), "--threads", "1", *places]) == 1
    assert "tiny-0.0.1" in capsys.readouterr().err


def test_the_release_tells_finding_types_and_takes_further_inputs_that_may_be_missing(trained, data):
    analyst = load(trained / "tiny-0.0.1", "cpu")
    path = sorted((data / "mias" / "images").iterdir())[0]

    def read(context: Context) -> ImageResult:
        (image,) = analyst.read_exam([ImageInput("one", path, "L", "MLO", context)]).images
        return image

    alone, unknown, told = read(UNKNOWN), read(Context()), read(Context(age=85.0, density="D"))
    assert alone == unknown and told.malignancy != alone.malignancy
    assert told.density == alone.density and told.findings == alone.findings
    assert set(alone.kinds) == set(TYPES) and sum(alone.kinds.values()) == pytest.approx(1.0, abs=1e-5)
    assert max(alone.kinds, key=alone.kinds.get) in ("normal", "circumscribed mass", "other mass", "spiculated mass")
    summary = json.loads((trained / "run" / "summary.json").read_text())
    assert "finding type of abnormal images, 7 classes, right" in {figure["name"] for figure in summary["figures"]}
    weight = load_file(trained / "tiny-0.0.1" / "weights.safetensors")["heads.context.weight"]
    assert weight.shape == (2, 5) and weight.abs().max() > 0


def test_a_set_that_is_missing_is_named(trained, tmp_path, capsys):
    assert main([str(trained / "tiny.toml"), "--data", str(tmp_path)]) == 1
    assert "labels.csv is missing" in capsys.readouterr().err


def test_the_card_gives_every_figure_with_n_and_interval(trained):
    card = (trained / "tiny-0.0.1" / "card.md").read_text()
    figures = json.loads((trained / "run" / "summary.json").read_text())["figures"]
    assert len(figures) >= 12
    for figure in figures:
        row = f"| {figure['name']} | {figure['value']:.3f} | {figure['low']:.3f} to {figure['high']:.3f} | {figure['n']} |"
        assert row in card
    assert "not for clinical use" in card
    assert re.search(r"## Designs tried\n\nAUC on the same folds", card)


def test_the_manifest_says_the_same_as_the_card(trained):
    release = Release.read(trained / "tiny-0.0.1")
    said = [figure["name"] for figure in release["evaluation"]["figures"]]
    assert said == [f["name"] for f in json.loads((trained / "run" / "summary.json").read_text())["figures"]]


def test_a_release_with_another_weight_is_refused(trained, tmp_path):
    import shutil

    copy = shutil.copytree(trained / "tiny-0.0.1", tmp_path / "tiny-0.0.1")
    path = copy / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ReleaseError, match="sha256 differs"):
        Release.read(copy)


def test_half_precision_weights_come_back_whole(trained):
    network = load_network(Release.read(trained / "tiny-0.0.1"))
    assert {p.dtype for p in network.parameters()} == {torch.float32}
    ours, published = network.trunk.backbone.state_dict(), pretrained().state_dict()
    assert ours.keys() == published.keys()
    assert max(float((ours[n].float() - published[n].float()).abs().max()) for n in ours) < 2e-3
    assert {v.dtype for n, v in compact(network).items() if n.endswith("conv.weight")} == {torch.float16}


def test_the_release_reads_an_image_of_its_training_set(trained, data):
    record = read_sets(["cdd-cesm"], data)[1]
    result = load(trained / "tiny-0.0.1", device="cpu").read_exam([ImageInput("a", record.path, "L", "CC")])
    assert result.scored
    assert 0.0 < result.exam_score < 1.0


def test_defaults_are_part_of_what_a_run_reports():
    config = TrainingConfig("n", "1", ("mias",), {"height": 64, "width": 64, "normalisation": "x"}, {}, HeadConfig())
    assert replace(config, seed=7).as_dict()["heads"]["components"] == 96
