"""A read as DICOM objects: what another viewer makes of them, under whose identifiers, and who gets them."""

import io
import zipfile

import highdicom as hd
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.sr.codedict import codes
from pydicom.uid import SecondaryCaptureImageStorage

from inference import phantom
from portal.audit.models import Event
from portal.base.errors import Refused
from portal.exams.models import Exam
from portal.practices.models import Membership
from portal.reading.body import digest_of
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from tests.portal.cases.story import LEAKS, a_case, a_run, suspicious
from tests.portal.tomosynthesis import tomosynthesis
from tests.portal.viewer.filing import file_exam

pytestmark = pytest.mark.django_db
POINTS = {
    "point": [[10, 20]],
    "ellipse": [[50, 60], [58, 60], [50, 80]],
    "length": [[1, 2], [4, 6]],
    "pencil": [[5, 5], [6, 7], [8, 9]],
}


@pytest.fixture
def case(cast):
    exam = file_exam(cast.northside)
    a_run(exam)
    return a_case(exam, cast.alice)


def drawn(exam):
    """A suspicious read whose mass is marked on both left views, the MLO twice, and whose second finding is marked nowhere."""
    body = suspicious()
    views = {image.view: str(image.pk) for image in exam.images.filter(laterality="L")}
    marks = [("ellipse", "CC"), ("length", "MLO"), ("point", "MLO")]
    body["findings"][0]["marks"] = [
        {"id": f"k{at}", "image": views[view], "tool": tool, "points": POINTS[tool], "mm": 12.3 if at == 1 else None}
        for at, (tool, view) in enumerate(marks)
    ]
    plain = {
        **body["findings"][0],
        "id": "m2",
        "kind": "calcifications",
        "descriptors": {},
        "marks": [],
        "size_mm": None,
    }
    body["findings"].append(plain)
    return body


def a_read(case, reader):
    read = begin(case=case, user=reader)
    return save_draft(read=read, version=read.version, data=drawn(case.exam))


def fetch(cast, who, read, **asked):
    return cast.client(who).get(f"/api/v1/reads/{read.pk}/objects/", asked)


def objects(answer):
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: dcmread(io.BytesIO(archive.read(name))) for name in archive.namelist()}


def by_view(states, exam):
    of = {image.sop_uid: f"{image.laterality}{image.view}" for image in exam.images.all()}
    return {
        of[state.ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID]: state
        for state in states
    }


def test_each_marked_image_has_a_presentation_state_with_the_marks_where_they_were_drawn(cast, case):
    found = objects(fetch(cast, "rosa", a_read(case, cast.rosa)))
    states = by_view([one for name, one in found.items() if name.startswith("gsps")], case.exam)
    assert set(states) == {"LCC", "LMLO"}
    [ellipse] = states["LCC"].GraphicAnnotationSequence[0].GraphicObjectSequence
    # Major axis first; the corner of the first pixel is 0, our marks count from its centre.
    assert (ellipse.GraphicType, ellipse.GraphicData) == ("ELLIPSE", [50.5, 40.5, 50.5, 80.5, 42.5, 60.5, 58.5, 60.5])
    line, point = states["LMLO"].GraphicAnnotationSequence[0].GraphicObjectSequence
    assert (line.GraphicType, line.GraphicData, line.GraphicFilled) == ("POLYLINE", [1.5, 2.5, 4.5, 6.5], "N")
    assert (point.GraphicType, point.GraphicData) == ("POINT", [10.5, 20.5])
    labels = [text.UnformattedTextValue for text in states["LMLO"].GraphicAnnotationSequence[0].TextObjectSequence]
    assert labels == ["1 mass 12.3 mm", "1 mass"]


def test_the_report_is_read_back_with_its_findings_sizes_and_regions(cast, case):
    read = a_read(case, cast.rosa)
    lock(read=read, actor=cast.rosa, version=read.version)
    report = hd.sr.ComprehensiveSR.from_dataset(objects(fetch(cast, "rosa", read))["report.dcm"])
    assert (report.CompletionFlag, report.VerificationFlag) == ("COMPLETE", "UNVERIFIED")
    groups = report.content.get_planar_roi_measurement_groups()
    assert len(groups) == 3
    assert {str(group.tracking_identifier) for group in groups} == {"Finding 1"}
    assert len({group.tracking_uid for group in groups}) == 1
    assert {group.finding_type.meaning for group in groups} == {"Mammographic breast mass"}
    sizes = {group.get_measurements()[0].value for group in groups}
    assert sizes == {12.0}
    regions = {group.reference_type.meaning for group in groups}
    assert regions == {"Image Region"}
    ellipse = next(group.roi for group in groups if group.roi.graphic_type.value == "ELLIPSE")
    assert np.allclose(ellipse.value, [[50.5, 40.5], [50.5, 80.5], [42.5, 60.5], [58.5, 60.5]])
    plain = {str(group.tracking_identifier): group for group in report.content.get_image_measurement_groups()}
    assert set(plain) == {"Breast L", "Breast R", "Exam", "Finding 2"}
    said = {one.name.meaning: one.value.value for one in plain["Breast L"].get_qualitative_evaluations()}
    assert said == {"Assessment Category": "4B", "Breast composition": "B", "Recall": codes.SCT.Yes.value}


