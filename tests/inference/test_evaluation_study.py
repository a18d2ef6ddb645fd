"""`evaluate --scores`: a reader study gives its areas, its readers' mean and its comparisons."""

import csv
import json

import numpy as np
import pytest

from inference.evaluation import metrics
from inference.evaluation.cli import main
from tests.inference.conftest import SHARED


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Intervals by a hundred draws: these tests look at what is asked, not at the third digit."""
    monkeypatch.setattr(metrics, "RESAMPLES", 100)


@pytest.fixture
def study(tmp_path):
    """120 exams, three readers, two models of which the first is the better one."""
    rng = np.random.default_rng(0)
    truth = rng.random(120) < 0.4
    rows = [
        [n // 2, int(ill), *np.clip(rng.normal(0.3 + 0.3 * ill, 0.3, 3), 0, 1), rng.normal(2.0 * ill), rng.normal()]
        for n, ill in enumerate(truth)
    ]
    path = tmp_path / "study.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([["patient", "label", "Reader1", "Reader2", "Reader3", "AI_a", "AI_b"], *rows])
    return path


def test_a_study_gives_areas_the_readers_mean_and_every_comparison(study, capsys):
    assert main(["--scores", str(study), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found["questions"]] == ["AI_a", "AI_b"]
    *readers, mean, left_out = found["figures"]
    assert len(readers) == 3 and mean["name"].startswith("readers' mean") and "3 readers" in mean["method"]
    assert mean["value"] == pytest.approx(np.mean([reader["value"] for reader in readers]))
    assert left_out["value"] == mean["value"] and "jackknife" in left_out["method"]
    assert left_out["high"] - left_out["low"] == pytest.approx(mean["high"] - mean["low"], rel=0.1)
    both = [gap["method"].split(",")[0] for gap in found["comparisons"] if gap["name"].startswith("AI_b minus readers")]
    assert both == ["Obuchowski-Rockette", "Dorfman-Berbaum-Metz (jackknife over patients)"]
    gaps = {gap["name"]: gap for gap in found["comparisons"]}
    assert gaps["AI_a minus AI_b, AUC"]["low"] > 0
    assert gaps["AI_b minus readers' mean, AUC"]["high"] < 0
    names = {figure["name"] for one in found["questions"] for figure in one["figures"]}
    assert not any("Brier" in name for name in names)  # these scores claim to be no probabilities


def test_the_report_draws_the_readers_behind_the_models(study, tmp_path):
    page = tmp_path / "report.html"
    assert main(["--scores", str(study), "--html", str(page)]) == 0
    first = page.read_text().split("</svg>")[0]
    assert first.count("<polyline") == 2 + 3 and first.count(">readers<") == 1
    assert 'style="fill:#1f6feb">AI_a<' in first


def test_readers_with_and_without_help_are_compared_as_two_modalities(study, tmp_path, capsys):
    rows = list(csv.reader(study.open()))
    head, *rest = rows
    helped = [[*row, *(float(row[n]) + 0.5 * float(row[5]) for n in (2, 3, 4))] for row in rest]
    with study.open("w", newline="") as stream:
        csv.writer(stream).writerows([[*head, "Aided1", "Aided2", "Aided3"], *helped])
    page = tmp_path / "report.html"
    assert main(["--scores", str(study), "--aided", "Aided*", "--json", "--html", str(page)]) == 0
    found = json.loads(capsys.readouterr().out)
    gaps = [gap for gap in found["comparisons"] if gap["name"] == "readers' mean with help minus without, AUC"]
    means = {f["name"].split(":")[0]: f["value"] for f in found["figures"] if f["name"].startswith("readers' mean")}
    assert [gap["value"] for gap in gaps] == pytest.approx(
        [means["readers' mean with help"] - means["readers' mean"]] * 2
    )
    assert gaps[0]["low"] > 0 and gaps[0]["p"] < 0.01 and gaps[1]["p"] == pytest.approx(gaps[0]["p"], rel=1)
    assert "with help minus without" in page.read_text() and "jackknife over patients" in page.read_text()
    assert main(["--scores", str(study), "--aided", "Aided1"]) == 2
    assert "in both ways" in capsys.readouterr().err


def test_one_reader_is_no_sample_of_readers(study, capsys):
    assert main(["--scores", str(study), "--readers", "Reader1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "no sample" in found["warnings"][0]
    assert [gap["name"] for gap in found["comparisons"]] == ["AI_a minus AI_b, AUC"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--truth", "outcome"], "no column outcome"),
        (["--readers", "Dr*", "--models", "Net*"], "no column like"),
        (["--groups", "vendor"], "no column vendor"),
    ],
)
def test_a_column_that_is_not_there_is_named(study, capsys, more, said):
    assert main(["--scores", str(study), *more]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("cell", ["", "high", "nan"])
def test_a_cell_that_is_no_number_is_named(study, capsys, cell):
    text = study.read_text().splitlines()
    text[3] = ",".join([*text[3].split(",")[:-1], cell])
    study.write_text("\n".join(text) + "\n")
    assert main(["--scores", str(study)]) == 2
    assert "AI_b" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_gives_the_nyu_study_its_published_figures(tmp_path, capsys):
    path = SHARED / "reader-study" / "results.csv"
    if not path.is_file():
        pytest.skip("../shared/data/reader-study is not here")
    models = "AI_G*"
    assert main(["--scores", str(path), "--patient", "case_ID", "--models", models, "--groups", "side"]) == 0
    told = capsys.readouterr().out
    assert "AI_GMIC_top5_POM: AUC: 0.881 (" in told and "AI_GLAM_POM: AUC: 0.853 (" in told
    assert "readers' mean: AUC (readers from 0.705 to 0.860): 0.779 (" in told
    assert "AI_GMIC_top5_POM minus readers' mean, AUC: +0.102 (+0.057 to +0.148)" in told
    assert "AI_GMIC_top5_POM, side R: AUC 0.860" in told
