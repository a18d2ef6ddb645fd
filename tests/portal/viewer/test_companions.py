"""Ultrasound and MRI of the same woman: filed by themselves, never scored, listed beside her mammograms, nothing of her name kept."""

import io

import numpy as np
import pytest
from django.core.files.storage import default_storage
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from portal.analysis import releases, services
from portal.analysis.models import Run
from portal.audit.models import Event
from portal.base.errors import Refused
from portal.cases.services import Request, open_case
from portal.exams.models import Exam, Image
from tests.portal.filing import hand_in, small
from tests.portal.viewer.companion_files import mri, region, ultrasound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def release(monkeypatch):
    """A release by its facts alone: no model reads these exams."""
    monkeypatch.setattr(services, "bundled", lambda: releases.Facts("test", "0", "0" * 64, {}))


@pytest.fixture
def mammogram(cast):
    """The woman's mammogram, handed in by alice."""
    hand_in(cast.client("alice"), small(PatientID="PAT-1", IssuerOfPatientID=None, StudyDate="20200301"))
    return Exam.objects.get()


def manifest(cast, who, exam):
    return cast.client(who).get(f"/api/v1/exams/{exam.pk}/manifest/")


def states(answer):
    return [(one["state"], one["code"]) for one in answer["uploads"]]


def test_ultrasound_and_mri_become_exams_of_their_own_of_the_same_woman(cast, mammogram):
    hand_in(cast.client("alice"), ultrasound(), *mri())
    assert sorted(Exam.objects.values_list("modality", flat=True)) == ["MG", "MR", "US"]
    assert set(Exam.objects.values_list("patient", flat=True)) == {mammogram.patient_id}
    assert Exam.objects.get(modality="MR").images.count() == 5


def test_in_the_mammograms_own_study_they_still_do_not_join_its_exam(cast):
    study = generate_uid()
    hand_in(
        cast.client("alice"),
        small(PatientID="PAT-1", IssuerOfPatientID=None, StudyInstanceUID=study),
        ultrasound(study=study),
    )
    exams = Exam.objects.all()
    assert sorted(exam.modality for exam in exams) == ["MG", "US"]
    assert len({exam.study_uid for exam in exams}) == 2
    assert exams.get(modality="MG").images.count() == 1


def test_no_model_is_asked_and_the_page_says_that_it_is_not_scored(cast, mammogram):
    hand_in(cast.client("alice"), ultrasound())
    companion = Exam.objects.get(modality="US")
    assert Run.objects.filter(exam=mammogram).count() == 1
    assert not Run.objects.filter(exam=companion).exists()
    with pytest.raises(Refused, match="Not scored: ultrasound"):
        services.request_run(exam=companion, actor=cast.alice)
    page = cast.client("alice").get(f"/exams/{companion.pk}/").content.decode()
    assert "Not scored: ultrasound" in page
    assert "Ask for a second opinion" not in page
    assert "Missing of the four" not in page


def test_a_companion_is_no_exam_to_ask_about_no_prior_and_no_batch(cast, mammogram):
    hand_in(cast.client("alice"), ultrasound(StudyDate="20100101"))
    companion = Exam.objects.get(modality="US")
    with pytest.raises(Refused, match="opens beside it"):
        open_case(exam=companion, actor=cast.alice, asked=Request(question="?"))
    assert manifest(cast, "rosa", mammogram).json()["priors"] == []
    assert list(Exam.objects.earlier_than(mammogram)) == []


def test_they_are_listed_in_the_manifest_and_hang_nowhere(cast, mammogram):
    hand_in(cast.client("alice"), ultrasound(), ultrasound(frames=4, FrameTime=50, StudyDate="20190303"))
    found = manifest(cast, "rosa", mammogram).json()
    assert [(one["name"][:11], one["say"]) for one in found["companions"]] == [
        ("Ultrasound ", "2 d later"), ("Ultrasound ", "11 m earlier"),
    ]  # fmt: skip
    [still], [clip] = (one["images"] for one in found["companions"])
    assert (still["frames"], still["stack"], still["photometric"]) == (1, None, "RGB")
    assert (clip["frames"], clip["stack"]["kind"], clip["stack"]["rate"]) == (4, "clip", 20)
    assert still["spacing"] == {"mm": [0.1, 0.1], "source": "Ultrasound region, Physical Delta", "calibrated": True}
    assert still["regions"] == [{"box": [40, 20, 120, 100], "mm": [0.1, 0.1]}]
    hung = {cell["image"] for one in found["hanging"]["layouts"] for cell in one["cells"]}
    assert not hung & {still["id"], clip["id"]}
    assert found["exam"]["missing"] == ["RCC", "RMLO", "LMLO"]


