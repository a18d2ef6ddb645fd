"""What an exam's result says of its score: the exam's own curve, its band, what is left open, and in which words."""

from pathlib import Path

import pytest

from inference import phantom
from inference.calibration import Platt
from inference.pipeline import Analyst, ImageInput
from inference.release import ReleaseError
from inference.results import ExamResult
from tests.inference.fakes import MANIFEST_TEXT, brightness_analyst

FURTHER = """
[calibration.exam]
method = "platt"
a = 1.0
b = 0.75
[reference]
name = "the 5 reference exams (tests)"
malignant = [0.5, 0.9]
other = [0.01, 0.2, 0.6]
"""
TEXT = MANIFEST_TEXT.replace("elevated = 0.7", "elevated = 0.7\nalpha = 0.1").replace("[files]", f"{FURTHER}[files]")
SIZE = {"rows": 768, "cols": 576}


def view(side: str, name: str, lesion: bool, **options: object) -> ImageInput:
    at = (150.0 if side == "L" else 425.0, 430.0, 28.0) if lesion else None
    return ImageInput(f"{side}{name}", phantom.dicom(laterality=side, view=name, lesion=at, **SIZE, **options))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Analyst:
    return brightness_analyst(tmp_path_factory.mktemp("judged"), TEXT)


@pytest.fixture(scope="module")
def exam(reader: Analyst) -> ExamResult:
    turned = {"CC": ["A", "R"], "MLO": ["A", "F"]}
    return reader.read_exam(
        [view(s, n, s == "L", PatientOrientation=turned[n] if s == "L" else None) for s in "LR" for n in ("CC", "MLO")]
    )


def test_the_exams_probability_is_by_its_own_curve_and_its_band_is_that_of_the_breast_that_decides(exam) -> None:
    left = exam.breasts["L"]
    logit = Platt(1.0, 0.0).around(left.score)[0]  # without a covariance the interval is the point itself
    assert logit == pytest.approx(left.score)
    odds = left.score / (1 - left.score) * 2.7182818**0.75
    assert exam.exam_score == pytest.approx(odds / (1 + odds)) and exam.exam_score > left.score
    assert exam.score_band == max(breast.band for breast in exam.breasts.values())
    assert exam.band_reference == "the 5 reference exams (tests)"


def test_what_is_left_open_stands_with_its_coverage_and_agrees_with_triage(exam) -> None:
    assert exam.triage == "elevated" and exam.suggestion.open == ("malignant",)
    assert exam.suggestion.confidence == pytest.approx(0.9)
    assert exam.suggestion.abstained or exam.suggestion.category in ("4A", "4B", "4C", "5")


def test_the_sentences_name_side_place_size_and_the_reference(exam) -> None:
    said = exam.explanation
    assert said.startswith("Left breast, ") and "a region marked in CC and MLO" in said and " mm in CC" in said
    assert "Among the 5 reference exams (tests)," in said and "of 2 with cancer score no higher" in said
    findings = {f.view: f for image in exam.images for f in image.findings}
    assert findings["CC"].across in ("outer", "inner", "level") and findings["CC"].height is None
    assert findings["MLO"].height in ("upper", "lower", "level") and findings["MLO"].across is None


def test_images_of_unknown_side_score_the_exam_by_the_highest_and_no_breast(reader, tmp_path: Path) -> None:
    from PIL import Image

    paths = []
    for name, lesion in (("ill", (150.0, 430.0, 28.0)), ("well", None)):
        pixels = phantom.mammogram(lesion=lesion, **SIZE)
        paths.append(tmp_path / f"{name}.png")
        Image.fromarray((pixels / pixels.max() * 255).astype("uint8")).save(paths[-1])
    ill, both = (reader.read_exam([ImageInput(p.stem, p) for p in some]) for some in (paths[:1], paths))
    assert both.scored and both.breasts == {} and both.exam_score == ill.exam_score
    assert [reason.code for reason in both.reasons] == ["side_unknown"]


def test_a_release_without_coverage_leaves_it_unsaid(analyst: Analyst) -> None:
    found = analyst.read_exam([view("L", "CC", True)])
    assert found.suggestion.open == () and found.suggestion.confidence is None and found.band_reference is None


@pytest.mark.parametrize(
    ("was", "bad", "word"),
    [("alpha = 0.1", "alpha = 1.5", "alpha"), ("malignant = [0.5, 0.9]", "malignant = [0.9, 0.5]", "reference")],
)
def test_tables_that_make_no_sense_are_refused_by_name(tmp_path: Path, was: str, bad: str, word: str) -> None:
    with pytest.raises(ReleaseError, match=word):
        brightness_analyst(tmp_path / "r", TEXT.replace(was, bad))
