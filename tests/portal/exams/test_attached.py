"""Presentation states and reports that come in with an exam: graphics, codes and numbers are kept, words and names are not."""

import io
import zipfile

import highdicom as hd
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from inference import phantom
from portal.audit.models import Event
from portal.exams.models import Attached, Exam
from portal.intake.models import Upload
from portal.intake.services import close_submission, open_submission, receive
from tests.portal.cases.story import a_case, a_locked_read, benign

pytestmark = pytest.mark.django_db
MAKER = {"manufacturer": "Other", "manufacturer_model_name": "M", "software_versions": "1", "device_serial_number": "1"}
SECRET = "Doe Jane said so"


@pytest.fixture(autouse=True)
def quiet(recwarn):
    """highdicom warns about names of one part."""


def mammogram(view="CC", **keywords):
    named = {"PatientName": "Doe^Jane", "PatientID": "MRN-77", "StudyInstanceUID": "1.2.3.4"}
    return phantom.dicom(
        laterality="L", view=view, rows=256, cols=192, SeriesInstanceUID="1.2.3.4.1",
        SOPInstanceUID="1.2.3.4.1.1", **(named | keywords),
    )  # fmt: skip


def saved(dataset):
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def state(image, points=((10.5, 20.5), (30.5, 40.5))):
    layer = hd.pr.GraphicLayer("L", order=1)
    line = hd.pr.GraphicObject("POLYLINE", np.array(points), units="PIXEL")
    text = hd.pr.TextObject(SECRET, units="PIXEL", anchor_point=(1.0, 2.0))
    note = hd.pr.GraphicAnnotation([image], layer, graphic_objects=[line], text_objects=[text])
    return hd.pr.GrayscaleSoftcopyPresentationState(
        [image], hd.UID(), 7, hd.UID(), 1, content_label="X", graphic_annotations=[note], graphic_layers=[layer],
        voi_lut_transformations=[hd.pr.SoftcopyVOILUTTransformation(window_center=600, window_width=1200)], **MAKER,
    )  # fmt: skip


def report(image, *, machine=False, kind=hd.sr.ComprehensiveSR):
    person = hd.sr.PersonObserverIdentifyingAttributes(name=f"{SECRET}^")
    device = hd.sr.DeviceObserverIdentifyingAttributes(uid=hd.UID(), name=SECRET)
    who = (codes.DCM.Device, device) if machine else (codes.DCM.Person, person)
    observer = hd.sr.ObserverContext(*who)
    key = "observer_device_context" if machine else "observer_person_context"
    source = hd.sr.SourceImageForRegion(image.SOPClassUID, image.SOPInstanceUID)
    region = hd.sr.ImageRegion("CIRCLE", np.array([[50.5, 60.5], [58.5, 60.5]]), source)
    group = hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        hd.sr.TrackingIdentifier(hd.UID(), SECRET), referenced_region=region, finding_type=codes.SCT.MammographicBreastMass,
        measurements=[hd.sr.Measurement(codes.SCT.Diameter, 12.5, codes.UCUM.Millimeter)],
    )  # fmt: skip
    content = hd.sr.MeasurementReport(hd.sr.ObservationContext(**{key: observer}), codes.SCT.Mammography, [group])
    return kind([image], content[0], hd.UID(), 8, hd.UID(), 1, manufacturer="Other", is_complete=True, is_final=True)


@pytest.fixture
def image():
    return dcmread(io.BytesIO(mammogram()), stop_before_pixels=True)


@pytest.fixture
def hand_in(cast):
    """Hand files in, by name; answers their rows."""
    submission = open_submission(practice=cast.northside, sender=cast.alice, way="browser")

    def hand(**files):
        for name, data in files.items():
            receive(file=io.BytesIO(data), name=name, submission=submission, sender=cast.alice)
        return {row.name: row for row in Upload.objects.filter(submission=submission)}

    yield hand
    close_submission(submission)


def test_a_presentation_state_is_kept_as_graphics_on_its_image_without_its_texts(cast, hand_in, image):
    rows = hand_in(a=mammogram(), b=saved(state(image)))
    assert (rows["b"].state, rows["b"].exam) == ("filed", Exam.objects.get())
    kept = Attached.objects.get()
    [line] = kept.graphics
    assert line["image"] == Exam.objects.get().images.get().sop_uid
    assert (line["kind"], line["points"]) == ("POLYLINE", [[10, 20], [30, 40]])
    assert "1 texts were left out: they may name somebody." in kept.lines
    assert "Window: centre 600, width 1200." in kept.lines
    assert Event.objects.get(verb="object.filed").detail["kind"] == "presentation-state"


def test_a_report_is_kept_as_codes_numbers_and_regions(cast, hand_in, image):
    hand_in(a=mammogram(), b=saved(report(image)))
    kept = Attached.objects.get()
    said = [line.strip() for line in kept.lines]
    assert "Finding: Mammographic breast mass" in said and "Diameter: 12.5 mm" in said
    [circle] = kept.graphics
    assert (circle["kind"], circle["points"], circle["label"]) == (
        "CIRCLE",
        [[50, 60], [58, 60]],
        "Mammographic breast mass",
    )
    assert not kept.by_machine


