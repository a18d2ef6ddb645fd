"""Frames leave as they are stored, with the transfer syntax in the part's header, and decode to the same pixels."""

import imagecodecs
import numpy as np
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from inference import phantom
from portal.audit.models import Event
from portal.exams.models import Image
from tests.portal.viewer.filing import file_exam, file_image
from tests.portal.wado_proxy.parts import body_of, parts_of

pytestmark = pytest.mark.django_db
AS_STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'  # as Cornerstone3D asks
PIXELS = phantom.mammogram("L", "CC", rows=256, cols=192, lesion=None, seed=5, bits=12, inverted=False)


@pytest.fixture
def exam(cast):
    return file_exam(cast.northside, [])


def image_in(exam, syntax, **row):
    data = phantom.dicom(PIXELS, laterality="L", view="CC", transfer_syntax=syntax)
    return file_image(exam, "L", "CC", data=data, **row)


def address(image, rest="/frames/1"):
    return f"/dicomweb/studies/{image.exam.study_uid}/series/{image.series_uid}/instances/{image.sop_uid}{rest}"


@pytest.mark.parametrize(
    "syntax, media, named",
    [
        (HTJ2KLosslessRPCL, "image/jphc", HTJ2KLosslessRPCL),
        (JPEGLosslessSV1, "image/jpeg", JPEGLosslessSV1),
        (JPEGLSLossless, "image/jls", JPEGLSLossless),
        (JPEG2000Lossless, "image/jp2", JPEG2000Lossless),
        (RLELossless, "image/dicom-rle", RLELossless),
        (ExplicitVRLittleEndian, "application/octet-stream", ExplicitVRLittleEndian),
        (ImplicitVRLittleEndian, "application/octet-stream", ExplicitVRLittleEndian),
    ],
)
def test_the_syntax_stands_in_the_parts_content_type(cast, exam, syntax, media, named):
    image = image_in(exam, syntax)
    client = cast.client("rosa")
    [(headers, _)] = parts_of(client.get(address(image), headers={"Accept": "*/*"}))
    assert headers["Content-Type"] == f"{media}; transfer-syntax={named}"
    [(headers, _)] = parts_of(client.get(address(image), headers={"Accept": AS_STORED}))
    assert headers["Content-Type"] == f"application/octet-stream; transfer-syntax={named}"


@pytest.mark.parametrize(
    "syntax, decode",
    [
        (HTJ2KLosslessRPCL, imagecodecs.htj2k_decode),
        (JPEGLosslessSV1, imagecodecs.jpeg8_decode),
        (JPEGLSLossless, imagecodecs.jpegls_decode),
        (JPEG2000Lossless, imagecodecs.jpeg2k_decode),
        (ExplicitVRLittleEndian, lambda data: np.frombuffer(data, "<u2").reshape(256, 192)),
        (ImplicitVRLittleEndian, lambda data: np.frombuffer(data, "<u2").reshape(256, 192)),
    ],
)
def test_the_bytes_decode_to_the_stored_pixels(cast, exam, syntax, decode):
    answer = cast.client("rosa").get(address(image_in(exam, syntax)), headers={"Accept": AS_STORED})
    length = int(answer.headers["Content-Length"])
    [(headers, data)] = parts_of(answer)
    assert int(headers["Content-Length"]) == len(data) < length
    assert np.array_equal(decode(data.rstrip(b"\0") if syntax == JPEGLSLossless else data), PIXELS)


@pytest.mark.parametrize(
    "accept, code",
    [
        ("*/*", 200),
        ("", 200),
        ('multipart/related; type="image/jphc"', 200),
        ('multipart/related; type="image/jphc"; transfer-syntax=1.2.840.10008.1.2.4.202', 200),
        ('multipart/related; type="image/*"', 200),
        ('text/html, multipart/related; type="image/jphc"; q=0.5', 200),
        ('multipart/related; type="image/jphc"; q=0', 406),
        ('multipart/related; type="image/jphc"; transfer-syntax=1.2.840.10008.1.2.4.201', 406),
        ('multipart/related; type="application/octet-stream"', 406),
        ("image/jpeg", 406),
        ("text/html", 406),
    ],
)
def test_what_is_not_stored_is_refused_with_what_to_ask_for(cast, exam, accept, code):
    answer = cast.client("rosa").get(address(image_in(exam, HTJ2KLosslessRPCL)), headers={"Accept": accept})
    assert answer.status_code == code
    if code == 406:
        assert 'type="image/jphc"; transfer-syntax=*' in answer.json()["detail"]


