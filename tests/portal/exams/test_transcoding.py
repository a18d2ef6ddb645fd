"""Transcoding to HTJ2K keeps every stored value, or keeps the file as it was received and says why."""

import io

import imagecodecs
import numpy as np
import pytest
from django.core.files.storage import default_storage
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydicom import dcmread
from pydicom.encaps import generate_frames

from inference import dicom, phantom
from portal.analysis import releases, services
from portal.audit.models import Event
from portal.exams import transcoding
from portal.exams.models import Image
from portal.exams.tasks import discard_object, settle, transcode_image
from tests.portal.filing import hand_in, small

HTJ2K = "1.2.840.10008.1.2.4.202"
SYNTAXES = {
    "implicit": "1.2.840.10008.1.2", "explicit": "1.2.840.10008.1.2.1", "big endian": "1.2.840.10008.1.2.2",
    "RLE": "1.2.840.10008.1.2.5", "JPEG lossless": "1.2.840.10008.1.2.4.70", "JPEG-LS": "1.2.840.10008.1.2.4.80",
    "JPEG 2000": "1.2.840.10008.1.2.4.90", "HTJ2K": "1.2.840.10008.1.2.4.201",
}  # fmt: skip


@pytest.fixture(autouse=True)
def release(monkeypatch):
    monkeypatch.setattr(services, "bundled", lambda: releases.Facts("test", "0", "0" * 64, {}))


def filed(cast, data):
    hand_in(cast.client("alice"), data)
    return Image.objects.select_related("exam").get()


def stored(image):
    with default_storage.open(image.object_key) as file:
        return file.read()


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
@pytest.mark.parametrize("inverted", [False, True], ids=["MONOCHROME2", "MONOCHROME1"])
def test_every_syntax_becomes_htj2k_with_equal_pixels(cast, syntax, inverted):
    received = small(transfer_syntax=syntax, inverted=inverted)
    image = filed(cast, received)
    assert image.transfer_syntax_uid == syntax
    transcode_image(str(image.pk))
    image.refresh_from_db()
    data = stored(image)
    assert (image.transcoding, image.transfer_syntax_uid) == ("done", HTJ2K)
    assert np.array_equal(dicom.stored_pixels(data), dicom.stored_pixels(received))
    assert image.pixel_sha256 == dicom.decode(received).pixel_hash
    assert image.object_bytes == len(data)
    dataset = dcmread(io.BytesIO(data))
    assert dataset.file_meta.TransferSyntaxUID == HTJ2K
    assert dataset.PhotometricInterpretation == ("MONOCHROME1" if inverted else "MONOCHROME2")


def test_the_codestream_is_reversible_and_in_rpcl_order():
    code = transcoding.encode(np.arange(64 * 96, dtype=np.uint16).reshape(64, 96))
    cod = code.index(b"\xff\x52")
    assert code[cod + 5] == 2  # SGcod progression order RPCL (ISO 15444-1 A.6.1)
    assert code[cod + 13] == 1  # 5-3 reversible transform


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([np.uint8, np.uint16, np.int16]).flatmap(
        lambda kind: arrays.arrays(kind, st.tuples(st.integers(64, 90), st.integers(64, 90)))
    )
)
def test_any_8_or_16_bit_image_comes_back_equal(values):
    assert np.array_equal(imagecodecs.htj2k_decode(transcoding.encode(values)), values)


def test_a_signed_image_stays_signed(cast):
    values = phantom.mammogram("L", "CC", rows=160, cols=128, bits=12).astype(np.int16) // 2 - 1000
    received = small(PixelRepresentation=1, PixelPaddingValue=None, PixelData=values.tobytes())
    image = filed(cast, received)
    transcode_image(str(image.pk))
    image.refresh_from_db()
    assert image.transcoding == "done", image.transcoding_note
    assert np.array_equal(dicom.stored_pixels(stored(image)), values)


def test_each_frame_of_tomosynthesis_is_one_fragment_found_by_the_offset_table(cast):
    frame = phantom.mammogram("L", "CC", rows=160, cols=128, bits=12)
    frames = np.stack([np.roll(frame, shift, axis=0) for shift in range(5)])
    received = small(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.13.1.3", NumberOfFrames=5, PixelData=frames.tobytes(), WindowCenter=None
    )
    image = filed(cast, received)
    transcode_image(str(image.pk))
    image.refresh_from_db()
    dataset = dcmread(io.BytesIO(stored(image)))
    found = list(generate_frames(dataset.PixelData, number_of_frames=5))
    assert dataset.PixelData[4:8] != b"\x00\x00\x00\x00"  # the basic offset table is filled
    assert np.array_equal(np.stack([imagecodecs.htj2k_decode(code) for code in found]), frames)


def test_the_received_object_goes_only_after_its_successor_is_named(
    cast, monkeypatch, django_capture_on_commit_callbacks
):
    image = filed(cast, small())
    before = image.object_key
    sent = []
    monkeypatch.setattr("portal.exams.tasks.discard_object.apply_async", lambda **call: sent.append(call))
    with django_capture_on_commit_callbacks(execute=True):
        transcode_image(str(image.pk))
    assert default_storage.exists(before)  # whoever has it open may read on
    assert sent == [{"args": (before,), "countdown": 120}]
    discard_object(before)
    assert not default_storage.exists(before)
    discard_object(Image.objects.get().object_key)
    assert default_storage.exists(Image.objects.get().object_key)


def test_the_loser_of_two_transcodings_writes_nothing_and_leaves_no_object(cast):
    image = filed(cast, small())
    loser = transcoding.transcode(image)
    transcode_image(str(image.pk))
    winner = Image.objects.get().object_key
    settle(image, loser)
    assert Image.objects.get().object_key == winner
    assert not default_storage.exists(loser.key)
    assert Event.objects.filter(verb="image.transcoded").count() == 1


def test_an_encoder_that_loses_a_pixel_is_found_out(cast, monkeypatch):
    def careless(frame):
        wrong = frame.copy()
        wrong[0, 0] += 1
        return bytes(imagecodecs.htj2k_encode(wrong, reversible=True))

    monkeypatch.setattr(transcoding, "encode", careless)
    image = filed(cast, small())
    transcode_image(str(image.pk))
    image.refresh_from_db()
    assert (image.transcoding, image.transfer_syntax_uid) == ("kept", "1.2.840.10008.1.2.1")
    assert "same pixels" in image.transcoding_note
    assert default_storage.exists(image.object_key)


def test_pixels_that_cannot_be_decoded_say_so_and_stay_as_received(cast):
    code = (
        b"\xfe\xff\x00\xe0\x00\x00\x00\x00"
        + b"\xfe\xff\x00\xe0\x08\x00\x00\x00"
        + b"notajpeg"
        + b"\xfe\xff\xdd\xe0\0\0\0\0"
    )
    good = small(transfer_syntax="1.2.840.10008.1.2.4.70")
    dataset = dcmread(io.BytesIO(good))
    start = good.index(dataset.PixelData[:64])
    image = filed(cast, good[:start] + code)
    transcode_image(str(image.pk))
    image.refresh_from_db()
    assert image.transcoding == "failed"
    assert image.transcoding_note
    assert default_storage.exists(image.object_key)


def test_the_worker_notes_the_breasts_values_and_its_chest_wall(cast):
    image = filed(cast, small(rows=640, cols=512, laterality="R", view="MLO"))
    transcode_image(str(image.pk))
    image.refresh_from_db()
    assert image.pixel_stats["chest_wall"] == "right"
    assert image.pixel_stats["p1"] < image.pixel_stats["p99"]
