"""An exam goes in as files and comes out scored, with what stands out marked on the right pixels."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pydicom import uid
from torch import nn

from inference import phantom
from inference.networks import Evidence
from inference.pipeline import Analyst, ImageInput
from inference.results import ExamResult
from inference.saliency import CELL
from tests.inference.fakes import MANIFEST_TEXT, brightness_analyst

VIEWS = [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]
SIZE = {"rows": 768, "cols": 576}


def lesion_at(laterality: str) -> tuple[float, float, float]:
    return (150.0 if laterality == "L" else 425.0, 430.0, 28.0)


def view(side: str, name: str, *, lesion: bool = False, key: str = "", **options: object) -> ImageInput:
    where = lesion_at(side) if lesion else None
    return ImageInput(
        key or f"{side}{name}", phantom.dicom(laterality=side, view=name, lesion=where, **SIZE, **options)
    )


@pytest.fixture(scope="module")
def exam(analyst: Analyst) -> ExamResult:
    """Four views, a lesion in both views of the left breast."""
    return analyst.read_exam([view(side, name, lesion=side == "L") for side, name in VIEWS])


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize(("side", "name"), VIEWS)
def test_saliency_and_outline_land_on_the_lesion(analyst: Analyst, side: str, name: str, inverted: bool) -> None:
    result = analyst.read_exam([view(side, name, lesion=True, inverted=inverted)]).images[0]
    x, y, radius = lesion_at(side)
    assert result.saliency is not None and result.saliency.shape == (96, 72)
    row, col = np.unravel_index(int(result.saliency.argmax()), result.saliency.shape)
    peak = (col * CELL + 3.5, row * CELL + 3.5)
    assert np.hypot(peak[0] - x, peak[1] - y) < radius
    (finding,) = result.findings
    middle = np.mean(np.array(finding.box).reshape(2, 2), axis=0)
    assert np.hypot(*(middle - (x, y))) < radius / 2
    assert 0.4 < (finding.box[2] - finding.box[0]) / (2 * radius) < 2.5


def test_an_image_hung_the_other_way_round_is_marked_where_its_lesion_is(analyst: Analyst) -> None:
    pixels = phantom.mammogram("L", "CC", lesion=lesion_at("L"), **SIZE)[:, ::-1].copy()
    (finding,) = analyst.read_exam([ImageInput("k", phantom.dicom(pixels, laterality="L"))]).images[0].findings
    middle = np.mean(np.array(finding.box).reshape(2, 2), axis=0)
    assert np.hypot(*(middle - (576 - 1 - 150.0, 430.0))) < 14


def test_the_breast_with_the_lesion_scores_higher_and_sets_the_exam(exam: ExamResult) -> None:
    left, right = exam.breasts["L"], exam.breasts["R"]
    assert left.score > 0.9 > right.score and left.band == 10 > right.band
    assert (exam.exam_score, exam.score_band, exam.triage) == (left.score, 10, "elevated")
    assert exam.scored and exam.reasons == ()


def test_the_two_views_of_one_lesion_are_linked_by_ids_that_are_unique(exam: ExamResult) -> None:
    findings = [finding for image in exam.images for finding in image.findings]
    assert [f.id for f in findings] == ["f1", "f2"]
    assert [f.pairs_with for f in findings] == ["f2", "f1"]
    assert {(f.laterality, f.view) for f in findings} == {("L", "CC"), ("L", "MLO")}


def test_a_result_is_json_and_says_the_same_again_for_the_same_input(analyst: Analyst, exam: ExamResult) -> None:
    again = analyst.read_exam([view(side, name, lesion=side == "L") for side, name in VIEWS])
    first, second = (json.loads(json.dumps(replace(r, seconds={}).to_dict())) for r in (exam, again))
    assert first == second
    assert first["release"]["name"] == "brightness" and first["images"][1]["findings"][0]["id"] == "f1"
    assert set(exam.seconds) == {"decode", "network", "saliency", "total"}


def test_the_input_hash_depends_on_pixels_and_keys_and_not_on_their_compression(
    analyst: Analyst, exam: ExamResult
) -> None:
    packed = [view(s, n, lesion=s == "L", transfer_syntax=uid.HTJ2KLosslessRPCL) for s, n in VIEWS]
    assert analyst.read_exam(packed).input_hash == exam.input_hash
    other = [view(s, n, lesion=s == "R") for s, n in VIEWS]
    assert analyst.read_exam(other).input_hash != exam.input_hash


def test_a_missing_view_is_named_and_the_rest_is_read(analyst: Analyst) -> None:
    result = analyst.read_exam([view("R", "CC"), view("L", "CC"), view("L", "MLO")])
    assert result.scored
    assert [(r.code, r.text[:12]) for r in result.reasons] == [("view_missing", "RMLO missing")]


def test_a_view_that_cannot_be_scored_is_named_with_its_reason(analyst: Analyst) -> None:
    raw = view("R", "MLO", PresentationIntentType="FOR PROCESSING")
    result = analyst.read_exam([view("R", "CC"), view("L", "CC"), view("L", "MLO"), raw])
    assert [r.code for r in result.reasons] == ["view_not_scored"] and "For Presentation" in result.reasons[0].text
    assert [i.scored for i in result.images] == [True, True, True, False]
    assert result.images[3].saliency is None and result.images[3].malignancy is None


def test_both_of_two_images_of_one_view_are_scored(analyst: Analyst) -> None:
    twice = [view("L", "CC", key="a"), view("L", "CC", key="b", lesion=True)]
    result = analyst.read_exam(twice)
    assert [i.scored for i in result.images] == [True, True]
    assert result.breasts["L"].score == max(i.malignancy or 0 for i in result.images)


def test_an_exam_in_which_nothing_can_be_scored_has_no_score_and_says_why(analyst: Analyst) -> None:
    result = analyst.read_exam([ImageInput("x", b"not an image", "L", "CC")])
    assert not result.scored and result.suggestion is None and result.exam_score is None and result.breasts == {}
    assert result.reasons[0].code == "nothing_scored"
    assert json.dumps(result.to_dict())


def test_two_images_under_one_key_are_refused(analyst: Analyst) -> None:
    with pytest.raises(ValueError, match="key"):
        analyst.read_exam([view("L", "CC", key="k"), view("R", "CC", key="k")])


def test_progress_is_told_stage_by_stage_up_to_the_end(analyst: Analyst) -> None:
    told: list[tuple[str, float]] = []
    analyst.read_exam([view("L", "CC"), view("R", "CC")], lambda stage, share: told.append((stage, share)))
    assert [stage for stage, _ in told] == ["decode", "network", "decode", "network", "saliency"]
    shares = [share for _, share in told]
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_the_mean_of_the_views_is_taken_where_the_release_says_so(tmp_path: Path) -> None:
    analyst = brightness_analyst(tmp_path / "r", MANIFEST_TEXT.replace('breast = "max"', 'breast = "mean"'))
    result = analyst.read_exam([view("L", "CC", lesion=True), view("L", "MLO")])
    chances = [i.malignancy or 0 for i in result.images]
    assert min(chances) < result.breasts["L"].score < max(chances)


class Broken(nn.Module):
    """Answers NaN."""

    def forward(self, x: torch.Tensor) -> Evidence:
        """x (N, 1, H, W)."""
        nothing = torch.full((len(x),), torch.nan)
        return Evidence(torch.zeros(len(x), 4, 4), nothing, nothing, torch.zeros(len(x), 4))


def test_a_network_that_answers_nan_gives_no_score(analyst: Analyst) -> None:
    with pytest.raises(FloatingPointError):
        Analyst(analyst.release, Broken(), torch.device("cpu")).read_exam([view("L", "CC")])


def test_a_real_film_exam_is_read_and_marked_inside_the_breasts(analyst: Analyst, film_exam: Path) -> None:
    result = analyst.read_exam([ImageInput(p.name, p) for p in sorted(film_exam.glob("*.dcm"))])
    assert result.scored and result.reasons == () and set(result.breasts) == {"L", "R"}
    for image in result.images:
        assert image.saliency is not None and image.saliency.max() > 0
        lit = np.flatnonzero(image.saliency.sum(axis=0))
        away = lit.min() if image.laterality == "R" else image.saliency.shape[1] - 1 - lit.max()
        assert away > 0.2 * image.saliency.shape[1]
