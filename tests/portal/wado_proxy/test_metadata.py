"""Metadata and whole instances: what is filed, for whom it is visible to, each answer in the trail."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from pydicom import Dataset, dcmread

from portal.audit.models import Event
from tests.portal.viewer.filing import file_exam
from tests.portal.wado_proxy.parts import body_of, parts_of

pytestmark = pytest.mark.django_db
STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*'


@pytest.fixture
def exam(cast):
    return file_exam(cast.northside)


def study(exam):
    return f"/dicomweb/studies/{exam.study_uid}"


def instance(image):
    return f"{study(image.exam)}/series/{image.series_uid}/instances/{image.sop_uid}"


def test_metadata_is_the_filed_header_without_pixels(cast, exam):
    image = exam.images.first()
    answer = cast.client("rosa").get(f"{instance(image)}/metadata")
    assert answer.headers["Content-Type"] == "application/dicom+json"
    [found] = answer.json()
    dataset = Dataset.from_json(found)
    assert (dataset.Rows, dataset.Columns) == (image.rows, image.columns)
    assert dataset.AvailableTransferSyntaxUID == image.transfer_syntax_uid
    assert "PixelData" not in dataset
    event = Event.objects.get(verb="exam.opened")
    assert (event.subject_id, event.exam_id, event.patient_id) == (str(image.pk), str(exam.pk), str(exam.patient_id))


def test_a_studys_metadata_holds_every_instance(cast, exam):
    image = exam.images.first()
    assert len(cast.client("rosa").get(f"{study(exam)}/metadata").json()) == 4
    assert len(cast.client("rosa").get(f"{study(exam)}/series/{image.series_uid}/metadata").json()) == 1


@pytest.mark.parametrize("rest", ["/metadata", "", "/series/2.25.9/metadata", "/series/2.25.9/instances/2.25.9"])
@pytest.mark.parametrize("who", ["charlie", "otto"])
def test_a_stranger_gets_404_and_the_refusal_is_written_down(cast, exam, who, rest):
    assert cast.client(who).get(study(exam) + rest).status_code == 404
    assert Event.objects.filter(outcome="refused", actor_id=str(getattr(cast, who).pk)).count() == 1


@pytest.mark.parametrize("accept, code", [("application/dicom+json", 200), ("application/dicom+xml", 406)])
def test_metadata_is_json_only_and_says_so(cast, exam, accept, code):
    answer = cast.client("rosa").get(f"{study(exam)}/metadata", headers={"Accept": accept})
    assert answer.status_code == code


def test_an_unchanged_header_answers_304(cast, exam):
    client = cast.client("rosa")
    etag = client.get(f"{study(exam)}/metadata").headers["ETag"]
    assert client.get(f"{study(exam)}/metadata", headers={"If-None-Match": etag}).status_code == 304
    assert Event.objects.filter(verb="exam.opened").count() == 2


def test_an_instance_is_the_stored_file(cast, exam):
    image = exam.images.first()
    [(headers, data)] = parts_of(cast.client("rosa").get(instance(image), headers={"Accept": STORED}))
    with default_storage.open(image.object_key) as file:
        assert data == file.read()
    assert headers["Content-Type"] == f"application/dicom; transfer-syntax={image.transfer_syntax_uid}"
    bare = cast.client("rosa").get(instance(image), headers={"Accept": "application/dicom; transfer-syntax=*"})
    assert dcmread(BytesIO(body_of(bare))).SOPClassUID == image.sop_class_uid


def test_a_study_is_retrieved_whole(cast, exam):
    answer = cast.client("rosa").get(study(exam), headers={"Accept": STORED})
    assert len(parts_of(answer)) == 4
    assert Event.objects.get(verb="exam.retrieved").detail == {"images": 4}


def test_uncompressed_files_are_refused_with_what_to_ask_for(cast, exam):
    answer = cast.client("rosa").get(instance(exam.images.first()), headers={"Accept": "application/dicom"})
    assert answer.status_code == 406
    assert "transfer-syntax=*" in answer.json()["detail"]
