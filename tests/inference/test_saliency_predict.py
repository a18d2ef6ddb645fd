"""`predict --saliency METHOD` writes further maps on the stored grid, and what `predict` writes is what `evaluate` scores."""

import json
import sys

import numpy as np
import pytest
from PIL import Image

from inference.__main__ import main
from inference.cli import predict
from inference.evaluation import metrics
from tests.inference import sets

LESION = (70.0, 120.0, 18.0)


@pytest.fixture(autouse=True)
def brightness(monkeypatch, analyst):
    """The brightness release reads, whatever is bundled."""
    monkeypatch.setattr(predict, "load", lambda release, device: analyst)


@pytest.fixture
def women(tmp_path):
    """Six women's breasts as pictures, a bright lesion in every third left one."""
    for number in range(6):
        for side in "LR":
            lesion = LESION if side == "L" and number % 3 == 0 else None
            sets.write_image(tmp_path / "in" / f"w{number}" / f"{side}-MLO.png", side, "MLO", lesion, number)
    return tmp_path


def said(women, *more, ends=0):
    out = women / "out.json"
    assert main(["predict", str(women / "in"), "--json", str(out), *more]) == ends
    return json.loads(out.read_text())


def test_maps_of_other_methods_lie_on_the_lesion_of_the_stored_picture(women):
    folder = women / "in" / "w0"
    methods = ["--saliency", "input-x-gradient", "--saliency", "brightness"]
    assert main(["predict", str(folder), "--json", str(women / "o.json"), "--out", str(women / "maps"), *methods]) == 0
    [left] = [i for i in json.loads((women / "o.json").read_text())["images"] if i["laterality"] == "L"]
    assert set(left["maps"]) == {"input-x-gradient", "brightness"}
    for path in left["maps"].values():
        cells = np.asarray(Image.open(path))
        assert cells.shape == (32, 32) and cells.max() == 255
        row, col = np.unravel_index(int(cells.argmax()), cells.shape)
        assert np.hypot(col * 8 + 3.5 - LESION[0], row * 8 + 3.5 - LESION[1]) < LESION[2] + 8


@pytest.mark.parametrize(
    ("more", "told"),
    [(["--saliency", "tea-leaves", "--out", "x"], "no saliency method tea-leaves"), (["--saliency", "grad-cam"], "--out DIR")],
)  # fmt: skip
def test_what_cannot_be_mapped_is_refused_before_anything_is_read(women, capsys, more, told):
    assert main(["predict", str(women / "in"), *more]) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1


def test_without_captum_the_refusal_is_one_line(women, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "captum", None)
    more = ["--saliency", "integrated-gradients", "--out", str(women / "maps")]
    assert main(["predict", str(women / "in" / "w0"), *more]) == 2
    assert (
        capsys.readouterr().err.strip() == "gradient maps need captum: pip install 'overread[train]', or use evidence"
    )


def test_what_predict_writes_is_what_evaluate_scores(women, capsys, monkeypatch):
    monkeypatch.setattr(metrics, "RESAMPLES", 50)
    answer = said(women)
    rows = ["file,patient,malignant"]
    rows += [f"w{n}/{side}-MLO.png,p{n},{int(side == 'L' and n % 3 == 0)}" for n in range(6) for side in "LR"]
    (women / "labels.csv").write_text("\n".join(rows) + "\n")
    capsys.readouterr()
    assert (
        main(["evaluate", "--predictions", str(women / "out.json"), "--labels", str(women / "labels.csv"), "--json"])
        == 0
    )
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["questions"]}
    assert {one["status"] for one in answer["images"]} == {"scored"}
    assert found["malignant, images"]["n"] == 12 and found["malignant, breasts"]["n"] == 12
    assert found["malignant, exams"]["n"] == 6 and found["malignant, exams"]["positives"] == 2
    assert found["malignant, images"]["figures"][0]["value"] == 1.0
