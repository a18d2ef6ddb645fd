"""`evaluate --predictions OUT --labels CSV`: matched exactly, scored at every level, refused with a reason."""

import csv
import json
import re

import numpy as np
import pytest

from inference.evaluation import metrics
from inference.evaluation.cli import main

COLUMNS = [
    "file",
    "patient",
    "laterality",
    "view",
    "age",
    "vendor",
    "malignant",
    "abnormal",
    "density",
    "x0",
    "y0",
    "x1",
    "y1",
]
LESION = [100.0, 100.0, 140.0, 150.0]


def image(number, side, malignancy, marked):
    box = LESION if marked else [300.0, 300.0, 320.0, 320.0]
    return {
        "file": f"/data/exam{number}/{side}.png",
        "sha256": f"{number:03d}{side}".ljust(64, "0").lower(),
        "exam": f"e{number}",
        "laterality": side,
        "view": "MLO",
        "status": "scored",
        "reason": None,
        "malignancy": malignancy,
        "abnormality": min(1.0, malignancy + 0.1),
        "density": {"A": 0.1, "B": 0.6, "C": 0.2, "D": 0.1},
        "regions": [{"id": "f1", "polygon": [], "box": box, "score": malignancy}],
        "saliency": None,
    }


def exam(number, images):
    scores = {one["laterality"]: one["malignancy"] for one in images}
    breasts = {side: {"score": score, "band": 1} for side, score in scores.items()}
    return {
        "id": f"e{number}",
        "images": [i["file"] for i in images],
        "exam_score": max(scores.values()),
        "breasts": breasts,
    }


def predictions(gain=2.0, seed=0, women=40):
    """Every third woman has a cancer in her left breast, found by a mark on every other of these."""
    rng = np.random.default_rng(seed)
    images, exams = [], []
    for number in range(women):
        pair = []
        for side in "LR":
            ill = side == "L" and number % 3 == 0
            chance = float(1 / (1 + np.exp(-(rng.normal() + gain * ill - 2))))
            pair.append(image(number, side, chance, ill and number % 2 == 0))
        images += pair
        exams.append(exam(number, pair))
    return {"release": {"name": "tested", "version": "1", "digest": "0"}, "images": images, "exams": exams}


