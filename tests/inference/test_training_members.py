"""`[tune] members`: every fit is several networks, read and measured out of fold as their mean; it resumes in any of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from inference.training import checkpoints
from inference.training import tune as tuning
from inference.training import tuned as fits
from inference.training.config import TrainingConfig
from inference.training.crossval import NETWORK, fold_network, read_members, read_network
from inference.training.tuned import CPU, Tuning, tuned_run
from tests.inference.test_training_tuned import CONFIG
from tests.inference.tunings import IMAGES, TABLE, config, labels, lowers

FOLD = np.arange(IMAGES) // 3 % 2
AVERAGED = ("malignancy", "abnormality", "malignancy_map")


def small(members: int = 2, **network: object) -> TrainingConfig:
    """Two folds of `members` networks, on images in memory."""
    base = config()
    return replace(base, tune=replace(TABLE, members=members), network={**base.network, **network})


def in_memory(made: TrainingConfig) -> Tuning:
    types = torch.eye(7)[torch.arange(IMAGES) % 2 * 6]
    assert made.tune is not None
    return Tuning(made, made.tune, labels(), [lowers()], CPU, types)


def trained(made: TrainingConfig, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """`tuned_run` on images in memory."""
    monkeypatch.setattr(Tuning, "of", lambda *_: in_memory(made))
    return tuned_run(made, range(IMAGES), FOLD, folder, folder)


def networks(folder: Path) -> set[str]:
    """The folders below `folder` that hold a network."""
    return {path.parent.relative_to(folder).as_posix() for path in folder.rglob(NETWORK)}


def apart(one, other) -> float:
    """The largest difference of two networks' weights."""
    mine, theirs = one.state_dict(), other.state_dict()
    return max(float((mine[name].float() - theirs[name].float()).abs().max()) for name in mine)


def test_each_fold_is_read_by_the_mean_of_its_members(tmp_path, monkeypatch):
    made = small(kinds=True)
    _, found, read = trained(made, tmp_path, monkeypatch)
    memory, differ = in_memory(made), []
    for row in range(IMAGES):
        folder = tmp_path / f"fold-{FOLD[row]}"
        with torch.inference_mode():
            said = [memory.reader(read_network(made, place))(row) for place in (folder, folder / "member-1")]
        for name, told in zip(AVERAGED, (found.malignancy, found.abnormality, found.cells), strict=True):
            mean = (getattr(said[0], name)[0] + getattr(said[1], name)[0]) / 2
            assert np.allclose(told[row], mean.numpy(), atol=1e-5), name
        for name, told in (("density", found.density), ("kinds", found.kinds)):
            mean = ((getattr(said[0], name) + getattr(said[1], name)) / 2).softmax(dim=1)
            assert np.allclose(told[row], mean[0].numpy(), atol=1e-5), name
        differ.append(abs(said[0].malignancy.item() - said[1].malignancy.item()))
    assert min(differ) > 1e-3
    first, second = read_members(made, tmp_path / "final")
    assert torch.equal(read(0).embedding, memory.reader(first)(0).embedding)
    assert not torch.equal(read(0).embedding, memory.reader(second)(0).embedding)


def test_a_run_of_one_is_part_of_a_run_of_more(tmp_path, monkeypatch):
    """The first members are what a run without further ones would be; no two fits of a run have one seed."""
    seeds: dict[str, int] = {}
    fit = Tuning.fit

    def noted(self, rows, seed, folder):
        seeds[folder.relative_to(tmp_path).as_posix()] = seed
        return fit(self, rows, seed, folder)

    monkeypatch.setattr(Tuning, "fit", noted)
    trained(small(1), tmp_path / "one", monkeypatch)
    trained(small(3), tmp_path / "three", monkeypatch)
    firsts = {"fold-0", "fold-1", "final"}
    assert networks(tmp_path / "one") == firsts
    assert networks(tmp_path / "three") == {f"{name}{k}" for name in firsts for k in ("", "/member-1", "/member-2")}
    assert [seeds[f"one/{name}"] for name in ("fold-0", "fold-1", "final")] == [0, 1, 2]
    assert sorted(seed for name, seed in seeds.items() if name.startswith("three/")) == list(range(9))
    for name in firsts:
        alone, members = (
            read_network(small(1), tmp_path / "one" / name),
            read_members(small(3), tmp_path / "three" / name),
        )
        assert apart(alone, members[0]) == 0.0
        assert min(apart(members[0], members[1]), apart(members[1], members[2])) > 1e-3


def test_a_run_cut_off_in_a_member_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(tuning, "EVERY", 4)
    made, tuned_in = small(), []
    _, whole, _ = trained(made, tmp_path / "whole", monkeypatch)
    save, tune = checkpoints.Checkpoint.save, fits.tune

    def save_then_die(self, steps):
        save(self, steps)
        if steps == 4 and self.path.parent.name == "member-1":
            raise KeyboardInterrupt

    def noted(network, sampler, table, seed, folder):
        tuned_in.append(folder.relative_to(tmp_path / "cut").as_posix())
        tune(network, sampler, table, seed, folder)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoints.Checkpoint, "save", save_then_die)
        trained(made, tmp_path / "cut", patch)
    assert networks(tmp_path / "cut") == {"fold-0"}
    with pytest.raises(OSError, match="member-1"):
        fold_network(made, tmp_path / "cut", 0)
    monkeypatch.setattr(fits, "tune", noted)
    _, again, _ = trained(made, tmp_path / "cut", monkeypatch)
    assert tuned_in == ["fold-0/member-1", "fold-1", "fold-1/member-1", "final", "final/member-1"]
    steps = [row.split(",")[0] for row in (tmp_path / "cut" / "fold-0" / "member-1" / "log.csv").read_text().split()]
    assert steps == ["step", "6"]  # the cut came before the log's line of step 4, which was not trained again
    assert np.array_equal(whole.malignancy, again.malignancy) and np.array_equal(whole.cells, again.cells)


def test_members_of_which_no_one_ensemble_can_be_made_are_refused_before_training(tmp_path):
    made = replace(small(), network={"backbone": "densenet121", "taps": [32]})
    with pytest.raises(ValueError, match="cannot be cut into parts"):
        tuned_run(made, [], FOLD, tmp_path / "run", tmp_path)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[tune]", "[tune]\nmembers = 0", r"\[tune\] members must lie between 1 and 16, not 0"),
        ("[tune]", "[tune]\nmembers = 17", "not 17"),
        ("[tune]", "[tune]\nmembers = 1.5", "not 1.5"),
        ("density_tap = 8\n[tune]", "[tune]\nmembers = 2\nfrozen = 1", "must be a stride below the taps"),
        ("folds = 2", "folds = 2\nensemble = true", "two kinds of ensemble"),
    ],
)
def test_what_cannot_be_an_ensemble_is_refused(tmp_path, old, new, words):
    path = tmp_path / "run.toml"
    path.write_text(CONFIG.replace("[tune]", "[tune]\nmembers = 2") if "ensemble" in new else CONFIG)
    assert TrainingConfig.read(path).members in (1, 2)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ValueError, match=words):
        TrainingConfig.read(path)
