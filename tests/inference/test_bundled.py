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


def predicted(folder: Path, out: Path) -> dict[str, Any]:
    """What `python -m inference predict FOLDER --json OUT` writes in a process of its own."""
    command = [sys.executable, "-m", "inference", "predict", str(folder), "--json", str(out)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(out.read_text())
    return result


def scores(result: dict[str, Any]) -> list[float]:
    return [image["malignancy"] for image in result["images"]]


@pytest.mark.slow
def test_a_film_exam_read_by_the_command_line_can_be_replayed(
    bundled: Analyst, film_exam: Path, tmp_path: Path
) -> None:
    written = predicted(film_exam, tmp_path / "out.json")
    again = bundled.read_exam([ImageInput(p.name, p) for p in sorted(film_exam.iterdir())]).to_dict()
    assert [image["status"] for image in written["images"]] == ["scored"] * 4
    (exam,) = written["exams"]
    assert exam["reasons"] == [] and written["release"]["digest"] == again["release"]["digest"]
    assert scores(again) == pytest.approx(scores(written), abs=1e-6)
    assert again["exam_score"] == pytest.approx(exam["exam_score"], abs=1e-6)
    assert set(exam["breasts"]) == {"L", "R"} and 1 <= exam["score_band"] <= 10
    assert sum(exam["density"].values()) == pytest.approx(1.0)


@pytest.mark.slow
def test_a_digital_exam_of_pictures_is_read_whole(demo_exam: Path, tmp_path: Path) -> None:
    written = predicted(demo_exam, tmp_path / "out.json")
    assert [image["status"] for image in written["images"]] == ["scored"] * 4
    (exam,) = written["exams"]
    assert exam["suggestion"]["text"] and exam["triage"] in ("low", "intermediate", "elevated")


@pytest.mark.slow
def test_the_breast_with_the_cancer_scores_higher_than_the_other(demo_exam: Path, tmp_path: Path) -> None:
    """No training image is named as CDD-CESM patient 3: left BI-RADS 5, right BI-RADS 2."""
    (exam,) = predicted(demo_exam, tmp_path / "out.json")["exams"]
    assert exam["breasts"]["L"]["score"] > exam["breasts"]["R"]["score"]
