"""Every real file of the shared data goes through the door: filed or refused as the table says, never a 500."""

import csv
import functools
import io
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.exams.dates import Handling
from portal.exams.deidentify import deidentify
from portal.exams.header import MammogramHeader
from portal.exams.identity import Keyring
from portal.exams.models import Image
from portal.exams.objects import write_header
from portal.exams.refusals import SENTENCES, FileRefused
from portal.exams.tasks import transcode_image
from portal.practices.models import Practice
from tests.portal.filing import as_upload, hand_in, small

HERE = Path(__file__).parent
FILES = HERE.parents[3] / "shared" / "data" / "dicom"
TABLE = {row["file"]: row["outcome"] for row in csv.DictReader((HERE / "door.csv").open())}
needs_files = pytest.mark.skipif(not FILES.is_dir(), reason="../shared/data/dicom is not beside this checkout")


@needs_files
def test_the_table_names_every_file_and_only_known_outcomes():
    assert {path.name for path in FILES.glob("*.dcm")} == set(TABLE)
    assert set(TABLE.values()) <= {"filed", *SENTENCES}


@needs_files
def test_every_real_file_is_filed_or_refused_as_the_table_says(cast):
    client = cast.client("alice")
    found = {}
    for name in TABLE:
        upload = hand_in(client, as_upload((FILES / name).read_bytes(), name))["uploads"][0]
        found[name] = "filed" if upload["state"] == "filed" else upload["code"]
        assert upload["state"] == "filed" or upload["say"].endswith(".")
    assert found == TABLE


@needs_files
def test_every_filed_file_is_transcoded_with_its_pixels_proven(cast):
    filed = [name for name, outcome in TABLE.items() if outcome == "filed"]
    for name in filed:
        hand_in(cast.client("alice"), as_upload((FILES / name).read_bytes(), name))
    for image in Image.objects.all():
        transcode_image(str(image.pk))
    states = [(image.exam.modality == "MG", image.transcoding) for image in Image.objects.select_related("exam")]
    assert len(states) == len(filed)
    assert set(states) == {(True, "done"), (False, "kept")}  # a companion stays as it was received


KEYS = Keyring(Practice(pk=uuid.UUID(int=1), name="Northside"))


@functools.cache
def whole(syntax):
    return small(rows=64, cols=64, transfer_syntax=syntax)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_bytes_are_refused_by_name_or_de_identified(data):
    good = bytearray(whole(data.draw(st.sampled_from(SYNTAXES))))
    for _ in range(data.draw(st.integers(1, 12))):
        good[data.draw(st.integers(0, min(len(good), 2500) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    for damaged in (bytes(good), bytes(good[:cut])):
        try:
            header = MammogramHeader.read(damaged)
        except FileRefused as refused:
            assert refused.code in SENTENCES
        else:
            clean = deidentify(header, keyring=KEYS, pseudonym="P-1", accession="", dates=Handling.SHIFT).dataset
            write_header(io.BytesIO(), clean, header.file.transfer_syntax)
            assert clean.to_json_dict(suppress_invalid_tags=True)


SYNTAXES = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.4.70"]

REFUSED = {
    "empty": b"",
    "not-dicom": b"hello" * 100,
    "encrypted": bytes.fromhex("308006092a864886f70d010703a080") + b"\0" * 200,
    "for-processing": {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.2.1"},
    "not-mammography": {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.2"},
    "no-laterality": {"ImageLaterality": None, "PatientOrientation": ["A", "R"]},
    "no-identifiers": {"StudyInstanceUID": None},
    "colour": {"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3},
    "pixel-format": {"BitsAllocated": 32, "BitsStored": 32},
    "dimensions": {"Rows": 1, "PixelData": b"\0" * 256},
    "truncated": {"NumberOfFrames": 2},
    "no-pixels": {"PixelData": None},
    "transfer-syntax": {"transfer_syntax": "1.2.840.10008.1.2.1.99"},
    "no-view": {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "ViewPosition": None, "ViewCodeSequence": None,
        "PatientOrientation": None,
    },
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_each_refusal_has_a_code_and_says_what_to_do(cast, code):
    made = REFUSED[code]
    upload = hand_in(cast.client("alice"), as_upload(made if isinstance(made, bytes) else small(**made)))["uploads"][0]
    assert (upload["state"], upload["code"]) == ("refused", code)
    assert upload["say"]
    assert not Image.objects.exists()


def test_a_file_cut_anywhere_in_its_pixels_is_refused_as_truncated():
    for syntax in SYNTAXES:
        data = small(transfer_syntax=syntax)
        with pytest.raises(FileRefused) as refused:
            MammogramHeader.read(data[:-500])
        assert refused.value.code == "truncated"
