"""The import contracts hold, and a known-bad import breaks each of them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = str(Path(sys.executable).parent / "lint-imports")


def lint(folder):
    done = subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def copy_of_the_tree(tmp_path):
    for name in ("portal", "inference", "pyproject.toml"):
        subprocess.run(["cp", "-r", str(ROOT / name), str(tmp_path / name)], check=True)
    return tmp_path


def test_the_contracts_hold():
    code, said = lint(ROOT)
    assert code == 0, said


@pytest.mark.parametrize(
    "module, line, contract",
    [
        ("portal/exams/selectors.py", "import portal.cases.models", "Apps import downwards only"),
        ("inference/geometry.py", "import django", "inference knows nothing of the web"),
        ("portal/cases/models.py", "import inference.geometry", "Only the runner"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path, module, line, contract):
    folder = copy_of_the_tree(tmp_path)
    with (folder / module).open("a") as file:
        file.write(f"\n{line}\n")
    code, said = lint(folder)
    assert code != 0
    assert f"{contract}" in said.split("Broken contracts")[1]
