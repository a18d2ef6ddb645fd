"""Each breast's logits beside the other's: which images are compared, with what, and by which curves they are read then."""

from pathlib import Path

import numpy as np
import pytest

from inference import phantom
from inference.comparison import Comparison, Raw
from inference.datasets.records import Record
from inference.evaluation.compared import judge
from inference.pipeline import ImageInput
from inference.release import ReleaseError
from tests.inference.fakes import MANIFEST_TEXT, brightness_analyst

HALF = Comparison("mean", 0.5)
FOUR = [Raw("R", "CC", 1.0, 3.0), Raw("L", "CC", -1.0, 1.0), Raw("R", "MLO", 2.0, 2.0), Raw("L", "MLO", 0.0, -2.0)]
CURVES = """
[calibration.compared.malignancy]
method = "platt"
a = 2.0
b = 0.0
[calibration.compared.abnormality]
method = "platt"
a = 1.0
b = -1.0
[calibration.compared.exam]
method = "platt"
a = 3.0
b = 0.25
"""
OWN = """
[calibration.compared.malignancy]
method = "platt"
a = 1.0
b = 0.0
covariance = [[0.0, 0.0], [0.0, 0.04]]
[calibration.compared.abnormality]
method = "platt"
a = 1.0
b = -1.0
"""
"""Malignancy as the brightness reader has it for images by themselves: that is how training writes it."""
SIZE = {"rows": 768, "cols": 576}


def test_the_same_view_of_the_other_breast_is_taken_off() -> None:
    said = HALF.of_exam(FOUR)
    assert [one.malignancy for one in said] == [2.0 - 0.0, 0.0 - 1.0, 2.0 + 0.5, -1.0 - 1.0]
    assert [one.abnormality for one in said] == [3.0 - 0.5, 1.0 - 1.5, 2.0 + 1.0, -2.0 - 1.0]
    assert all(one.compared for one in said)


def test_any_view_stands_in_for_one_that_is_not_there() -> None:
    said = HALF.of_exam([FOUR[0], FOUR[3]])
    assert [one.malignancy for one in said] == [2.0 + 0.5, -1.0 - 1.0]
    mean = HALF.of_exam([Raw("R", "MLO", 0.0, 0.0), Raw("L", "CC", 2.0, 2.0), Raw("L", "XCCL", 4.0, 4.0)])
    assert mean[0].malignancy == -1.5  # neither is MLO: the mean of both


def test_abnormality_alone_may_be_held_against_the_other_breast() -> None:
    said = Comparison("mean", 0.5, "abnormality").of_exam(FOUR)
    assert [one.malignancy for one in said] == [2.0, 0.0, 2.0, -1.0]
    assert [one.abnormality for one in said] == [3.0 - 0.5, 1.0 - 1.5, 2.0 + 1.0, -2.0 - 1.0]
    assert all(one.compared for one in said)


def test_two_breasts_of_which_nobody_said_which_is_the_left_are_each_others_other() -> None:
    said = HALF.of_exam([Raw("one", "MLO", 1.0, 3.0), Raw("other", "MLO", 0.0, 0.0), Raw(None, "MLO", 4.0, 4.0)])
    assert [one.malignancy for one in said] == [2.0 - 0.0, 0.0 - 1.0, 4.0]
    assert [one.compared for one in said] == [True, True, False]


@pytest.mark.parametrize("side", [None, "B", "R"])
def test_an_image_without_its_other_breast_is_judged_by_itself(side) -> None:
    said = HALF.of_exam([Raw(side, "CC", 1.0, 3.0), Raw(side, "MLO", 0.0, 1.0)])
    assert [(one.malignancy, one.abnormality, one.compared) for one in said] == [(2.0, 3.0, False), (0.5, 1.0, False)]


def test_a_release_that_says_nothing_judges_as_ever() -> None:
    said = Comparison.of({"breast": "mean"}).of_exam(FOUR)
    assert [(one.malignancy, one.abnormality) for one in said] == [(raw.malignancy, raw.abnormality) for raw in FOUR]
    assert not any(one.compared for one in said) and Comparison().table() == {}
    for one in (HALF, Comparison("mean", 0.5, "abnormality")):
        assert Comparison.of(one.table()) == one


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"evidence": "gut"}, "none of malignancy, mean"),
        ({"other_breast": 1.5}, "between 0 and 1"),
        ({"compares": "density"}, "none of both, abnormality"),
    ],
)
def test_a_table_that_means_nothing_is_refused(table, said) -> None:
    with pytest.raises(ValueError, match=said):
        Comparison.of(table)


