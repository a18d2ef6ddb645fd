"""Handing in by the REST API: what becomes of each file, and who may do and see what."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from inference import phantom
from portal.analysis.models import Run
from portal.audit.models import Event
from portal.exams.models import Exam, Image
from portal.intake.models import Upload
from portal.intake.tasks import unpack


def as_upload(data, name="image.dcm"):
    return SimpleUploadedFile(name, data, content_type="application/dicom")


def small(**keywords):
    return phantom.dicom(rows=160, cols=128, **keywords)


def hand_in(client, *files):
    return client.post("/api/v1/exams/", {"files": list(files)})


def four_views(**keywords):
    study = {"StudyInstanceUID": "1.2.3.4", **keywords}
    return [
        as_upload(small(laterality=side, view=view, **study), f"{side}{view}.dcm")
        for side in "LR"
        for view in ("CC", "MLO")
    ]


def test_four_views_become_one_exam_whose_analysis_is_asked_for(cast):
    answer = hand_in(cast.client("alice"), *four_views())
    assert answer.status_code == 201, answer.content
    assert answer.json()["sums"] == {"received": 0, "filed": 4, "duplicate": 0, "unpacked": 0, "refused": 0}
    exam = Exam.objects.get()
    assert answer.json()["exams"] == [str(exam.pk)]
    assert sorted(str(image) for image in exam.images.all()) == ["LCC", "LMLO", "RCC", "RMLO"]
    assert exam.revision == 4
    assert Run.objects.get(exam=exam).revision == 4


def test_the_same_bytes_answer_with_the_first_image(cast):
    data = small()
    hand_in(cast.client("alice"), as_upload(data))
    again = hand_in(cast.client("cora"), as_upload(data)).json()["uploads"][0]
    assert again["state"] == "duplicate"
    assert again["image"] == str(Image.objects.get().pk)


def test_the_same_bytes_in_another_practice_are_its_own_image(cast):
    data = small()
    first = hand_in(cast.client("alice"), as_upload(data)).json()["uploads"][0]
    second = hand_in(cast.client("charlie"), as_upload(data)).json()["uploads"][0]
    assert (first["state"], second["state"]) == ("filed", "filed")
    assert Image.objects.values("sop_uid").distinct().count() == 2


def test_an_instance_uid_with_other_pixels_is_refused(cast):
    hand_in(cast.client("alice"), as_upload(small(seed=1, SOPInstanceUID="1.2.9")))
    other = hand_in(cast.client("alice"), as_upload(small(seed=2, SOPInstanceUID="1.2.9"))).json()["uploads"][0]
    assert (other["state"], other["code"]) == ("refused", "other-pixels")
    assert "SOP Instance UID" in other["say"]


def test_an_instance_with_a_corrected_header_and_the_same_pixels_is_recognised(cast):
    uids = {"SOPInstanceUID": "1.2.9", "StudyInstanceUID": "1.2.4"}
    hand_in(cast.client("alice"), as_upload(small(**uids)))
    again = hand_in(cast.client("alice"), as_upload(small(**uids, SeriesDescription="anew"))).json()["uploads"][0]
    assert again["state"] == "duplicate"


def test_a_study_of_another_patient_is_refused(cast):
    hand_in(cast.client("alice"), as_upload(small(StudyInstanceUID="1.2.4")))
    other = hand_in(cast.client("alice"), as_upload(small(StudyInstanceUID="1.2.4", PatientID="SOMEBODY-ELSE")))
    assert other.json()["uploads"][0]["code"] == "other-patient"


@pytest.mark.parametrize(("who", "code"), [("alice", 201), ("cora", 201), ("rosa", 403), ("otto", 403), (None, 401)])
def test_only_clinicians_and_coordinators_hand_in(cast, who, code):
    assert hand_in(cast.client(who), as_upload(small())).status_code == code


@pytest.mark.parametrize(("who", "code"), [("alice", 200), ("rosa", 200), ("ada", 404), ("charlie", 404), (None, 401)])
def test_an_exam_is_seen_only_by_those_of_its_practice_who_work_with_exams(cast, who, code):
    hand_in(cast.client("alice"), as_upload(small()))
    exam = Exam.objects.get()
    client = cast.client(who)
    assert client.get(f"/api/v1/exams/{exam.pk}/").status_code == code
    assert client.get(f"/api/v1/exams/{exam.pk}/images/").status_code == code


@pytest.mark.parametrize(("who", "code"), [("alice", 200), ("cora", 404), ("charlie", 404)])
def test_a_submission_is_seen_only_by_its_sender(cast, who, code):
    submission = hand_in(cast.client("alice"), as_upload(small())).json()
    assert cast.client(who).get(f"/api/v1/submissions/{submission['id']}/").status_code == code
    assert cast.client(who).get(f"/api/v1/submissions/{submission['id']}/uploads/").status_code == code
    assert cast.client(who).post(f"/api/v1/submissions/{submission['id']}/finish/").status_code == code


def test_a_refused_access_is_written_down(cast):
    submission = hand_in(cast.client("alice"), as_upload(small())).json()
    cast.client("charlie").get(f"/api/v1/submissions/{submission['id']}/")
    assert Event.objects.filter(chain=str(cast.southside.pk), outcome="refused").exists()


def test_files_can_be_added_one_by_one_and_the_submission_finished(cast):
    client = cast.client("alice")
    opened = client.post("/api/v1/submissions/").json()
    for file in four_views():
        assert client.post(f"/api/v1/submissions/{opened['id']}/files/", {"files": file}).status_code == 201
    assert not Run.objects.exists()
    finished = client.post(f"/api/v1/submissions/{opened['id']}/finish/").json()
    assert finished["finished_at"]
    assert Run.objects.count() == 1
    late = client.post(f"/api/v1/submissions/{opened['id']}/files/", {"files": as_upload(small())})
    assert late.status_code == 409


def zipped(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_zip_waits_for_a_worker_and_then_each_of_its_files_has_a_row(cast):
    entries = {
        "exam/LCC.dcm": small(), "exam/readme.txt": b"hello", "../../etc/passwd": small(seed=3),
        "exam/inner.zip": zipped({"a": b"b"}), "__MACOSX/exam/._LCC.dcm": b"x",
    }  # fmt: skip
    answer = hand_in(cast.client("alice"), as_upload(zipped(entries), "exam.zip")).json()
    assert answer["sums"]["received"] == 1
    assert answer["finished_at"] is None
    unpack(answer["uploads"][0]["id"])
    after = cast.client("alice").get(f"/api/v1/submissions/{answer['id']}/").json()
    codes = {row["name"]: (row["state"], row["code"]) for row in after["uploads"]}
    assert codes == {
        "exam.zip": ("unpacked", ""), "LCC.dcm": ("filed", ""), "readme.txt": ("refused", "not-dicom"),
        "passwd": ("refused", "zip-path"), "inner.zip": ("refused", "zip-nested"),
    }  # fmt: skip
    assert after["finished_at"]
    assert Run.objects.count() == 1


def test_unpacking_that_was_interrupted_goes_on_where_it_stopped(cast):
    answer = hand_in(cast.client("alice"), as_upload(zipped({"a.dcm": small()}), "exam.zip")).json()
    upload_id = answer["uploads"][0]["id"]
    unpack(upload_id)
    Upload.objects.filter(pk=upload_id).update(state="received")  # as if its worker had died before the last step
    unpack(upload_id)
    assert Upload.objects.filter(state="filed").count() == 1
    assert Image.objects.count() == 1