def labels(women=40):
    rows = []
    for number in range(women):
        for side in "LR":
            ill = side == "L" and number % 3 == 0
            box = LESION if ill else [""] * 4
            rows.append([f"exam{number}/{side}.png", f"p{number}", side, "MLO", 45 + number % 30, "AB"[number % 2],
                         int(ill), int(ill), "BC"[number % 5 == 0], *box])  # fmt: skip
    return rows


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Intervals by a hundred draws: these tests look at what is asked, not at the third digit."""
    monkeypatch.setattr(metrics, "RESAMPLES", 100)


@pytest.fixture
def files(tmp_path):
    """Writes predictions and labels, returns the command line that scores them."""

    def write(told=None, rows=None, columns=COLUMNS, *more):
        out, table = tmp_path / "out.json", tmp_path / "labels.csv"
        out.write_text(json.dumps(told or predictions()))
        with table.open("w", newline="") as stream:
            csv.writer(stream).writerows([columns, *(rows if rows is not None else labels())])
        return ["--predictions", str(out), "--labels", str(table), *more]

    return write


def scored(arguments, capsys):
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def figures(found):
    return {f["name"]: f for one in found["questions"] for f in one["figures"]} | {
        f["name"]: f for f in found["figures"]
    }


def test_images_breasts_exams_density_and_lesions_are_scored(files, capsys):
    found = scored(files(), capsys)
    named = {one["name"]: one for one in found["questions"]}
    assert {name: one["n"] for name, one in named.items()} == {
        "malignant, images": 80, "abnormal, images": 80, "malignant, breasts": 80, "malignant, exams": 40,
    }  # fmt: skip
    assert all(one["positives"] == 14 for one in named.values())
    told = figures(found)
    assert told["malignant, images: AUC"]["value"] == told["malignant, breasts: AUC"]["value"] > 0.8
    assert told["density: accuracy"]["value"] == 0.8 and told["density: right or one letter off"]["value"] == 1.0
    assert found["warnings"] == []
    assert all(figure["low"] <= figure["value"] <= figure["high"] for figure in told.values())


def test_the_area_is_that_of_the_scores_and_lesions_are_those_marked(files, capsys):
    told = predictions()
    for one in told["images"]:
        one["malignancy"] = 0.9 if one["file"] in {f"/data/exam{n}/L.png" for n in range(0, 40, 3)} else 0.1
        one["regions"][0]["score"] = one["malignancy"]
    found = figures(scored(files(told), capsys))
    assert found["malignant, images: AUC"]["value"] == 1.0
    name = "lesions found at 0.25 false marks an image, 14 lesions"
    assert found[name]["value"] == 0.5


def test_subgroups_come_with_a_warning_where_they_are_small(files, capsys):
    [one] = [q for q in scored(files(), capsys)["questions"] if q["name"] == "malignant, images"]
    parts = {(part["by"], part["value"]): part for part in one["subgroups"]}
    assert parts["laterality", "R"]["figure"] is None and "no AUC" in parts["laterality", "R"]["warning"]
    assert "too few" in parts["vendor", "A"]["warning"] and parts["vendor", "A"]["n"] == 40
    assert {value for by, value in parts if by == "age"} == {"under 50", "50 to 59", "60 to 69", "70 and over"}
    assert ("view", "MLO") not in parts  # all of one view: the whole is no subgroup


def test_points_of_the_release_and_points_by_hand_are_judged_with_three_intervals(files, capsys):
    found = scored([*files(), "--cuts-of", "overread-lite0-mil", "--cut", "0.5"], capsys)
    [one] = [q for q in found["questions"] if q["name"] == "malignant, exams"]
    points = {point["name"]: point for point in one["operating_points"]}
    assert "the release's sensitive" in points and points["cut 0.5"]["cut"] == 0.5
    [sensitivity] = [s for s in points["cut 0.5"]["shares"] if s["name"] == "sensitivity"]
    assert sensitivity["n"] == 14 and sensitivity["exact"][0] <= sensitivity["wilson"][0] <= sensitivity["value"]
    assert sensitivity["bootstrap"][1] <= 1


def test_predictive_values_state_their_prevalence_and_may_be_had_at_another(files, tmp_path, capsys):
    page = tmp_path / "report.html"
    found = scored([*files(), "--prevalence", "0.006", "--html", str(page)], capsys)
    [one] = [q for q in found["questions"] if q["name"] == "malignant, images"]
    for told in one["operating_points"]:
        assert told["prevalence"] == one["positives"] / one["n"] and told["elsewhere"]["prevalence"] == 0.006
        [ppv, npv] = told["elsewhere"]["figures"]
        [here] = [s["value"] for s in told["shares"] if s["name"] == "PPV"]
        assert ppv["value"] < here and npv["value"] > 0.99
    assert "at a prevalence of 0.006" in page.read_text() and "prevalence of 0." in page.read_text()


def test_two_models_are_compared_on_the_same_images(files, tmp_path, capsys):
    other = predictions(gain=0.0, seed=5)
    other["release"]["name"] = "weaker"
    other["images"][1] |= {"status": "not_scored", "malignancy": None}
    (tmp_path / "other.json").write_text(json.dumps(other))
    found = scored([*files(), "--against", str(tmp_path / "other.json")], capsys)["comparisons"]
    [normal, drawn] = [gap for gap in found if gap["name"].startswith("malignant, images")]
    assert "tested 1 minus weaker 1" in normal["name"] and normal["n"] == 79
    assert normal["value"] == drawn["value"] > 0 and drawn["p"] is None and normal["p"] < 0.05


def test_the_report_is_one_file_with_every_plot_and_warning(files, tmp_path, capsys):
    told = predictions()
    told["images"][0] |= {"status": "not_scored", "malignancy": None, "density": None}
    page = tmp_path / "report.html"
    assert main([*files(told), "--html", str(page), "--json", str(tmp_path / "report.json")]) == 0
    text = page.read_text()
    assert "1 labelled images were not scored, 1 of them malignant" in text
    assert {"ROC", "Precision and recall", "Reliability", "FROC"} <= set(re.findall(r'aria-label="([^"]*)"', text))
    assert not re.search(r"(src|href)=|url\(|@import", text)
    assert "not for clinical use" in text and "tested 1" in capsys.readouterr().out
    assert json.loads((tmp_path / "report.json").read_text())["title"] == "tested 1"


def test_a_name_in_a_file_is_only_text_in_the_report(files, tmp_path):
    told = predictions()
    told["release"]["name"] = "<script>alert(1)</script>"
    assert main([*files(told), "--html", str(tmp_path / "report.html")]) == 0
    assert "<script" not in (tmp_path / "report.html").read_text()


def test_without_patients_the_exams_are_taken_for_them_and_it_is_said(files, capsys):
    columns = ["file", "malignant"]
    rows = [[row[0], row[6]] for row in labels()]
    found = scored(files(None, rows, columns), capsys)
    assert "no patient column" in found["warnings"][0]


def test_labels_may_name_the_bytes_and_a_lesion_may_be_a_circle(files, capsys):
    columns = ["sha256", "malignant", "x", "y", "radius"]
    rows = [[one["sha256"].upper(), int(lesion[0] != ""), *lesion]
            for one, lesion in zip(predictions()["images"], [(120, 125, 20) if r[6] else ("",) * 3 for r in labels()], strict=True)]  # fmt: skip
    found = figures(scored(files(None, rows, columns), capsys))
    assert found["lesions found at 2 false marks an image, 14 lesions"]["value"] == 0.5


def test_two_rows_of_one_image_are_two_lesions(files, capsys):
    rows = labels()
    rows.append([*rows[0][:9], 10, 10, 20, 20])
    assert "lesions found at 1 false marks an image, 15 lesions" in figures(scored(files(None, rows), capsys))


BAD_LABELS = [
    (lambda rows: [*rows, ["exam99/L.png", *rows[0][1:]]], "exam99/L.png has a label but no prediction"),
    (lambda rows: [["L.png", *rows[0][1:]]], "fits 40 predicted images"),
    (lambda rows: [*rows, rows[1]], "is there twice"),
    (lambda rows: [*rows, [*rows[0][:6], 0, *rows[0][7:]]], "twice with different labels"),
    (lambda rows: [[*rows[0][:6], "maybe", *rows[0][7:]]], "malignant is 'maybe'"),
    (lambda rows: [[*rows[0][:8], "E", *rows[0][9:]]], "density is 'E'"),
    (lambda rows: [[*rows[0][:4], "old", *rows[0][5:]]], "line 2"),
    (lambda rows: [[*rows[0][:9], 1, 2, "", 4]], "must all be numbers"),
    (lambda rows: [], "has no rows"),
    (lambda rows: [row for row in rows if not row[6]], "2 patients|two patients|answer no question|lesions"),
]


@pytest.mark.parametrize(("change", "said"), BAD_LABELS)
def test_labels_that_do_not_fit_are_refused_in_one_line(files, capsys, change, said):
    code = main(files(None, change(labels())))
    told = capsys.readouterr()
    if code == 0:  # benign images alone still answer the question of density
        assert "no AUC without two patients" in told.out
        return
    assert code == 2 and re.search(said, told.err) and told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told["images"][0].update(malignancy=1.5), "not a probability"),
        (lambda told: told["images"][0].update(malignancy=float("nan")), "not a probability"),
        (lambda told: told["images"][0].pop("status"), "status is missing"),
        (lambda told: told.pop("release"), "release is missing"),
        (lambda told: told["images"][0]["regions"].append({"score": 0.5}), "box or polygon"),
    ],
)
def test_predictions_that_are_none_are_refused_in_one_line(files, capsys, change, said):
    told = predictions()
    change(told)
    assert main(files(told)) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


@pytest.mark.parametrize("columns", [["patient", "malignant"], ["file", "patient"]])
def test_a_missing_column_is_named(files, capsys, columns):
    assert main(files(None, [["x", "1"]], columns)) == 2
    assert "lacks" in capsys.readouterr().err


def test_one_way_of_asking_at_a_time(files, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["overread-lite0-mil", "mias", *files()])
    assert stop.value.code == 2
    with pytest.raises(SystemExit):
        main(files()[:2])