def test_a_set_is_judged_exam_by_exam() -> None:
    def record(patient: str, side: str, dataset: str = "film") -> Record:
        return Record(dataset, f"{patient}{side}", None, patient, side, "MLO", True, True, None)  # type: ignore[arg-type]

    records = [record("a", "L"), record("b", "L"), record("a", "R"), record("a", "R", "digital"), record("c?", "R")]
    said = judge(records, np.arange(5.0), np.arange(5.0), HALF)
    assert said.compared.tolist() == [True, False, True, False, False]
    assert said.malignancy.tolist() == [-1.0, 1.0, 2.0, 3.0, 4.0]


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory):
    """The brightness reader as it is, and one that holds each breast against the other."""
    pooling = '[pooling]\nevidence = "mean"\nother_breast = 0.5'
    text = MANIFEST_TEXT.replace("[pooling]", pooling).replace("[files]", f"{CURVES}[files]")
    return brightness_analyst(tmp_path_factory.mktemp("alone")), brightness_analyst(
        tmp_path_factory.mktemp("beside"), text
    )


def test_an_exam_of_both_breasts_is_read_by_the_compared_curves(readers) -> None:
    alone, beside = readers
    places = {"L": (150.0, 430.0, 28.0), "R": None}
    images = [
        ImageInput(side, phantom.dicom(laterality=side, view="CC", lesion=at, seed=3, **SIZE))
        for side, at in places.items()
    ]
    raw = {one.key: (e.malignancy, e.abnormality) for one, e in _evidence(alone, images)}
    own = {key: sum(both) / 2 for key, both in raw.items()}
    less = {"L": own["L"] - own["R"] / 2, "R": own["R"] - own["L"] / 2}
    exam = beside.read_exam(images)
    assert {i.key: i.malignancy for i in exam.images} == {k: pytest.approx(_sigmoid(2 * v)) for k, v in less.items()}
    assert exam.exam_score == pytest.approx(_sigmoid(3 * max(less.values()) + 0.25))
    assert exam.breasts["L"].score == pytest.approx(_sigmoid(2 * less["L"]))
    assert "held against the other's" in exam.explanation
    one = beside.read_exam(images[:1])
    curve = beside.rules.alone
    assert one.images[0].malignancy == pytest.approx(curve.malignancy.probability(own["L"]))
    assert one.exam_score == pytest.approx(curve.exam.probability(own["L"]))
    assert "held against" not in one.explanation
    # the map is the image's own, whatever stands beside it
    assert np.array_equal(one.images[0].saliency, exam.images[0].saliency)
    assert one.images[0].findings == exam.images[0].findings


def test_an_exam_in_which_abnormality_alone_is_compared_keeps_its_score(tmp_path: Path) -> None:
    alone = brightness_analyst(tmp_path / "alone")
    pooling = '[pooling]\nother_breast = 0.5\ncompares = "abnormality"'
    text = MANIFEST_TEXT.replace("[pooling]", pooling).replace("[files]", f"{OWN}[files]")
    beside = brightness_analyst(tmp_path / "beside", text)
    images = [
        ImageInput(side, phantom.dicom(laterality=side, view="CC", lesion=at, seed=3, **SIZE))
        for side, at in {"L": (150.0, 430.0, 28.0), "R": None}.items()
    ]
    own, exam = alone.read_exam(images), beside.read_exam(images)
    raw = {one.key: e.abnormality for one, e in _evidence(alone, images)}
    assert exam.exam_score == own.exam_score and exam.explanation == own.explanation
    assert [i.malignancy for i in exam.images] == [i.malignancy for i in own.images]
    assert {i.key: i.abnormality for i in exam.images} == {
        "L": pytest.approx(_sigmoid(raw["L"] - raw["R"] / 2 - 1.0)),
        "R": pytest.approx(_sigmoid(raw["R"] - raw["L"] / 2 - 1.0)),
    }


def _evidence(analyst, images):
    from inference.admission import admit

    for image in images:
        admitted = admit(image, analyst.rules)
        yield image, analyst.examine(admitted.tensor)


def _sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def test_a_release_that_compares_must_bring_the_curves(tmp_path: Path) -> None:
    text = MANIFEST_TEXT.replace("[pooling]", "[pooling]\nother_breast = 0.5")
    with pytest.raises(ReleaseError, match="compared"):
        brightness_analyst(tmp_path, text)
