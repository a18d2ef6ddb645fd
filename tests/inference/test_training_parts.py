"""The parts of training: folds no patient crosses, targets where the outlines are, calibration, TOML."""

import tomllib

import numpy as np
import pytest
import torch

from inference.datasets.records import Record, Region, ellipse
from inference.geometry import Box, Frame
from inference.training.calibrate import band_cuts, platt
from inference.training.config import TrainingConfig
from inference.training.fit import schedule, set_weights
from inference.training.folds import assign
from inference.training.losses import covered_loss, image_loss, outside_loss
from inference.training.tables import BIRADS, birads_table
from inference.training.targets import cover, labels_of
from inference.training.toml import dumps


def record(number, patient, malignant=False, dataset="film"):
    return Record(dataset, f"{number}.png", None, patient, "L", "CC", malignant, malignant, None)


def women(count=40):
    return [record(i, f"w{i // 2}", malignant=i % 6 == 0) for i in range(count)]


def test_no_patient_crosses_a_fold():
    records = women()
    fold = assign(records, 5, seed=3)
    for patient in {r.patient for r in records}:
        assert len({fold[i] for i, r in enumerate(records) if r.patient == patient}) == 1
    assert set(fold) == {0, 1, 2, 3, 4}


def test_two_sets_may_use_the_same_patient_number():
    records = [*women(20), *[record(100 + i, f"w{i}", i % 2 == 0, "digital") for i in range(10)]]
    assert len(assign(records, 5, seed=0)) == 30


def test_images_without_a_patient_are_in_no_fold():
    fold = assign([*women(), record(90, "film?"), record(91, "film?")], 5, seed=0)
    assert fold[-2:].tolist() == [5, 5]


def test_every_fold_has_both_kinds_of_patients():
    records = women(60)
    fold = assign(records, 5, seed=0)
    for number in range(5):
        assert {records[i].malignant for i in np.flatnonzero(fold == number)} == {True, False}


@pytest.mark.parametrize("mirrored", [False, True])
def test_an_outline_covers_the_cells_under_it(mirrored):
    frame = Frame.around(Box(0, 0, 512, 1024), rows=1024, cols=1024, height=256, width=192, mirrored=mirrored)
    centre = np.array([[111.5, 143.5]])
    (x, y), radius = frame.to_stored(centre)[0], 24 * frame.scale
    benign = Region(ellipse(x - radius, y - radius, x + radius, y + radius), malignant=False)
    malignant, anything = cover([benign], frame, (8, 6))
    assert malignant.max() == 0.0
    assert anything[4, 3] == pytest.approx(1.0, abs=0.05)
    # an outline's own line counts as covered: half a sub-cell, two model pixels
    assert np.pi * 24**2 <= anything.sum() * 32**2 <= np.pi * 27**2


def test_unknown_labels_cost_nothing():
    labels = labels_of([record(0, "a", None), record(1, "b", True)]).labels
    logits = torch.zeros(2, 2, requires_grad=True)
    image_loss(logits, labels, torch.ones(2)).backward()
    assert logits.grad[0].tolist() == [0.0, 0.0]
    assert (logits.grad[1] < 0).all()


def test_cells_are_pushed_up_inside_outlines_and_down_outside():
    local = torch.zeros(1, 2, 2, 2, requires_grad=True)
    regions = torch.tensor([[[[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.2, 0.0]]]])
    inside = torch.tensor([[[[1.0, 1.0], [1.0, 0.0]]]])
    one = torch.ones(1)
    loss = covered_loss(local, regions, inside, one) + outside_loss(local, regions, inside, one, torch.tensor([True]))
    loss.backward()
    abnormal = local.grad[0, 1]
    assert abnormal[0, 0] < 0 < abnormal[0, 1]
    assert abnormal[1, 0] == 0  # half covered: not asked
    assert abnormal[1, 1] == 0  # air


def test_images_that_are_not_fully_outlined_say_nothing_about_other_cells():
    local = torch.zeros(1, 2, 2, 2)
    clear, inside = torch.zeros(1, 2, 2, 2), torch.ones(1, 1, 2, 2)
    assert outside_loss(local, clear, inside, torch.ones(1), torch.tensor([False])).item() == 0.0


def test_sets_weigh_the_same_whatever_their_size():
    group = torch.tensor([0] * 30 + [1] * 10)
    weight = set_weights(group, torch.arange(40))
    assert weight[:30].sum().item() == pytest.approx(weight[30:].sum().item())
    assert weight.mean().item() == pytest.approx(1.0)


def test_the_rate_rises_then_falls_to_nothing():
    assert schedule(0.2) == pytest.approx(1.0)
    assert schedule(0.0) < 0.1
    assert schedule(1.0) == pytest.approx(0.0, abs=1e-9)


def made(shift, n=600, seed=0):
    rng = np.random.default_rng(seed)
    logits = rng.normal(-1.0, 1.5, n)
    return logits + shift, rng.random(n) < 1 / (1 + np.exp(-logits))


def test_platt_recovers_the_slope_it_was_made_with():
    logits, truth = made(0.0)
    fitted = platt(logits, truth, ["a"] * 600, [str(i) for i in range(600)])
    assert fitted.a == pytest.approx(1.0, abs=0.25)
    assert fitted(logits).mean() == pytest.approx(truth.mean(), abs=0.01)
    assert 0 < fitted.covariance[0, 0] < 0.1


def test_the_style_of_a_set_does_not_pass_for_disease():
    """The set with the higher logits has no more disease: the slope comes from within the sets."""
    (low, ill_low), (high, ill_high) = made(0.0), made(6.0, seed=1)
    logits, truth = np.concatenate([low, high]), np.concatenate([ill_low, ill_high])
    fitted = platt(logits, truth, ["a"] * 600 + ["b"] * 600, [str(i) for i in range(1200)])
    assert fitted.a == pytest.approx(1.0, abs=0.25)


def test_evidence_that_falls_with_disease_is_not_calibrated():
    logits, truth = made(0.0)
    with pytest.raises(ValueError, match="does not rise with disease"):
        platt(-logits, truth, ["a"] * 600, [str(i) for i in range(600)])


def test_a_tenth_of_the_exams_falls_into_each_band():
    cuts = band_cuts(np.arange(1000.0))
    assert np.bincount(np.searchsorted(cuts, np.arange(1000.0), side="right")).tolist() == [100] * 10


def test_birads_cuts_stand_still_where_the_prevalence_is_the_reference():
    assert birads_table(0.01)["cuts"] == pytest.approx([least for _, least in BIRADS])
    assert all(np.diff(birads_table(0.2)["cuts"]) > 0)


def test_toml_reads_back_as_it_was_written():
    table = {
        "name": 'a "quoted" word',
        "x": {"cuts": [0.1, 2.0], "yes": True, "n": 3, "deep": {"a": 1e-9}},
        "files": {"card.md": "00ff"},
        "rows": [{"a": 1}, {"a": 2}],
    }
    assert tomllib.loads(dumps(table)) == table
    with pytest.raises(TypeError, match="NoneType"):
        dumps({"a": None})


@pytest.mark.parametrize(
    "text, words",
    [
        ('name = "x"', "sets"),
        ('name = "x"\nversion = "1"\nsets = []\n[input]\n[network]\n[heads]\nsteps = 3', "steps"),
        ('name = "x"\nversion = "1"\nsets = []\n[input]\nheight = 64\n[network]', "width"),
    ],
)
def test_a_configuration_names_what_is_wrong(tmp_path, text, words):
    path = tmp_path / "run.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=words):
        TrainingConfig.read(path)
