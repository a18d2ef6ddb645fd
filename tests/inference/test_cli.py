"""`python -m inference` reads exams, lists releases and measures itself, from an empty environment."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference import phantom
from inference.__main__ import main
from inference.cli import NOTICE, bench, predict
from inference.cli.files import inputs
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
    monkeypatch.setattr(bench, "load", lambda release, device: analyst)


def test_predict_prints_the_whole_result_as_json(exam: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(exam), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["notice"] == NOTICE
    assert {image["key"] for image in result["images"]} == {"LCC.dcm", "LMLO.dcm", "RCC.dcm", "RMLO.dcm"}
    assert result["breasts"]["L"]["score"] > result["breasts"]["R"]["score"]


def test_predict_says_in_words_what_it_found_and_that_it_is_no_diagnosis(
    exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (exam / "RMLO.dcm").unlink()
    assert main(["predict", str(exam)]) == 0
    out = capsys.readouterr().out
    assert NOTICE in out and "f1: " in out and "! RMLO missing" in out and "BI-RADS-like" in out


def test_predict_draws_the_map_and_the_outline_over_the_lesion(exam: Path, tmp_path: Path) -> None:
    assert main(["predict", str(exam), "--out", str(tmp_path / "out")]) == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "LCC.dcm.png",
        "LMLO.dcm.png",
        "RCC.dcm.png",
        "RMLO.dcm.png",
    ]
    picture = np.asarray(Image.open(tmp_path / "out" / "LCC.dcm.png")).astype(int)
    red = picture[..., 0] - picture[..., 2]
    assert picture.shape == (768, 576, 3) and red[430, 150] > 60
    assert red[100, 500] == 0


def test_predict_reads_pictures_by_the_side_and_view_in_their_names(
    demo_exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(demo_exam), "--json"]) == 0
    images = json.loads(capsys.readouterr().out)["images"]
    assert [(i["laterality"], i["view"], i["scored"]) for i in images] == [
        (side, view, True) for side in "LR" for view in ("CC", "MLO")
    ]


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
    (image,) = inputs([tmp_path / name])
    assert (image.laterality, image.view) == (side, view)


def test_predict_tells_apart_nothing_to_score_and_nothing_to_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.dcm").write_bytes(b"junk")
    assert main(["predict", str(tmp_path / "x.dcm")]) == 3
    assert "Not scored" in capsys.readouterr().out
    assert main(["predict", str(tmp_path / "gone")]) == 1
    assert "neither a file nor a folder" in capsys.readouterr().err


def test_bench_compares_an_exam_with_the_network_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--runs", "1", "--rows", "512", "--cols", "384"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["total"] >= figures["network"] > 0
    assert figures["forward"] > 0 and figures["exam_over_forward_cpu"] > 1


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
