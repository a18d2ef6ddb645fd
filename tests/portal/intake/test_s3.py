"""The same way in with objects on S3."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from pydicom import dcmread

from portal.exams.models import Image
from portal.exams.tasks import discard_object, transcode_image
from portal.intake.tasks import unpack
from tests.portal.filing import as_upload, hand_in, small
from tests.portal.intake.test_api import zipped


@pytest.fixture
def bucket(s3):
    call_command("prepare_store")
    return s3.bucket


def keys(bucket):
    return {each.key for each in bucket.objects.all()}


def test_an_archive_is_unpacked_filed_transcoded_and_nothing_is_left_over(cast, bucket):
    answer = hand_in(cast.client("alice"), as_upload(zipped({"LCC.dcm": small()}), "exam.zip"))
    assert len(keys(bucket)) == 1  # the archive, waiting for a worker
    unpack(answer["uploads"][0]["id"])
    image = Image.objects.get()
    assert keys(bucket) == {image.object_key}
    received = image.object_key
    transcode_image(str(image.pk))
    discard_object(received)
    image.refresh_from_db()
    assert image.transcoding == "done"
    assert keys(bucket) == {image.object_key}
    with default_storage.open(image.object_key) as file:
        assert dcmread(io.BytesIO(file.read())).Rows == 160
