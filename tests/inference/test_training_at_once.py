"""`train --processes`: several fits at a time leave what one after the other leaves."""

from pathlib import Path

import pytest

from inference.training import parallel
from inference.training.at_once import parts
from inference.training.cli import main
from inference.training.config import TrainingConfig
from inference.training.crossval import NETWORK, OVERVIEW
from tests.inference.sets import cdd_cesm, mias
from tests.inference.test_training_tuned import CONFIG

LOOKED = "\n[overview]\nreduction = 2\nfrozen = 16\nepochs = 1\nbatch = 4\n"
SHORT = CONFIG.replace("steps = 30", "steps = 3\nmembers = 2") + LOOKED


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return cdd_cesm(mias(tmp_path_factory.mktemp("sets"), women=8), women=8)


def train(folder: Path, data: Path, *arguments: str, text: str = SHORT) -> int:
    """Of the maps in `folder`/cache, into the run of this name."""
    (folder / "tiny.toml").write_text(text)
    places = ["--data", str(data), "--cache", str(folder / "cache"), "--threads", "1"]
    return main([str(folder / "tiny.toml"), *places, *arguments])


def networks(run: Path) -> dict[str, bytes]:
    """Every network of a run by its place."""
    found = [path for name in (NETWORK, OVERVIEW) for path in run.rglob(name)]
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in found}


def test_the_weights_are_those_of_one_fit_after_the_other(tmp_path, data):
    assert train(tmp_path, data, "--run", str(tmp_path / "two"), "--processes", "2") == 0
    assert train(tmp_path, data, "--run", str(tmp_path / "one")) == 0
    made = networks(tmp_path / "two")
    assert len(made) == 9  # two folds and the final fit: two members and an overview each
    assert made == networks(tmp_path / "one")


def test_the_fits_of_a_fold_stand_together(tmp_path):
    (tmp_path / "tiny.toml").write_text(SHORT)
    found = list(parts(TrainingConfig.read(tmp_path / "tiny.toml")))
    assert found == [(number, part) for number in (0, 1, 2) for part in (None, 0, 1)]


def test_a_fit_that_fails_is_said(tmp_path, data, capsys):
    run = tmp_path / "run"
    run.mkdir()
    (run / "fold-1").write_text("in the way")
    assert train(tmp_path, data, "--run", str(run), "--processes", "2") == 1
    assert "fold-1" in capsys.readouterr().err


def test_heads_alone_need_no_processes(tmp_path, data, capsys):
    heads = SHORT.partition("[tune]")[0].replace("density_tap = 8\n", "").replace("kinds = true\n", "")
    assert train(tmp_path, data, "--run", str(tmp_path / "run"), "--processes", "2", text=heads) == 1
    assert "leave it out" in capsys.readouterr().err


def test_torchrun_and_processes_do_not_go_together(tmp_path, data, capsys, monkeypatch):
    monkeypatch.setattr(parallel, "world", lambda: 2)
    assert train(tmp_path, data, "--run", str(tmp_path / "run"), "--processes", "2") == 1
    assert "torchrun" in capsys.readouterr().err
