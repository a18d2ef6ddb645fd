"""A whole run that tunes its backbone, on tiny sets: its release loads, and training and serving see the same thing."""

import json
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import torch

from inference.datasets.records import read_pixels
from inference.datasets.registry import read_sets
from inference.pipeline import ImageInput, load
from inference.preprocess import prepare
from inference.release import Release
from inference.saliency.cli import main as saliency
from inference.saliency.faithfulness import measure
from inference.training.cli import main
from inference.training.config import TrainingConfig
from inference.training.crossval import fold_network, read_network
from inference.training.folds import assign
from inference.training.frozen import frozen_run
from inference.training.tuned import Tuning
from inference.weights import load_network
from tests.inference.sets import cdd_cesm, mias

CONFIG = """
name = "tiny-tuned"
version = "0.0.1"
sets = ["mias", "cdd-cesm"]
folds = 2
[input]
height = 256
width = 192
normalisation = "breast-percentile-1"
[network]
taps = [16]
top_share = 0.1
kinds = true
density_tap = 8
[tune]
steps = 30
batch = 4
crop = 128
copies = 1
learning_rate = 1e-3
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return cdd_cesm(mias(tmp_path_factory.mktemp("sets"), women=8), women=8)


@pytest.fixture(scope="module")
def run(data, tmp_path_factory) -> Path:
    """The folder of one run by the command line: run/, cache/ and the release tiny-tuned-0.0.1/."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "tiny.toml").write_text(CONFIG)
    places = ["--cache", str(folder / "cache"), "--run", str(folder / "run"), "--out", str(folder), "--threads", "1"]
    assert main([str(folder / "tiny.toml"), "--data", str(data), *places]) == 0
    return folder


def test_the_release_reads_an_image(run, data):
    record = read_sets(["cdd-cesm"], data)[1]
    result = load(run / "tiny-tuned-0.0.1", device="cpu").read_exam([ImageInput("a", record.path, "L", "CC")])
    assert result.scored and result.images[0].saliency is not None
    assert "to stride 16 were fitted to lesions" in (run / "tiny-tuned-0.0.1" / "card.md").read_text()


def test_the_fold_networks_and_the_final_one_ship_as_one(run, data, tmp_path):
    """`ensemble`: the networks of a finished run are taken up, and the release reads as their mean."""
    text = CONFIG.replace("folds = 2", "folds = 2\nensemble = true") + "[pooling]\nevidence = 'mean'\n"
    (tmp_path / "voting.toml").write_text(text)
    sides = text.replace("0.0.1", "0.0.2") + "other_breast = 0.5\ncompares = 'abnormality'\n"
    (tmp_path / "sides.toml").write_text(sides)
    for part in ("fold-0", "fold-1", "final"):
        copytree(run / "run" / part, tmp_path / "run" / part)
        copytree(run / "run" / part, tmp_path / "sides" / part)
    places = ["--data", str(data), "--cache", str(run / "cache"), "--out", str(tmp_path), "--threads", "1"]
    assert main([str(tmp_path / "voting.toml"), "--run", str(tmp_path / "run"), *places]) == 0
    assert main([str(tmp_path / "sides.toml"), "--run", str(tmp_path / "sides"), *places]) == 0
    beside = Release.read(tmp_path / "tiny-tuned-0.0.2")
    said = " ".join(beside.card.split())
    assert beside["pooling"]["compares"] == "abnormality" and "abnormality" in beside["calibration"]["compared"]
    assert "50% of its logit (of the same view where there is one) is taken off for abnormality; malignancy is" in said
    release = Release.read(tmp_path / "tiny-tuned-0.0.1")
    assert release["network"]["members"] == 3 and release["pooling"]["evidence"] == "mean"
    assert "malignancy_map" in release["calibration"] and "compared" not in release["calibration"]
    assert "cannot be measured out of fold" in " ".join(release.card.split())
    config = TrainingConfig.read(tmp_path / "voting.toml")
    apart = [fold_network(config, run / "run", 0), fold_network(config, run / "run", 1)]
    apart.append(read_network(config, run / "run" / "final"))
    record = read_sets(["cdd-cesm"], data)[1]
    x = prepare(read_pixels(record.path), record.laterality, config.spec).tensor[None]
    with torch.inference_mode():
        mean = sum(network(x).malignancy.item() for network in apart) / 3
        assert load_network(release)(x).malignancy.item() == pytest.approx(mean, abs=0.02)  # kept as half floats
    exam = load(release.folder, device="cpu").read_exam([ImageInput("a", record.path, "L", "CC")])
    assert exam.scored and exam.images[0].saliency is not None