def test_nothing_that_could_name_somebody_is_kept(cast, hand_in, image):
    hand_in(a=mammogram(), b=saved(state(image)), c=saved(report(image)), d=saved(report(image, machine=True)))
    for kept in Attached.objects.all():
        text = str(vars(kept))
        assert not any(word in text for word in ("Doe", "Jane", SECRET, "MRN-77", "1.2.3.4"))


def test_a_machines_report_says_that_it_is_one(cast, hand_in, image):
    hand_in(a=mammogram(), b=saved(report(image, machine=True)))
    assert Attached.objects.get().by_machine


def test_what_is_not_for_presentation_is_not_drawn(cast, hand_in, image):
    cad = dcmread(io.BytesIO(saved(report(image))))  # read again, so that it may be changed freely
    cad.SOPClassUID = cad.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.88.50"
    intent = Dataset()
    intent.RelationshipType, intent.ValueType = "HAS CONCEPT MOD", "CODE"
    for keyword, code, meaning in (
        ("ConceptNameCodeSequence", "111056", "Rendering Intent"), ("ConceptCodeSequence", "111152", "Not for Presentation"),
    ):  # fmt: skip
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", meaning
        setattr(intent, keyword, [item])
    for container in cad.ContentSequence:
        for group in container.get("ContentSequence", []):
            if "ContentSequence" in group:
                group.ContentSequence.append(intent)
    hand_in(a=mammogram(), b=saved(cad))
    kept = Attached.objects.get()
    assert (kept.kind, kept.by_machine, kept.graphics) == ("cad-report", True, [])


def test_the_same_object_is_recognised(cast, hand_in, image):
    once = saved(state(image))
    rows = hand_in(a=mammogram(), b=once, c=once)
    assert (rows["b"].state, rows["c"].state) == ("filed", "duplicate")
    assert Attached.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"StudyInstanceUID": "1.2.3.5"}, "no-exam"), ({"PatientID": "MRN-78"}, "other-patient"), ({"SOPInstanceUID": ""}, "no-identifiers")],
)  # fmt: skip
def test_what_belongs_to_no_exam_here_is_refused_with_what_to_do(cast, hand_in, image, changed, code):
    other = state(image)
    for keyword, value in changed.items():
        setattr(other, keyword, value)
    rows = hand_in(a=mammogram(), b=saved(other))
    assert (rows["b"].state, rows["b"].code) == ("refused", code)
    assert not Attached.objects.exists()


def test_damaged_graphics_are_left_out_and_a_tree_without_end_is_refused(cast, hand_in, image):
    broken = state(image)
    broken.GraphicAnnotationSequence[0].GraphicObjectSequence[0].GraphicData = [1.0, float("nan"), 3.0]
    deep = report(image)
    for _ in range(60):
        inner = Dataset()
        inner.ValueType, inner.RelationshipType, inner.ContentSequence = "CONTAINER", "CONTAINS", deep.ContentSequence
        deep.ContentSequence = [inner]
    rows = hand_in(a=mammogram(), b=saved(broken), c=saved(deep))
    assert [(row.state, row.code) for row in (rows["b"], rows["c"])] == [("filed", ""), ("refused", "unreadable")]
    assert Attached.objects.get().graphics == []


def test_in_an_archive_the_order_of_images_and_objects_does_not_matter(cast, image):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a-state.dcm", saved(state(image)))
        archive.writestr("b-image.dcm", mammogram())
    submission = open_submission(practice=cast.northside, sender=cast.alice, way="browser")
    out.seek(0)
    parent = receive(file=out, name="exam.zip", submission=submission, sender=cast.alice)
    from portal.intake.unpacking import unpack_archive

    parent.refresh_from_db()
    if parent.state == "received":
        unpack_archive(parent)
    assert {row.name: row.state for row in submission.uploads.all() if row.pk != parent.pk} == {
        "a-state.dcm": "filed", "b-image.dcm": "filed",
    }  # fmt: skip


def objects_for(cast, who, case):
    answer = cast.client(who).get(f"/api/v1/cases/{case.pk}/manifest/")
    assert answer.status_code == 200
    return answer.json()["objects"], answer.content.decode()


def test_a_blind_reader_is_told_that_there_is_one_and_no_more_until_their_read_is_locked(cast, hand_in, image):
    hand_in(a=mammogram(), b=saved(report(image, machine=True)), c=saved(state(image)))
    case = a_case(Exam.objects.get(), cast.alice)
    sealed, text = objects_for(cast, "rosa", case)
    assert [(one["sealed"], one["lines"], one["graphics"]) for one in sealed] == [(True, [], [])] * 2
    assert "CIRCLE" not in text and "POLYLINE" not in text and "machine, not" not in text
    shown, _ = objects_for(cast, "alice", case)
    assert [one["sealed"] for one in shown] == [False, False]
    a_locked_read(case, cast.rosa, benign() | {"breasts": {"R": {"category": None}, "L": {"category": "2"}}})
    opened, _ = objects_for(cast, "rosa", case)
    pk = str(case.exam.images.get().pk)
    assert [one["graphics"][0]["image"] for one in opened] == [pk, pk]
    assert "another machine" in opened[0]["say"]
