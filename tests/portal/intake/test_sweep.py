"""What nobody finished is finished, refused or let go."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from portal.analysis.models import Run
from portal.intake import sweeping
from portal.intake.managers import ATTEMPTS
from portal.intake.models import PartialUpload, Submission, Upload
from portal.intake.services import open_submission
from portal.intake.tasks import sweep
from tests.portal.filing import as_upload, small

LONG_AGO = timezone.now() - timedelta(days=2)


@pytest.fixture
def sent(monkeypatch):
    """Tasks that the sweep sends."""
    sent = []
    monkeypatch.setattr("portal.intake.tasks.unpack.delay", sent.append)
    monkeypatch.setattr("portal.exams.tasks.transcode_image.delay", sent.append)
    return sent


@pytest.fixture
def submission(cast):
    return open_submission(practice=cast.northside, sender=cast.alice)


def aged(row, **changes):
    type(row).objects.filter(pk=row.pk).update(**changes)
    row.refresh_from_db()
    return row


def test_a_submission_left_open_is_finished_and_its_exams_analysed(cast, submission, sent):
    cast.client("alice").post(f"/api/v1/submissions/{submission.pk}/files/", {"files": as_upload(small())})
    sweep()
    assert not Run.objects.exists()
    aged(submission, touched_at=LONG_AGO)
    sweep()
    submission.refresh_from_db()
    assert submission.finished_at
    assert Run.objects.count() == 1


def test_a_submission_with_a_file_on_its_way_stays_open(submission, sent):
    PartialUpload.objects.create(submission=submission, upload_length=10, upload_metadata="{}")
    aged(submission, touched_at=LONG_AGO)
    sweep()
    submission.refresh_from_db()
    assert submission.finished_at is None


def test_an_upload_nobody_resumed_is_let_go_with_its_bytes(submission, sent, settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    partial = PartialUpload.objects.create(submission=submission, upload_length=10, upload_metadata="{}")
    partial.get_or_create_temporary_file()
    fresh = PartialUpload.objects.create(submission=submission, upload_length=10, upload_metadata="{}")
    fresh.get_or_create_temporary_file()
    aged(partial, touched_at=LONG_AGO)
    sweep()
    assert [path.name for path in tmp_path.iterdir()] == [fresh.path.name]


def test_a_file_whose_filing_was_interrupted_says_to_send_it_again(submission, sent):
    upload = aged(Upload.objects.create(submission=submission, name="a.dcm"), created_at=LONG_AGO)
    sweep()
    upload.refresh_from_db()
    assert (upload.state, upload.code) == ("refused", "interrupted")
    assert "Send the file again" in upload.say


def waiting_zip(submission, **changes):
    key = default_storage.save("waiting/test.zip", ContentFile(b"PK"))
    upload = Upload.objects.create(submission=submission, name="a.zip", waiting_key=key)
    return aged(upload, **changes)


def test_an_archive_whose_worker_died_is_sent_again_when_its_lease_is_over(submission, sent):
    now = timezone.now()
    held = waiting_zip(submission, lease_until=now + timedelta(minutes=1), attempts=1)
    sweep()
    assert sent == []
    aged(held, lease_until=now - timedelta(seconds=1))
    sweep()
    assert sent == [str(held.pk)]


def test_an_archive_that_failed_at_every_attempt_is_refused_and_let_go(submission, sent):
    upload = waiting_zip(submission, lease_until=LONG_AGO, attempts=ATTEMPTS, created_at=LONG_AGO)
    sweep()
    upload.refresh_from_db()
    assert (upload.state, upload.code) == ("refused", "zip-failed")
    assert not default_storage.exists(upload.waiting_key)


def test_only_one_worker_unpacks_an_archive(submission):
    upload = waiting_zip(submission)
    assert [Upload.objects.claim(str(upload.pk)) for _ in range(2)] == [True, False]


def test_file_names_are_forgotten_a_day_after_the_end(submission, sent):
    upload = Upload.objects.create(submission=submission, name="Petra Phantom.dcm", state="refused")
    Submission.objects.filter(pk=submission.pk).update(finished_at=timezone.now(), closed_at=timezone.now())
    assert sweeping.forget_names() == 0
    aged(submission, finished_at=LONG_AGO)
    sweep()
    upload.refresh_from_db()
    assert upload.name == ""


def test_a_transcoding_lost_with_its_worker_is_sent_again(cast, submission, sent):
    cast.client("alice").post(f"/api/v1/submissions/{submission.pk}/files/", {"files": as_upload(small())})
    image = Upload.objects.get().image
    sweep()
    assert sent == []
    aged(image, created_at=LONG_AGO)
    sweep()
    assert sent == [str(image.pk)]
