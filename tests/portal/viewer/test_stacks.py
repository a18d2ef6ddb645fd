"""What the manifest says of the frames of a multi-frame image."""

import pytest
from pydicom.dataset import Dataset

from portal.exams.elements import Elements
from portal.viewer.stacks import stack


def item(**keywords):
    dataset = Dataset()
    for keyword, value in keywords.items():
        setattr(dataset, keyword, value)
    return dataset


def tomosynthesis(places, *, thickness=1, between=None, cosines=(0, 1, 0, 0, 0, -1)):
    """A Breast Tomosynthesis header whose slices lie at `places` (mm) along the x axis of the patient."""
    measures = item(PixelSpacing=[0.1, 0.1], SliceThickness=thickness)
    if between is not None:
        measures.SpacingBetweenSlices = between
    shared = item(
        PixelMeasuresSequence=[measures], PlaneOrientationSequence=[item(ImageOrientationPatient=list(cosines))]
    )
    frames = [item(PlanePositionSequence=[item(ImagePositionPatient=[place, 7, 3])]) for place in places]
    header = item(Modality="MG", SharedFunctionalGroupsSequence=[shared], PerFrameFunctionalGroupsSequence=frames)
    return Elements(header.to_json_dict())


def flat(**keywords):
    return Elements(item(**keywords).to_json_dict())


def test_the_distance_between_slices_is_measured_from_their_positions():
    found = stack(tomosynthesis([0, -0.9, -1.8, -2.7], between=1), 4)
    assert found == {
        "kind": "tomosynthesis", "spacing_mm": 0.9, "thickness_mm": 1, "source": "the slices' positions", "rate": None,
    }  # fmt: skip


def test_only_the_way_along_the_normal_counts():
    slanted = tomosynthesis([0, 1, 2], cosines=(0, 1, 0, 0.6, 0, -0.8))
    assert stack(slanted, 3)["spacing_mm"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("places", "why"), [([0, 1, 3], "uneven"), ([0, 1], "one frame tells no place"), ([2, 2, 2], "all in one place")]
)
def test_positions_that_give_no_one_distance_leave_it_to_the_header(places, why):
    found = stack(tomosynthesis(places, between=1.5), 3)
    assert (found["spacing_mm"], found["source"]) == (1.5, "Spacing Between Slices"), why


def test_slices_as_thick_as_they_are_apart_where_only_thickness_is_told():
    found = stack(flat(Modality="MG", SliceThickness=2), 9)
    assert (found["spacing_mm"], found["thickness_mm"]) == (2, 2)
    assert found["source"].startswith("Slice Thickness")


def test_nothing_is_made_up_where_the_header_says_nothing():
    found = stack(flat(Modality="MG", SliceThickness=0), 9)
    assert (found["spacing_mm"], found["thickness_mm"], found["source"]) == (None, None, "")


@pytest.mark.parametrize(
    ("elements", "rate"),
    [
        ({"FrameTime": 40}, 25),
        ({"FrameTime": 40, "CineRate": 20}, 20),
        ({"RecommendedDisplayFrameRate": 15, "CineRate": 20}, 15),
        ({}, None),
    ],
)
def test_an_ultrasound_clip_has_a_rate_and_no_millimetres(elements, rate):
    found = stack(flat(Modality="US", SliceThickness=1, **elements), 30)
    assert (found["kind"], found["rate"], found["spacing_mm"]) == ("clip", rate, None)


def test_an_image_of_one_frame_is_no_stack():
    assert stack(flat(Modality="MG", SliceThickness=1), 1) is None
