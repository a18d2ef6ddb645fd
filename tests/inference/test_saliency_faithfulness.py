"""Faithfulness is measured: each measure tells a true map from a false one, and the choice follows its rule."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from inference.__main__ import main
from inference.datasets.records import Record, Region, ellipse
from inference.preprocess import InputSpec
from inference.saliency.curves import curves
from inference.saliency.faithfulness import as_markdown, measure
from inference.saliency.methods import explain
from inference.saliency.pointing import Pointed, pointed
from inference.saliency.randomise import cascade, likeness
from inference.saliency.readings import Reading
from inference.saliency.verdict import choose
from tests.inference import sets
from tests.inference.test_saliency_methods import Seeker, speckled

BREAST = np.ones((8, 6), bool)


def spot(row, col, shape=(8, 6)):
    found = np.zeros(shape, np.float32)
    found[row, col] = 1.0
    return found


def test_a_map_that_peaks_in_the_outline_hits_and_one_beside_it_misses():
    outlined = spot(2, 3)
    assert pointed(spot(2, 3), outlined, BREAST) == Pointed(True, 1.0, 1 / 48)
    assert pointed(spot(2, 4), outlined, BREAST) == Pointed(False, 0.0, 1 / 48)


def test_a_flat_map_has_the_energy_of_the_outlines_area_and_an_empty_one_points_nowhere():
    outlined = spot(0, 0)
    assert pointed(np.ones((8, 6), np.float32), outlined, BREAST).energy == pytest.approx(1 / 48)
    assert pointed(np.zeros((8, 6), np.float32), outlined, BREAST) == Pointed(False, 0.0, 1 / 48)


def test_what_a_map_shows_in_the_air_is_not_counted():
    breast = BREAST.copy()
    breast[:, 5] = False
    assert pointed(spot(2, 3) + 2 * spot(2, 5), spot(2, 3), breast).hit


def test_an_image_without_an_outline_in_the_breast_is_refused():
    with pytest.raises(ValueError, match="no outline"):
        pointed(spot(0, 0), np.zeros((8, 6), np.float32), BREAST)
    with pytest.raises(ValueError, match="differ in shape"):
        pointed(spot(0, 0), spot(0, 0, (4, 3)), BREAST)


def test_deleting_what_a_true_map_shows_silences_the_network_and_inserting_it_alone_convinces_it():
    network, x = Seeker().eval(), speckled(48, 40)
    true = explain("evidence", network, x)
    gone, came = curves(network, x, true)
    false_gone, false_came = curves(network, x, true.max() - true)
    whole = float(network(x[None]).malignancy.detach())
    assert gone > 0.3 * whole > 0.1 * whole > false_gone
    assert came > false_came + 0.1 * whole


def test_the_cascade_shuffles_from_the_top_down_and_leaves_the_network_itself_alone():
    network = Seeker().eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    torch.manual_seed(0)
    for value in network.parameters():
        nn.init.normal_(value)
    kept = {name: value.clone() for name, value in network.named_parameters()}
    changed = [
        {name for name, value in stage.named_parameters() if not torch.equal(value, kept[name])}
        for stage in cascade(network)
    ]
    assert all(torch.equal(value, kept[name]) for name, value in network.named_parameters())
    assert changed[0] < changed[1] < changed[2] == {n for n, v in kept.items() if v.numel() > 1}
    assert "local.weight" in changed[0] and "edges.weight" in changed[2] - changed[1]
    assert before.keys() == kept.keys()


def test_a_control_is_as_it_was_when_the_weights_are_shuffled_and_evidence_is_not():
    network, x = Seeker().eval(), speckled(48, 40)
    torch.manual_seed(1)
    for part in (network.deep, network.last, network.local):
        nn.init.normal_(part.weight)
    *_, shuffled = cascade(network)
    assert likeness(explain("brightness", network, x), explain("brightness", shuffled, x), x) == pytest.approx(1.0)
    assert abs(likeness(explain("evidence", network, x), explain("evidence", shuffled, x), x)) < 0.9
    assert likeness(np.ones((8, 6), np.float32), spot(1, 1), x) == 0.0


def readings(method, hits, like):
    return [
        Reading("set", f"p{n}", method, Pointed(bool(hit), 0.1, 0.1), cascade=(like, like))
        for n, hit in enumerate(hits)
    ]


def test_the_evidence_stays_unless_another_method_beats_it_beyond_chance():
    ours = readings("evidence", [1, 0] * 10, 0.0)
    assert choose(ours + readings("grad-cam", [1, 1] * 10, 0.1)) == "grad-cam"
    assert choose(ours + readings("grad-cam", [1, 0] * 9 + [1, 1], 0.1)) == "evidence"


def test_a_method_that_does_not_notice_shuffled_weights_is_never_chosen():
    ours = readings("evidence", [1, 0] * 10, 0.0)
    assert choose(ours + readings("grad-cam", [1] * 20, 0.9)) == "evidence"
    assert choose(ours + readings("brightness", [1] * 20, 0.0)) == "evidence"
    assert choose(ours + [replace(r, cascade=None) for r in readings("grad-cam", [1] * 20, 0.0)]) == "evidence"


@pytest.fixture
def records(tmp_path):
    """Three women's phantoms with an outlined malignant circle each."""
    found = []
    for number in range(3):
        path = tmp_path / f"{number}.png"
        sets.write_image(path, "L", "MLO", (70.0, 120.0, 18.0), number)
        circle = Region(ellipse(52, 102, 88, 138), malignant=True)
        found.append(Record("set", path.name, path, f"p{number}", "L", "MLO", True, True, None, (circle,)))
    return found