def as_stack(image, frames):
    """The image becomes a tomosynthesis with a header as a unit writes it: windows and positions in each frame's groups."""
    header = dcmread(io.BytesIO(tomosynthesis("L", "CC", frames=frames, native=True)), stop_before_pixels=True)
    type(image).objects.filter(pk=image.pk).update(
        frames=frames, header=header.to_json_dict(), sop_class_uid=header.SOPClassUID
    )


def test_marks_on_a_stack_refer_to_their_slice_and_those_of_the_whole_to_none(cast, case):
    stack = case.exam.images.get(laterality="L", view="CC")
    as_stack(stack, 40)
    body = drawn(case.exam)
    [mark] = [one for one in body["findings"][0]["marks"] if one["image"] == str(stack.pk)]
    body["findings"][0]["marks"] = [{**mark, "frame": 12}, {**mark, "id": "k8", "frame": 31}, {**mark, "id": "k9"}]
    read = begin(case=case, user=cast.rosa)
    read = save_draft(read=read, version=read.version, data=body)
    assert [one.get("frame") for one in read.body["findings"][0]["marks"]] == [12, 31, None]
    found = objects(fetch(cast, "rosa", read))
    state = found["gsps-1.dcm"]
    references = [
        one.ReferencedImageSequence[0].get("ReferencedFrameNumber") for one in state.GraphicAnnotationSequence
    ]
    assert references == [None, 12, 31]
    assert all(len(one.GraphicObjectSequence) == 1 for one in state.GraphicAnnotationSequence)
    [window] = state.SoftcopyVOILUTSequence  # the first frame's own, of an image that has none for the whole
    assert (window.WindowCenter, window.WindowWidth) == (2001, 4000) and state.RescaleSlope == 1
    assert state.Laterality == "L"
    frames = [one.get("ReferencedFrameNumber") for one in sources(found["report.dcm"])]
    assert frames == [12, 31, None]


def test_a_film_without_orientation_and_spacing_is_written_down_all_the_same(cast, case):
    for image in case.exam.images.all():
        header = {tag: value for tag, value in image.header.items() if tag not in ("00200020", "00181164", "00080060")}
        type(image).objects.filter(pk=image.pk).update(header=header, sop_class_uid=SecondaryCaptureImageStorage)
    found = objects(fetch(cast, "rosa", a_read(case, cast.rosa)))
    assert set(found) == {"gsps-1.dcm", "gsps-2.dcm", "report.dcm"}
    evidence = found["report.dcm"].CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    assert sum(len(one.ReferencedSOPSequence) for one in evidence) == 4


def sources(item):
    """The image references of regions in a report, in its order."""
    for below in item.get("ContentSequence", ()):
        if item.get("ValueType") == "SCOORD" and below.ValueType == "IMAGE":
            yield below.ReferencedSOPSequence[0]
        yield from sources(below)


@pytest.mark.parametrize("change", [{"frame": 2}, {"frame": 0}, {"image": "00000000-0000-4000-8000-000000000000"}])
def test_a_mark_on_a_slice_that_is_not_there_is_refused(cast, case, change):
    body = drawn(case.exam)
    body["findings"][0]["marks"][0] |= change
    read = begin(case=case, user=cast.rosa)
    with pytest.raises(Refused):
        save_draft(read=read, version=read.version, data=body)


def test_landmarks_are_kept_with_the_read_and_locked_with_it_and_a_read_without_them_is_as_before(cast, case):
    image = str(case.exam.images.get(laterality="L", view="CC").pk)
    marks = [
        {"id": "n1", "image": image, "tool": "nipple", "points": [[9.5, 40.0]], "mm": None, "proposed": True},
        {"id": "p1", "image": image, "tool": "pectoral", "points": [[1.0, 2.0], [30.0, 90.0]], "mm": None},
    ]
    read = begin(case=case, user=cast.rosa)
    read = save_draft(read=read, version=read.version, data=drawn(case.exam))
    assert "landmarks" not in read.body
    read = save_draft(read=read, version=read.version, data={**drawn(case.exam), "landmarks": marks})
    assert read.body["landmarks"] == marks
    with pytest.raises(Refused):
        save_draft(read=read, version=read.version, data={**read.body, "landmarks": [{**marks[0], "tool": "length"}]})
    lock(read=read, actor=cast.rosa, version=read.version)
    read.refresh_from_db()
    assert read.body["landmarks"] == marks and read.digest == digest_of(read.body)


