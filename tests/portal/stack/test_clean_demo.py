"""`make clean-demo`: removes a demo's data, and nothing else."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def data(tmp_path):
    """A demo's data folder, stopped."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("secret-key", "lock", "db.sqlite3"):
        (folder / name).write_text("x")
    return folder


def clean(folder):
    command = ["make", "--no-print-directory", "clean-demo", f"DATA_DIR={folder}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_a_stopped_demo_is_removed_and_twice_is_no_failure(data):
    assert clean(data).returncode == 0
    assert not data.exists()
    assert clean(data).returncode == 0


def test_a_running_demo_keeps_its_data(data):
    with (data / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = clean(data)
    assert done.returncode != 0
    assert "stop it first" in done.stdout
    assert (data / "db.sqlite3").exists()


def test_a_folder_that_is_no_demos_is_left_alone(data):
    (data / "secret-key").unlink()
    done = clean(data)
    assert done.returncode != 0
    assert "nothing removed" in done.stdout
    assert (data / "db.sqlite3").exists()
