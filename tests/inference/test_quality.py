"""What must not be scored is not scored, and the reason tells the radiologist what to do."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from inference import phantom
from inference.admission import Admitted, ImageInput, admit
from inference.breast import find
from inference.dicom import DecodeError, decode
from inference.pipeline import Analyst
from inference.presentation import present
from inference.quality import pixel_reasons
from tests.inference.conftest import SHARED


def codes(analyst: Analyst, data: bytes, **given: str) -> list[str]:
    answer = admit(ImageInput("k", data, **given), analyst.rules)
    return [] if isinstance(answer, Admitted) else [reason.code for reason in answer.reasons]


def view_with(modifier: str) -> Dataset:
    view, change = Dataset(), Dataset()
    view.CodeValue, change.CodeValue = "399162004", modifier
    view.ViewModifierCodeSequence = [change]
    return view


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PresentationIntentType": "FOR PROCESSING"}, "for_processing"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.2.1"}, "for_processing"),
        ({"Modality": "CT"}, "not_mammography"),
        ({"ImageLaterality": None}, "no_laterality"),
        ({"ImageLaterality": "B"}, "no_laterality"),
        ({"ViewPosition": None, "ViewCodeSequence": None}, "no_view"),
        ({"ViewPosition": "ML"}, "unsupported_view"),
        ({"ViewCodeSequence": [view_with("399163009")]}, "magnification"),
        ({"ViewCodeSequence": [view_with("399055006")]}, "spot_compression"),
        ({"ViewCodeSequence": [view_with("399209000")]}, "implant_displaced"),
        ({"ViewCodeSequence": [view_with("399226006")]}, "rolled_medial"),
        ({"BreastImplantPresent": "YES"}, "implant"),
        ({"EstimatedRadiographicMagnificationFactor": "1.8"}, "magnification"),
        ({"PatientOrientation": ["P", "H"]}, "upside_down"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "not_grey"),
    ],
)
def test_a_header_that_rules_out_scoring_gives_its_reason(
    analyst: Analyst, change: dict[str, object], code: str
) -> None:
    assert codes(analyst, phantom.dicom(rows=512, cols=384)) == []
    assert codes(analyst, phantom.dicom(rows=512, cols=384, **change)) == [code]


def cut_off() -> np.ndarray:
    return phantom.mammogram(rows=1000, cols=750)[:, :360]


def saturated() -> np.ndarray:
    image = phantom.mammogram(rows=512, cols=384)
    return np.where(image > 500, 4095, image).astype(np.uint16)


PIXELS = {
    "blank": np.full((512, 384), 700, np.uint16),
    "cut_off": cut_off(),
    "saturated": saturated(),
    "not_a_breast": np.where(np.hypot(*(np.indices((600, 600)) - 300)) < 200, 3000, 0).astype(np.uint16),
    "too_few_pixels": phantom.mammogram(rows=180, cols=140),
    "odd_shape": np.zeros((2000, 300), np.uint16),
}


@pytest.mark.parametrize("code", PIXELS)
def test_pixels_that_rule_out_scoring_give_their_reason(analyst: Analyst, code: str) -> None:
    assert codes(analyst, phantom.dicom(PIXELS[code])) == [code]


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
@pytest.mark.parametrize("slope", ["1e38", "0"])
def test_a_rescale_that_leaves_no_usable_values_makes_the_image_blank(analyst: Analyst, slope: str) -> None:
    data = phantom.dicom(rows=512, cols=384, RescaleSlope=slope, WindowCenter=None, WindowWidth=None)
    assert codes(analyst, data) == ["blank"]


def test_noise_is_not_a_breast(analyst: Analyst) -> None:
    noise = np.random.default_rng(0).integers(0, 4096, (600, 500), dtype=np.uint16)
    assert codes(analyst, phantom.dicom(noise))[0] in ("blank", "not_a_breast")


def test_side_and_view_from_the_caller_win_over_the_header(analyst: Analyst) -> None:
    data = phantom.dicom(rows=512, cols=384, ImageLaterality=None, ViewPosition="ML")
    assert codes(analyst, data, laterality="L", view="CC") == []


@pytest.mark.parametrize(
    ("orientation", "noted"),
    [(None, ["laterality_doubtful"]), (["A", "R"], ["laterality_doubtful"]), (["P", "R"], [])],
)
def test_a_chest_wall_on_the_wrong_side_is_noted_unless_the_header_says_so(
    analyst: Analyst, orientation: list[str] | None, noted: list[str]
) -> None:
    turned = phantom.mammogram("L", "CC", rows=512, cols=384)[:, ::-1].copy()
    image = ImageInput("k", phantom.dicom(turned, laterality="L", PatientOrientation=orientation))
    (result,) = analyst.read_exam([image]).images
    assert result.scored and [reason.code for reason in result.reasons] == noted


def test_a_partial_view_is_scored_with_a_note(analyst: Analyst) -> None:
    image = ImageInput("k", phantom.dicom(rows=512, cols=384, PartialView="YES"))
    (result,) = analyst.read_exam([image]).images
    assert result.scored and [reason.code for reason in result.reasons] == ["partial_view"]


def test_an_unreadable_file_keeps_its_place_and_says_why(analyst: Analyst) -> None:
    answer = admit(ImageInput("broken", b"nothing", "L", "CC"), analyst.rules)
    assert not isinstance(answer, Admitted)
    assert answer.reasons[0].code == "not_an_image" and answer.reasons[0].text.startswith("Not scored: ")


@pytest.mark.filterwarnings("ignore")
def test_most_images_of_other_kinds_are_told_by_their_outline_alone(dicom_files: list[Path]) -> None:
    passed, seen = [], 0
    for path in dicom_files:
        try:
            decoded = decode(path)
        except DecodeError:
            continue
        if (
            decoded.frames == decoded.samples == 1
            and min(decoded.pixels.shape[:2]) >= 100
            and decoded.modality != "MG"
            and "MG1" not in path.name
        ):
            seen += 1
            shown = present(decoded)
            if not pixel_reasons(shown, find(shown)):
                passed.append(path.name)
    assert seen >= 40 and len(passed) <= 4, passed


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mias", "cdd-cesm"])
def test_every_mammogram_of_the_public_sets_is_taken_for_one(name: str) -> None:
    files = sorted((SHARED / name / "images").glob("*"))
    if not files:
        pytest.skip(f"../shared/data/{name} is not here")
    shown = [present(decode(path)) for path in files]
    refused = [path.name for path, image in zip(files, shown, strict=True) if pixel_reasons(image, find(image))]
    assert refused == []