def test_the_same_read_is_the_same_instances_and_another_content_others(cast, case):
    read = a_read(case, cast.rosa)
    first, again = (objects(fetch(cast, "rosa", read)) for _ in range(2))
    uids = [{name: one.SOPInstanceUID for name, one in each.items()} for each in (first, again)]
    assert uids[0] == uids[1] and len(set(uids[0].values())) == 3
    body = drawn(case.exam)
    body["text"] = "Another word."
    read.refresh_from_db()
    save_draft(read=read, version=read.version, data=body)
    assert objects(fetch(cast, "rosa", read))["report.dcm"].SOPInstanceUID != uids[0]["report.dcm"]


def test_objects_name_the_pseudonym_and_tell_nothing_of_the_suggestion(cast, case, recwarn):
    answer = fetch(cast, "rosa", a_read(case, cast.rosa))
    for one in objects(answer).values():
        assert one.PatientID == case.exam.patient.pseudonym
        assert not any(leak in str(one) for leak in LEAKS)
    assert not any(case.exam.patient.pseudonym in str(one.message) for one in recwarn)
    [event] = Event.objects.filter(verb="read.exported")
    assert (event.case_id, event.exam_id) == (str(case.pk), str(case.exam_id))
    assert event.detail["objects"] == ["gsps-1.dcm", "gsps-2.dcm", "report.dcm"]


@pytest.mark.parametrize(("who", "code"), [("rufus", 404), ("charlie", 404), ("alice", 404), (None, 403)])
def test_a_read_that_is_not_open_to_somebody_is_not_there(cast, case, who, code):
    assert fetch(cast, who, a_read(case, cast.rosa)).status_code in (code, 401 if who is None else code)
    assert not Event.objects.filter(verb="read.exported").exists()


def test_a_read_without_marks_is_a_report_alone_and_an_empty_one_says_so(cast, case):
    read = begin(case=case, user=cast.rosa)
    empty = fetch(cast, "rosa", read)
    assert empty.status_code == 400 and "says nothing yet" in empty.json()["detail"]
    save_draft(read=read, version=read.version, data=suspicious())
    assert set(objects(fetch(cast, "rosa", read))) == {"report.dcm"}


@pytest.fixture
def handed_in(cast):
    """An exam that came in through the door, so that its identity is sealed here; the case is read by its clinician's practice."""
    from portal.intake.services import close_submission, open_submission, receive

    submission = open_submission(practice=cast.northside, sender=cast.alice, way="browser")
    for seed, view in enumerate(("CC", "MLO")):
        data = phantom.dicom(
            laterality="L", view=view, rows=256, cols=192, seed=seed, PatientName="Doe^Jane", PatientID="MRN-77",
            PatientBirthDate="19600102", StudyInstanceUID="1.2.3.4", SeriesInstanceUID="1.2.3.4.1",
            SOPInstanceUID=f"1.2.3.4.1.{seed}", AccessionNumber="ACC-9", StudyDate="20200304",
        )  # fmt: skip
        receive(file=io.BytesIO(data), name=f"{view}.dcm", submission=submission, sender=cast.alice)
    close_submission(submission)
    return a_case(Exam.objects.get(practice=cast.northside), cast.alice)


def test_under_the_senders_identifiers_the_archive_that_sent_the_exam_knows_it(cast, handed_in):
    read = a_read(handed_in, cast.rosa)
    assert fetch(cast, "rosa", read, identity="original").status_code == 403
    give_role(cast.rosa, cast.northside, "coordinator")
    found = objects(fetch(cast, "rosa", read, identity="original"))
    for one in found.values():
        assert (one.PatientID, str(one.PatientName), one.PatientBirthDate) == ("MRN-77", "Doe^Jane", "19600102")
        assert (one.StudyInstanceUID, one.AccessionNumber, one.StudyDate) == ("1.2.3.4", "ACC-9", "20200304")
    referenced = found["gsps-1.dcm"].ReferencedSeriesSequence[0]
    assert referenced.SeriesInstanceUID == "1.2.3.4.1"
    assert referenced.ReferencedImageSequence[0].ReferencedSOPInstanceUID in ("1.2.3.4.1.0", "1.2.3.4.1.1")
    assert Event.objects.filter(verb="identity.opened", exam_id=str(handed_in.exam_id)).count() == 1


def give_role(user, practice, role):
    Membership.objects.create(user=user, practice=practice, role=role)


def test_an_identity_that_is_not_kept_is_said(cast, case):
    read = a_read(case, cast.rosa)
    give_role(cast.rosa, cast.northside, "coordinator")
    answer = fetch(cast, "rosa", read, identity="original")
    assert answer.status_code in (400, 409) and "not kept here" in answer.json()["detail"]