def test_training_reads_what_serving_reads(run, data):
    """The maps under the cut, cached as half floats, give the evidence that the whole network gives."""
    config = TrainingConfig.read(run / "tiny.toml")
    records = read_sets(config.sets, data)
    network = fold_network(config, run / "run", 0)
    read = Tuning.of(config, records, assign(records, 2, 0), run / "cache" / "features").reader(network)
    for row in (0, 9, len(records) - 1):
        prepared = prepare(read_pixels(records[row].path), records[row].laterality, config.spec)
        with torch.inference_mode():
            whole, split = network(prepared.tensor[None]), read(row)
        assert whole.near is None is split.near  # nothing beside the cells
        for one, other in zip(whole[:-1], split[:-1], strict=True):
            assert torch.allclose(one, other, atol=0.03)
        assert whole.malignancy.item() == pytest.approx(split.malignancy.item(), abs=0.01)


def test_every_fold_keeps_a_network_of_its_own(run):
    config = TrainingConfig.read(run / "tiny.toml")
    first, second = (fold_network(config, run / "run", number).state_dict() for number in (0, 1))
    assert not torch.equal(first["heads.local.weight"], second["heads.local.weight"])
    with pytest.raises(OSError, match="fold-7"):
        fold_network(config, run / "run", 7)


def test_maps_are_measured_on_images_that_their_network_did_not_see(run, data, tmp_path, capsys):
    """`saliency --run`: each outlined cancer by the network of its own fold; images of no fold are left out."""
    config, out = TrainingConfig.read(run / "tiny.toml"), tmp_path / "maps.json"
    given = ["--run", str(run / "run"), "--config", str(run / "tiny.toml"), "--data", str(data), "--json", str(out)]
    few = ["--methods", "evidence", "brightness", "--limit", "2", "--curves", "1", "--cascade", "1", "--threads", "1"]
    assert saliency(["overread-lite0-mil", *given, *few]) == 0
    assert "out of fold" in capsys.readouterr().out
    found = json.loads(out.read_text())
    values = {figure["name"]: figure for figure in found["figures"]}
    assert not found["in_sample"] and values["mias: evidence: pointing"]["n"] == 2
    assert values["cdd-cesm: evidence: deletion"]["n"] == values["mias: evidence: likeness, all shuffled"]["n"] == 1
    asked: list[int] = []

    def network(row):
        asked.append(row)
        return fold_network(config, run / "run", int(fold[kept[row]]))

    records = read_sets(config.sets, data)
    fold = assign(records, 2, 0)
    kept = [row for row in range(len(records)) if fold[row] < 2]
    again = measure(network, [records[row] for row in kept], config.spec, methods=["evidence"], limit=2, with_curves=0)
    energy = {figure.name: figure.value for figure in again.figures if figure.name.endswith("energy inside")}
    assert energy == {name: pytest.approx(values[name]["value"]) for name in energy} and len(asked) == 4


def test_blocks_that_nothing_asks_for_are_not_shipped(run):
    config = TrainingConfig.read(run / "tiny.toml")
    names = fold_network(config, run / "run", 0).state_dict()
    assert {int(name.split(".")[3]) for name in names if name.startswith("trunk.backbone.blocks.")} == set(range(11))


def test_density_from_a_map_of_its_own_needs_tuning(run, data):
    config = TrainingConfig.read(run / "tiny.toml")
    records = read_sets(config.sets, data)
    with pytest.raises(ValueError, match="density_tap needs"):
        frozen_run(config, records, np.zeros(len(records), dtype=np.int64), run, run)


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("crop = 128", "crop = 100", "crop must be a multiple"),
        ("crop = 128", "crop = 512", "fit the input"),
        ("copies = 1", "frozen = 16", "must lie below the taps"),
        ("copies = 1", 'precision = "int8"', "float32 or bfloat16"),
        ("copies = 1", "copied = 1", "copied"),
    ],
)
def test_a_tune_table_names_what_is_wrong(tmp_path, old, new, words):
    path = tmp_path / "run.toml"
    path.write_text(CONFIG.replace(old, new))
    with pytest.raises(ValueError, match=words):
        TrainingConfig.read(path)