def test_measuring_gives_each_method_its_figures_with_n_and_a_table_for_the_card(records):
    network = Seeker().eval()
    asked = []
    found = measure(
        lambda row: asked.append(row) or network,
        records,
        InputSpec(256, 192),
        methods=("evidence", "grad-cam", "brightness"),
        limit=2,
        with_curves=1,
        with_cascade=1,
    )
    assert len(asked) == 2 and set(asked) < {0, 1, 2}
    by_name = {figure.name: figure for figure in found.figures}
    assert by_name["set: evidence: pointing"].n == 2 and by_name["set: evidence: deletion"].n == 1
    assert "set: brightness: likeness, all shuffled" not in by_name
    text = as_markdown(found)
    assert text.count("\n| set |") == 3 + 1 and "out of fold" in text and f"**{found.best}**" in text
    assert "trained on them" in as_markdown(replace(found, seen=True))
    assert found.to_dict()["best"] in ("evidence", "grad-cam")


def test_sets_without_outlined_cancers_cannot_be_measured(records):
    plain = [replace(record, regions=()) for record in records]
    with pytest.raises(ValueError, match="malignant outline"):
        measure(lambda row: Seeker(), plain, InputSpec(256, 192))


@pytest.mark.slow
def test_the_command_measures_the_bundled_release_and_says_it_was_trained_on_these_images(tmp_path, capsys):
    root, out = sets.mias(tmp_path, women=2), tmp_path / "maps.json"
    few = ["--limit", "1", "--curves", "0", "--cascade", "0", "--methods", "evidence", "brightness"]
    assert (
        main(["saliency", "overread-lite0-mil", "--data", str(root), "--sets", "mias", "--json", str(out), *few]) == 0
    )
    assert "the network was trained on them" in capsys.readouterr().out
    found = json.loads(out.read_text())
    assert found["in_sample"] and {figure["n"] for figure in found["figures"]} == {1}


@pytest.mark.parametrize(
    ("extra", "said"),
    [(["--methods", "tea-leaves"], "no saliency method"), (["--sets", "mias"], "labels.csv is missing")],
)
def test_the_command_says_in_one_line_what_is_wrong(tmp_path, capsys, extra, said):
    assert main(["saliency", "overread-lite0-mil", "--data", str(tmp_path), *extra]) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1
