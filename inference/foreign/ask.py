"""Having a foreign file read by a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from inference.foreign.unpickle import UnreadableError

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 300
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"}


def weights_of(file: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays by their names and the plain settings of a torch file; raises UnreadableError, naming the file."""
    with TemporaryDirectory(prefix="overread-") as folder:
        _ask("state", file, Path(folder))
        arrays = {name: np.asarray(value) for name, value in load_file(Path(folder, "weights.safetensors")).items()}
        return arrays, _told(folder)["settings"]


def calibrator_of(file: Path) -> list[list[float]]:
    """Four numbers a year of a pickled calibrator; raises UnreadableError, naming the file."""
    with TemporaryDirectory(prefix="overread-") as folder:
        _ask("calibrator", file, Path(folder))
        found: list[list[float]] = _told(folder)["calibrator"]
        return found


def _ask(how: str, file: Path, out: Path) -> None:
    if not file.is_file():
        raise UnreadableError(f"{file} is not a file")
    command = [sys.executable, "-B", "-m", "inference.foreign.isolated", how, str(file.resolve()), str(out)]
    try:
        done = subprocess.run(
            command, env=ENVIRONMENT, cwd=out, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(f"{file.name}: reading it took longer than {PATIENCE} s") from error
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["it ended the process that read it"])[-1]
        raise UnreadableError(f"{file.name}: {told}")


def _told(folder: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(Path(folder, "settings.json").read_text(encoding="utf-8"))
    return told
