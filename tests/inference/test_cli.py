"""`python -m inference` reads exams, lists releases and measures itself, from an empty environment."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from inference import phantom
from inference.__main__ import main
from inference.cli import NOTICE, predict
from inference.cli.files import given
from inference.pipeline import Analyst


@pytest.fixture
def exam(tmp_path: Path) -> Path:
    """Four views as files."""
    folder = tmp_path / "exam"
    folder.mkdir()
    for side in "LR":
        for view in ("CC", "MLO"):
            lesion = (150.0, 430.0, 28.0) if side == "L" else None
            data = phantom.dicom(laterality=side, view=view, lesion=lesion, rows=768, cols=576)
            (folder / f"{side}{view}.dcm").write_bytes(data)
    return folder


@pytest.fixture(autouse=True)
def brightness(monkeypatch: pytest.MonkeyPatch, analyst: Analyst) -> None:
    """Commands load the brightness release, whatever is bundled."""
    monkeypatch.setattr(predict, "load", lambda release, device: analyst)


def test_predict_says_in_words_what_it_found_and_that_it_is_no_diagnosis(
    exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (exam / "RMLO.dcm").unlink()
    assert main(["predict", str(exam)]) == 0
    out = capsys.readouterr().out
    assert NOTICE in out and "f1: " in out and "! RMLO missing" in out and "BI-RADS-like" in out


@pytest.mark.parametrize(
    ("name", "side", "view"),
    [
        ("L-CC.jpg", "L", "CC"),
        ("P35_R_DM_MLO.jpg", "R", "MLO"),
        ("rmlo.png", "R", "MLO"),
        ("left_cc.png", "L", "CC"),
        ("mdb001.png", None, None),
        ("normal_IM0003.jpg", None, None),
        ("CLOUD.png", None, None),
    ],
)
def test_side_and_view_are_read_from_a_pictures_name_only_where_they_stand_there(
    tmp_path: Path, name: str, side: str | None, view: str | None
) -> None:
    (tmp_path / name).touch()
    (image,) = given([tmp_path / name])
    assert (image.laterality, image.view) == (side, view)


def test_an_unknown_command_lists_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose"]) == 2
    assert "predict" in capsys.readouterr().err
    assert main([]) == 0


@cache
def torch_loaded_by(code: str) -> bool:
    """Whether a fresh interpreter has torch after running `code`."""
    check = f"import sys\n{code}\nprint('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    return run.stdout.strip().splitlines()[-1] == "True"


@pytest.mark.parametrize(
    "code",
    [
        "import inference.results",
        "import inference.release; inference.release.releases()",
        "import inference.dicom, inference.presentation, inference.breast, inference.saliency",
        "import inference.phantom",
        "from inference.__main__ import main; main(['--help'])",
        "from inference.__main__ import main; main(['releases'])",
    ],
)
def test_what_the_web_process_may_import_loads_no_torch(code: str) -> None:
    assert torch_loaded_by("import inference.device")
    assert not torch_loaded_by(code)
