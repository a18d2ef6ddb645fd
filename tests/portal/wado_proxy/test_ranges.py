"""Frames are read by ranges, from a folder and from S3, and never held in memory whole."""

import tracemalloc
from io import BytesIO

import boto3
import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto import mock_aws
from pydicom.uid import ExplicitVRLittleEndian, HTJ2KLosslessRPCL
from storages.backends.s3 import S3Storage

from inference import phantom
from portal.wado_proxy import ranges
from portal.wado_proxy.offsets import parse
from tests.portal.viewer.filing import file_exam, file_image
from tests.portal.wado_proxy.parts import parts_of

BIG = (3000, 4000)  # 24 MB of 16-bit pixels


@pytest.fixture
def s3(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="images")
        storage = S3Storage(bucket_name="images", location="objects", default_acl=None)
        monkeypatch.setattr(ranges, "default_storage", storage)
        yield storage


def test_an_object_on_s3_is_read_by_ranges_only(s3, monkeypatch):
    data = bytes(range(256)) * 40_000
    s3.save("one.bin", ContentFile(data))
    asked = []
    read = ranges.S3Object.readinto
    monkeypatch.setattr(ranges.S3Object, "readinto", lambda self, b: asked.append(len(b)) or read(self, b))
    with ranges.open_object("one.bin") as file:
        got = b"".join(ranges.stream(file, [(1_000_003, 700_000), (5, 10)]))
    assert got == data[1_000_003:1_700_003] + data[5:15]
    assert sum(asked) < 1_500_000 < len(data)


def test_a_frame_on_s3_is_found_without_fetching_the_pixels(s3, monkeypatch):
    pixels = np.zeros(BIG, np.uint16)
    s3.save("big.dcm", ContentFile(phantom.dicom(pixels, transfer_syntax=ExplicitVRLittleEndian)))
    fetched = []
    read = ranges.S3Object.readinto
    monkeypatch.setattr(ranges.S3Object, "readinto", lambda self, b: fetched.append(read(self, b)) or fetched[-1])
    with ranges.open_object("big.dcm") as file:
        [((_, length),)] = parse(file, frames=1).frames
    assert length == pixels.nbytes
    assert sum(fetched) <= 2 * ranges.CHUNK


def test_an_object_that_is_gone_from_s3_is_not_found(s3):
    with pytest.raises(FileNotFoundError):
        ranges.open_object("gone.dcm")


def test_an_object_shorter_than_its_table_says_is_an_error_not_a_silent_end():
    with pytest.raises(EOFError):
        list(ranges.stream(BytesIO(b"abc"), [(0, 10)]))


def test_sending_a_large_frame_takes_little_memory(cast):
    data = phantom.dicom(np.zeros(BIG, np.uint16), transfer_syntax=ExplicitVRLittleEndian)
    image = file_image(file_exam(cast.northside, []), data=data)
    client = cast.client("rosa")
    address = f"/dicomweb/studies/{image.exam.study_uid}/series/{image.series_uid}/instances/{image.sop_uid}/frames/1"
    client.get("/dicomweb/studies/2.25.0/metadata")  # loads the code
    tracemalloc.start()
    answer = client.get(address)
    sent = sum(len(chunk) for chunk in answer.streaming_content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent == int(answer.headers["Content-Length"]) > BIG[0] * BIG[1] * 2
    assert peak < 8 * ranges.CHUNK


def test_offsets_are_parsed_once_for_an_object(cast, monkeypatch):
    image = file_image(file_exam(cast.northside, []), syntax=HTJ2KLosslessRPCL)
    client, opened = cast.client("rosa"), []
    open_object = ranges.open_object
    monkeypatch.setattr("portal.wado_proxy.offsets.open_object", lambda key: opened.append(key) or open_object(key))
    address = f"/dicomweb/studies/{image.exam.study_uid}/series/{image.series_uid}/instances/{image.sop_uid}/frames/1"
    assert [len(parts_of(client.get(address))) for _ in range(3)] == [1, 1, 1]
    assert opened == [image.object_key]
    assert default_storage.exists(image.object_key)
