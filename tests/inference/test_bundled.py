"""The bundled release reads real exams through the command line, and says the same again when replayed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from inference.pipeline import Analyst, ImageInput, load
from inference.release import releases

pytestmark = pytest.mark.skipif(not releases(), reason="no release is bundled")


@pytest.fixture(scope="module")
def bundled() -> Analyst:
    """The newest bundled release."""
    return load()


def predicted(folder: Path) -> dict[str, Any]:
    """What `python -m inference predict FOLDER --json` prints in a process of its own."""
    command = [sys.executable, "-m", "inference", "predict", str(folder), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(run.stdout)
    return result


def scores(result: dict[str, Any]) -> list[float]:
    return [image["malignancy"] for image in result["images"]] + [result["exam_score"]]


@pytest.mark.slow
def test_a_film_exam_read_by_the_command_line_can_be_replayed(bundled: Analyst, film_exam: Path) -> None:
    printed = predicted(film_exam)
    again = bundled.read_exam([ImageInput(p.name, p) for p in sorted(film_exam.iterdir())]).to_dict()
    assert [image["scored"] for image in printed["images"]] == [True] * 4 and printed["reasons"] == []
    assert printed["release"] == again["release"] and printed["input_hash"] == again["input_hash"]
    assert scores(again) == pytest.approx(scores(printed), abs=1e-6)
    assert set(printed["breasts"]) == {"L", "R"} and 1 <= printed["score_band"] <= 10
    assert sum(printed["density"].values()) == pytest.approx(1.0)


@pytest.mark.slow
def test_a_digital_exam_of_pictures_is_read_whole(demo_exam: Path) -> None:
    printed = predicted(demo_exam)
    assert [image["scored"] for image in printed["images"]] == [True] * 4
    assert printed["suggestion"]["text"] and printed["triage"] in ("low", "intermediate", "elevated")
