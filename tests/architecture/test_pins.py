"""What pyproject asks for is what the lock installs."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def locked(name):
    lines = (ROOT / name).read_text().splitlines()
    return dict(line.lower().replace("_", "-").split("==") for line in lines if "==" in line)


def asked(pins):
    return dict(re.sub(r"\[.*\]", "", pin).lower().replace("_", "-").split("==") for pin in pins)


def test_every_direct_dependency_is_pinned_and_locked_to_the_same_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    running = asked(project["dependencies"] + extras["demo"])
    developing = asked(extras["train"] + extras["dev"])
    assert running.items() <= locked("requirements.txt").items()
    assert developing.items() <= (locked("requirements.txt") | locked("requirements-dev.txt")).items()


def test_what_runs_in_production_is_locked_apart_from_what_develops_it():
    assert not {"pytest", "mypy", "python-gdcm", "pylibjpeg-libjpeg"} & set(locked("requirements.txt"))