def test_one_frame_may_come_bare(cast, exam):
    answer = cast.client("rosa").get(address(image_in(exam, HTJ2KLosslessRPCL)), headers={"Accept": "image/jphc"})
    assert answer.headers["Content-Type"] == f"image/jphc; transfer-syntax={HTJ2KLosslessRPCL}"
    assert np.array_equal(imagecodecs.htj2k_decode(body_of(answer)), PIXELS)


@pytest.mark.parametrize("syntax", [ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian])
def test_pixels_that_have_no_frames_as_stored_are_said_to_be_prepared(cast, exam, syntax):
    image = image_in(exam, syntax, transcoding="waiting")
    answer = cast.client("rosa").get(address(image), headers={"Accept": AS_STORED})
    assert answer.status_code == 406
    assert "being prepared" in answer.json()["detail"]


@pytest.mark.parametrize("frame", ["0", "2", "1,2"])
def test_a_frame_that_is_not_there_is_404_with_a_sentence(cast, exam, frame):
    answer = cast.client("rosa").get(address(image_in(exam, HTJ2KLosslessRPCL), f"/frames/{frame}"))
    assert answer.status_code == 404
    assert "1 frame" in answer.json()["detail"]


@pytest.mark.parametrize("who, code", [("rosa", 200), ("alice", 200), ("otto", 404), ("charlie", 404), (None, 401)])
def test_only_those_who_work_with_the_practices_exams_get_a_frame(cast, exam, who, code):
    image = image_in(exam, HTJ2KLosslessRPCL)
    assert cast.client(who).get(address(image)).status_code == code
    assert Event.objects.filter(verb="image.viewed").count() == (code == 200)
    assert Event.objects.filter(outcome="refused").count() == (code == 404)


def test_a_revalidated_frame_is_not_sent_again_but_is_in_the_trail_again(cast, exam):
    image = image_in(exam, HTJ2KLosslessRPCL)
    client = cast.client("rosa")
    first = client.get(address(image), headers={"Accept": AS_STORED})
    body_of(first)
    again = client.get(address(image), headers={"Accept": AS_STORED, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"
    viewed = Event.objects.filter(verb="image.viewed", actor_id=str(cast.rosa.pk), subject_id=str(image.pk))
    assert [event.detail for event in viewed] == [{"frames": [1]}, {"frames": [1]}]


def test_a_frame_of_an_object_that_transcoding_replaced_meanwhile_is_found(cast, exam, monkeypatch):
    old, new = image_in(exam, RLELossless), image_in(exam, HTJ2KLosslessRPCL)
    stale = Image.objects.select_related("exam").get(pk=old.pk)
    syntax = {"object_key": new.object_key, "transfer_syntax_uid": str(HTJ2KLosslessRPCL)}
    Image.objects.filter(pk=old.pk).update(**syntax)
    stale.object_key = "gone.dcm"
    monkeypatch.setattr("portal.wado_proxy.views.Store.images", lambda *_, **__: [stale])
    [(headers, _)] = parts_of(cast.client("rosa").get(address(old), headers={"Accept": "*/*"}))
    assert headers["Content-Type"].startswith("image/jphc")


def test_a_missing_object_is_404_with_whom_to_tell(cast, exam):
    image = image_in(exam, HTJ2KLosslessRPCL)
    Image.objects.filter(pk=image.pk).update(object_key="gone.dcm")
    answer = cast.client("rosa").get(address(image))
    assert answer.status_code == 404
    assert "administrator" in answer.json()["detail"]