def test_a_series_of_mri_is_one_stack_in_the_order_of_its_planes(cast, mammogram):
    hand_in(cast.client("alice"), *mri())
    [companion] = manifest(cast, "rosa", mammogram).json()["companions"]
    [series] = companion["images"]
    assert (series["label"], series["frames"]) == ("MR series 4", 5)
    assert series["stack"] == {
        "kind": "series", "spacing_mm": 2, "thickness_mm": 2, "source": "the slices' positions", "rate": None,
    }  # fmt: skip
    assert series["letters"] == {"left": "A", "right": "P", "top": "H", "bottom": "F"}
    assert series["spacing"]["mm"] == [0.7, 0.8]
    client = cast.client("rosa")
    values = [int.from_bytes(body(client.get(url))[:2], "little") for url in series["frame_urls"]]
    assert values == sorted(values) == [1, 101, 201, 301, 401]


def test_opened_by_itself_each_picture_is_a_step_of_its_own(cast, mammogram):
    hand_in(cast.client("alice"), *mri(), ultrasound())
    found = manifest(cast, "rosa", Exam.objects.get(modality="MR")).json()
    assert found["exam"]["title"].startswith("MRI ")
    assert [image["frames"] for image in found["images"]] == [5]
    assert [one["cells"][0]["image"] for one in found["hanging"]["layouts"]] == [found["images"][0]["id"]]
    assert (found["priors"], found["companions"], found["exam"]["missing"]) == ([], [], [])


def body(answer):
    """The one part of a multipart answer."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.split(b"\r\n\r\n", 1)[1]


def test_a_strangers_eyes_see_none_of_it_and_each_look_is_in_the_trail(cast, mammogram):
    hand_in(cast.client("alice"), ultrasound())
    companion = Exam.objects.get(modality="US")
    [image] = manifest(cast, "rosa", mammogram).json()["companions"][0]["images"]
    assert Event.objects.filter(verb="exam.opened", exam_id=str(companion.pk)).count() == 1
    assert cast.client("charlie").get(image["frame_urls"][0]).status_code == 404
    before = Event.objects.filter(exam_id=str(companion.pk)).count()
    assert cast.client("rosa").get(image["frame_urls"][0]).status_code == 200
    assert Event.objects.filter(exam_id=str(companion.pk)).count() > before
    hand_in(cast.client("charlie"), ultrasound())
    assert len(manifest(cast, "rosa", mammogram).json()["companions"]) == 1


def test_nothing_of_her_name_is_kept_and_text_in_the_pixels_is_flagged(cast):
    hand_in(
        cast.client("alice"),
        ultrasound(BurnedInAnnotation="YES", PatientComments="Jane Doe"),
        ultrasound(patient="PAT-2"),
    )
    for image in Image.objects.all():
        with default_storage.open(image.object_key) as file:
            data = file.read()
        for word in (b"Doe", b"Jane", b"JANE", b"PAT-1", b"PAT-2", b"19610402"):
            assert word not in data
        assert dcmread(io.BytesIO(data)).SequenceOfUltrasoundRegions[0].PhysicalDeltaX == 0.01
    notes = {exam.images.get().burnt_in: exam.notes for exam in Exam.objects.all()}
    assert any("burnt into the pixels" in note for note in notes["yes"])
    assert any("covers what lies outside" in note for note in notes["unknown"])


@pytest.mark.parametrize(
    ("keywords", "code"),
    [
        ({"BodyPartExamined": "KNEE"}, "other-body-part"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "palette"),
        ({"PhotometricInterpretation": "YBR_FULL_422"}, "palette"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.2"}, "not-mammography"),
        ({"NumberOfFrames": 9}, "truncated"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_to_do(cast, keywords, code):
    answer = hand_in(cast.client("alice"), ultrasound(**keywords))
    assert states(answer) == [("refused", code)]
    assert not Exam.objects.exists()


def test_a_colour_mammogram_is_still_refused(cast):
    pixels = np.zeros((160, 128, 3), np.uint8)
    answer = hand_in(
        cast.client("alice"), small(SamplesPerPixel=3, PhotometricInterpretation="RGB", PixelData=pixels.tobytes())
    )
    assert states(answer) == [("refused", "colour")]


def test_a_region_of_something_else_than_tissue_has_no_millimetres(cast, mammogram):
    trace = region(box=(0, 100, 150, 118), RegionSpatialFormat=3)
    broken = Dataset()
    hand_in(cast.client("alice"), ultrasound(SequenceOfUltrasoundRegions=[trace, region(delta=0.02), broken]))
    [image] = manifest(cast, "rosa", mammogram).json()["companions"][0]["images"]
    assert [one["mm"] for one in image["regions"]] == [None, [0.2, 0.2]]
    assert image["spacing"]["mm"] == [0.2, 0.2]
