"""Tuning the backbone: it learns, can be cut off, shared among processes, halved in precision and taught by a teacher."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from inference.training import checkpoints
from inference.training import tune as tuning
from inference.training.crops import crop_labels, shares
from inference.training.teacher import Teacher, agreement_loss, rise
from inference.training.tune import breast_statistics, highest, tune
from tests.inference.tunings import IMAGES, TABLE, labels, task, trained

ROOT = Path(__file__).parents[2]


def apart(one, other):
    """The largest difference of two states."""
    assert one.keys() == other.keys()
    return max(float((one[name].float() - other[name].float()).abs().max()) for name in one)


def test_tuning_finds_the_lesions(tmp_path):
    tuned, sampler = task()
    tune(tuned, sampler, replace(TABLE, steps=60), 0, tmp_path)
    crops = sampler.draw(np.random.default_rng([9, 9]))
    with torch.no_grad():
        local = tuned.cells(crops.values, torch.ones(4, 112))[:, 0]
    covered = torch.nn.functional.avg_pool2d(crops.regions[:, :1], 2)[:, 0]
    assert local[covered > 0.9].mean() > local[covered == 0].mean() + 1.0


def test_what_lies_under_the_cut_is_left_as_published(tmp_path):
    before = {name: value.clone() for name, value in task()[0].network.state_dict().items()}
    after = trained(TABLE, tmp_path)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert "heads.local.weight" in changed and "trunk.backbone.blocks.5.expand.conv.weight" in changed
    below = tuple(f"trunk.backbone.{part}." for part in ("stem", *(f"blocks.{number}" for number in range(5))))
    assert not [name for name in changed if name.startswith(below) or "running" in name]


def test_tuning_that_was_cut_off_ends_with_the_same_weights(tmp_path, monkeypatch):
    monkeypatch.setattr(tuning, "EVERY", 2)
    whole = trained(TABLE, tmp_path / "whole")
    save = checkpoints.Checkpoint.save

    def save_then_die(self, steps):
        save(self, steps)
        if steps == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoints.Checkpoint, "save", save_then_die)
        trained(TABLE, tmp_path / "cut")
    assert apart(whole, trained(TABLE, tmp_path / "cut")) == 0.0
    assert apart(whole, trained(TABLE, tmp_path / "other", seed=1)) > 1e-3


def test_its_log_is_a_table_and_a_board(tmp_path, monkeypatch):
    monkeypatch.setattr(tuning, "EVERY", 2)
    trained(TABLE, tmp_path)
    rows = (tmp_path / "log.csv").read_text().splitlines()
    assert rows[0] == "step,loss" and [row.split(",")[0] for row in rows[1:]] == ["2", "4", "6"]
    assert list((tmp_path / "board").glob("events.out.tfevents.*"))


def test_two_processes_train_what_one_does(tmp_path):
    alone = trained(TABLE, tmp_path / "alone")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--master-port=0", "--standalone"]
    subprocess.run([*torchrun, "-m", "tests.inference.tunings", tmp_path], cwd=ROOT, check=True, capture_output=True)
    first, second = (load_file(tmp_path / f"{rank}.safetensors") for rank in (0, 1))
    assert apart(first, second) == 0.0
    assert apart(first, alone) < 1e-3


def test_a_batch_that_processes_cannot_share_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tuning.parallel, "world", lambda: 3)
    with pytest.raises(ValueError, match="batch of 4 cannot be shared by 3"):
        trained(TABLE, tmp_path)


def test_half_precision_stays_close_to_whole(tmp_path):
    whole = trained(replace(TABLE, steps=2), tmp_path / "whole")
    half = trained(replace(TABLE, steps=2, precision="bfloat16"), tmp_path / "half")
    assert 0.0 < apart(whole, half) < 0.05
    assert {value.dtype for name, value in half.items() if name.endswith("weight")} == {torch.float32}


def test_images_without_a_label_teach_only_through_the_teacher(tmp_path):
    table = replace(TABLE, steps=3)
    plain = trained(table, tmp_path / "plain", unlabelled=4)
    taught = trained(replace(table, teacher_weight=5.0), tmp_path / "taught", unlabelled=4)
    without = trained(replace(table, teacher_weight=5.0), tmp_path / "none")
    assert apart(plain, taught) > 1e-6
    assert apart(without, trained(table, tmp_path / "labelled")) == 0.0


def test_labelled_batches_hold_no_image_without_a_label():
    _, sampler = task(unlabelled=4)
    assert sampler.rows.tolist() == list(range(IMAGES - 4))
    crops = sampler.draw_unlabelled(np.random.default_rng(0))
    assert sampler.unlabelled.tolist() == list(range(IMAGES - 4, IMAGES))
    assert crops is not None and len(crops.labels) == 2


def test_a_teacher_follows_slowly():
    tuned, _ = task()
    teacher = Teacher.of(tuned.network, tuned.split, 0.9)
    before = teacher.network.heads.local.bias.clone()
    with torch.no_grad():
        tuned.network.heads.local.bias += 1.0
    teacher.follow(tuned.network)
    assert torch.allclose(teacher.network.heads.local.bias - before, torch.full((2,), 0.1), atol=1e-6)
    assert rise(0.0) == 0.0 and rise(1.0) == 1.0


def test_agreement_asks_only_the_breast():
    local, inside = torch.zeros(1, 2, 2, 2), torch.ones(1, 1, 2, 2)
    taught = torch.full((1, 2, 2, 2), 0.5)
    assert agreement_loss(local, taught, inside).item() == 0.0
    taught[..., 0, 0] = 1.0
    assert agreement_loss(local, taught, inside).item() == pytest.approx(0.25 / 4)
    inside[..., 0, 0] = 0.0
    assert agreement_loss(local, taught, inside).item() == 0.0


@pytest.mark.parametrize(
    "malignant, shown, located, expected",
    [
        (1.0, (1, 1), True, (1.0, 1.0)),
        (1.0, (0, 0), True, (0.0, 0.0)),
        (1.0, (0, 0), False, (None, None)),  # the lesion may be anywhere
        (1.0, (0, 1), True, (None, 1.0)),  # an outline of a malignant image that does not say which it is
        (0.0, (0, 1), True, (0.0, 1.0)),
        (0.0, (0, 0), True, (0.0, 0.0)),
    ],
)
def test_a_crop_is_labelled_by_what_it_shows(malignant, shown, located, expected):
    regions = torch.zeros(2, 4, 4)
    regions[0, 1, 1], regions[1, 1, 1] = shown
    found = crop_labels(regions, torch.tensor([malignant, 1.0]), located).tolist()
    assert [None if value != value else value for value in found] == list(expected)


def test_sets_are_drawn_alike_and_abnormal_images_a_little_more():
    told = labels()
    told.labels[:6] = 0.0
    told.labels[0] = 1.0
    share = shares(told, np.arange(IMAGES))
    first, second = share[:6], share[6:]
    assert first.sum() == pytest.approx(second.sum()) == pytest.approx(0.5)
    assert first[0] == pytest.approx(0.3) and first[1] == pytest.approx(0.2 / 5)


def test_every_crop_begins_at_an_even_cell_and_lies_in_the_image():
    _, sampler = task()
    for seed in range(30):
        lower, rng = sampler.lowers[0][0], np.random.default_rng(seed)
        rows, columns = sampler._place(lower, rng)
        assert rows.start % 2 == columns.start % 2 == 0
        assert min(rows.start, columns.start) >= 0 and rows.stop <= 32 and columns.stop <= 24


def test_a_crop_scores_its_highest_breast_cells():
    local, inside = torch.arange(16.0).view(1, 1, 4, 4).repeat(1, 2, 1, 1), torch.ones(1, 1, 4, 4)
    inside[..., 3, 3] = 0.0
    assert highest(local, inside, 2).tolist() == [[13.5, 13.5]]


def test_statistics_come_from_the_training_images_alone():
    tuned, sampler = task()
    before = tuned.network.heads.standardise.mean.clone()
    sampler.lowers[0][3].values.mul_(9.0)
    sampler.rows = np.array([0, 1, 2])
    breast_statistics(tuned, sampler, every=1)
    alone = tuned.network.heads.standardise.mean.clone()
    sampler.lowers[0][3].values.mul_(9.0)
    breast_statistics(tuned, sampler, every=1)
    assert torch.equal(alone, tuned.network.heads.standardise.mean) and not torch.equal(alone, before)
