"""Band, category and sentence say one thing: what the numbers carry, or that they carry no category."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.explain import explain, one_in
from inference.reference import Reference
from inference.results import ExamResult, Finding, ImageResult, ReleaseRef, Suggestion
from inference.suggestion import CATEGORIES, SUPPORTED, Scale, moved

SCALE = Scale(("1", "3", "4A", "4B", "4C", "5"), (0.1, 0.33, 0.73, 0.96, 0.998), 2, prevalence=0.2, reference=0.01)
REFERENCE = Reference("6 exams of a set", (0.2, 0.5, 0.9), (0.1, 0.3, 0.6))
PAIR = (
    Finding("f1", 0.63, ((0, 0),), (0, 0, 9, 9), 200.0, "L", "MLO", "f2", 63, (21.4, 13.6), "upper", None, "middle"),
    Finding("f2", 0.41, ((0, 0),), (0, 0, 9, 9), 150.0, "L", "CC", "f1", 41, (18.0, 12.2), None, "outer", "middle"),
)


def exam(*findings: Finding, suggestion: Suggestion | None = None) -> ExamResult:
    given_ = suggestion or SCALE.suggest(0.35, (0.34, 0.36), "intermediate")
    images = tuple(ImageResult(f.id, f.laterality, f.view, scored=True, findings=(f,)) for f in findings)
    return ExamResult(ReleaseRef("r", "1", "d"), "h", True, (), 0.35, 8, "intermediate", {}, None, None, given_, images)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_no_band_stands_beside_a_category_that_it_does_not_carry(p: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    triage = "elevated" if p >= high else "intermediate" if p >= low else "low"
    said = SCALE.suggest(p, (p, p), triage)
    if said.abstained:
        assert said.category is None and said.because == "unsupported" and "names no category" in said.text
    else:
        assert said.category in SUPPORTED[triage]


def test_every_band_carries_some_category_and_only_low_carries_nothing_to_see() -> None:
    assert {name for names in SUPPORTED.values() for name in names} == set(CATEGORIES)
    assert [band for band, names in SUPPORTED.items() if "1" in names] == ["low"]
    assert not {"4A", "4B", "4C", "5"} & set(SUPPORTED["low"]) and "3" not in SUPPORTED["elevated"]


def test_a_low_category_in_a_band_that_leaves_cancer_open_is_an_abstention() -> None:
    said = SCALE.suggest(0.05, (0.04, 0.06), "intermediate")
    assert (said.category, said.because) == (None, "unsupported")
    assert "would mean category 1" in said.text and "with and without cancer" in said.text
    assert SCALE.suggest(0.05, (0.04, 0.06), "low").category == "1"


def test_a_wide_interval_is_told_before_anything_else() -> None:
    assert SCALE.suggest(0.2, (0.05, 0.8), "intermediate").because == "wide"


def test_the_probability_is_moved_to_the_reference_prevalence_by_bayes_rule() -> None:
    ill, well, high = 0.01, 0.99, (0.8, 0.1)  # share of each class that scores like this
    here = 0.2 * high[0] / (0.2 * high[0] + 0.8 * high[1])
    there = ill * high[0] / (ill * high[0] + well * high[1])
    assert moved(here, 0.2, 0.01) == pytest.approx(there)
    said = SCALE.suggest(here, (here, here))
    assert said.at_reference == pytest.approx(there) and said.reference_prevalence == 0.01


def test_a_release_that_states_no_prevalence_says_nothing_of_another_one() -> None:
    bare = replace(SCALE, prevalence=None)
    assert bare.suggest(0.3, (0.2, 0.4)).at_reference is None
    assert "1 in" not in (explain(exam(suggestion=bare.suggest(0.35, (0.34, 0.36))), None) or "")


def test_two_views_of_one_region_make_one_sentence_with_quadrant_and_millimetres() -> None:
    said = explain(exam(*PAIR), REFERENCE) or ""
    assert said.startswith(
        "Left breast, upper outer quadrant, middle third: a region marked in MLO and CC, thought to be the same in both "
        "views, about 21 x 14 mm in MLO and 18 x 12 mm in CC, score 63 of 100."
    )
    assert "Exam score 0.35 (95 % interval 0.34 to 0.36), band 8 of 10." in said
    assert "Among 6 exams of a set, 1 of 3 with cancer score no higher, 1 of 3 without no lower." in said
    assert "If 1 in 100 exams held cancer, 1 in 47 that score like this would" in said


def test_what_is_not_known_is_not_said() -> None:
    bare = replace(PAIR[0], pairs_with=None, size_mm=None, height=None, laterality=None)
    said = explain(exam(bare), None) or ""
    assert "unknown side" in said and "unknown size" in said and " mm" not in said and "quadrant" not in said
    assert "nipple" not in said and "Of " not in said


def test_one_view_alone_names_its_half_and_no_quadrant() -> None:
    said = explain(exam(replace(PAIR[0], pairs_with=None)), None) or ""
    assert "above the level of the nipple" in said and "quadrant" not in said and "outer" not in said


def test_nothing_marked_is_said_and_further_regions_are_counted() -> None:
    assert (explain(exam(), None) or "").startswith("No region reaches the level")
    many = [replace(PAIR[0], id=f"g{n}", pairs_with=None, score=0.9 - n / 10) for n in range(4)]
    assert "2 further regions are outlined." in (explain(exam(*many), None) or "")


def test_a_look_at_the_whole_image_is_said_to_be_on_no_map() -> None:
    assert (explain(exam(), None, looked=True) or "").endswith("look at the whole image, which no map shows.")
    assert "whole image" not in (explain(exam(), None) or "")


def test_an_exam_without_a_score_has_no_explanation() -> None:
    assert explain(replace(exam(), exam_score=None), REFERENCE) is None


@pytest.mark.parametrize(
    ("share", "words"), [(0.01, "1 in 100"), (1 / 27, "1 in 27"), (0.0004, "1 in 2500"), (0.6, "60 of 100")]
)
def test_a_rate_is_said_as_one_in_n(share: float, words: str) -> None:
    assert one_in(share) == words


def test_counts_of_the_reference_are_those_of_its_exams() -> None:
    rng = np.random.default_rng(0)
    ill, well = np.sort(rng.random(30).round(1)), np.sort(rng.random(50).round(1))
    found = Reference.of({"name": "x", "malignant": ill.tolist(), "other": well.tolist()})
    for score in (0.0, 0.3, 0.35, 1.0):
        assert (
            found.malignant_as_low(score) == (ill <= score).sum()
            and found.other_as_high(score) == (well >= score).sum()
        )


@pytest.mark.parametrize(
    "bad", [{"other": [0.1]}, {"malignant": [0.2, 0.1], "other": [0.1]}, {"malignant": [], "other": []}]
)
def test_a_reference_that_is_not_whole_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="reference"):
        Reference.of({"name": "x", **bad})


@pytest.mark.parametrize("key", ["prevalence", "reference_prevalence"])
def test_a_prevalence_that_is_no_share_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="prevalence"):
        Scale.of({"categories": ["1", "3"], "cuts": [0.1], key: 1.0})
