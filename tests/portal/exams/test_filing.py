"""Filing is all or nothing: object, rows and trail together, also when two file at once."""

import subprocess
import sys
import threading
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from portal.audit.models import Event
from portal.exams import services
from portal.exams.header import MammogramHeader
from portal.exams.models import Exam, Identity, Image, Patient
from tests.portal.filing import small


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    """An object store of this test's own."""
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": own}


def file_image(cast, data, practice=None):
    return services.file_image(
        practice=practice or cast.northside,
        header=MammogramHeader.read(data),
        source=BytesIO(data),
        sha256=f"{hash(data):064x}"[-64:],
        actor=cast.alice,
    )


def objects():
    """Keys of every stored image."""
    found, folders = [], ["images"]
    while folders:
        folder = folders.pop()
        if default_storage.exists(folder):
            inner, files = default_storage.listdir(folder)
            folders += [f"{folder}/{name}" for name in inner]
            found += [f"{folder}/{name}" for name in files]
    return set(found)


def test_an_image_is_filed_with_its_object_and_its_events(cast):
    image = file_image(cast, small()).image
    assert default_storage.size(image.object_key) == image.object_bytes
    assert list(Event.objects.order_by("sequence").values_list("verb", flat=True)) == ["exam.received", "image.filed"]


def test_a_failure_in_the_transaction_leaves_no_row_and_no_object(cast, monkeypatch):
    monkeypatch.setattr(services, "_record", lambda image, actor: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        file_image(cast, small())
    assert objects() == set()
    assert [model.objects.count() for model in (Patient, Exam, Image, Identity, Event)] == [0] * 5


def test_a_broker_that_is_away_fails_no_filing(cast, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(services.transcode_image, "apply_async", lambda **call: 1 / 0)
    with django_capture_on_commit_callbacks(execute=True):
        image = file_image(cast, small()).image
    assert default_storage.exists(Image.objects.get().object_key)
    assert image.transcoding == "waiting"  # the sweep sends it again


def test_each_image_moves_the_exam_one_revision_on_and_notes_are_said_once(cast):
    for view in ("CC", "MLO"):
        file_image(cast, small(view=view, StudyInstanceUID="1.2.3", PatientID=None))
    exam = Exam.objects.get()
    assert exam.revision == 2
    assert exam.notes == ["No Patient ID: this exam is linked to no other exam."]


def test_patients_without_an_id_are_never_taken_for_one_another(cast):
    for study in ("1.2.3", "1.2.4"):
        file_image(cast, small(StudyInstanceUID=study, PatientID=None))
    assert Patient.objects.count() == 2


def test_the_same_id_from_two_issuers_is_two_patients(cast):
    for issuer, study in (("North", "1.2.3"), ("South", "1.2.4")):
        file_image(cast, small(StudyInstanceUID=study, IssuerOfPatientID=issuer))
    assert Patient.objects.count() == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's in-memory test database knows no two writers")
@pytest.mark.django_db(transaction=True)
def test_four_views_filed_at_once_make_one_exam_of_four_revisions(cast, monkeypatch):
    monkeypatch.setattr(services.transcode_image, "apply_async", lambda **call: None)
    files = [small(laterality=side, view=view, StudyInstanceUID="1.2.3") for side in "LR" for view in ("CC", "MLO")]
    failures = _at_once([*files, files[0]], cast)
    assert failures == []
    assert Exam.objects.get().revision == 4
    assert Image.objects.count() == 4
    assert objects() == set(Image.objects.values_list("object_key", flat=True))


def _at_once(files, cast):
    failures, start = [], threading.Barrier(len(files))

    def run(data):
        try:
            start.wait()
            file_image(cast, data)
        except Exception as error:  # noqa: BLE001 - whatever a thread raises is the test's to show
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[data]) for data in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_filing_decodes_no_pixels_and_loads_no_torch():
    script = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
import django; django.setup()
import portal.wsgi, portal.urls
from django.urls import get_resolver; get_resolver().url_patterns
assert "torch" not in sys.modules
from inference import dicom
dicom.decode = None
from io import BytesIO
from portal.exams.header import MammogramHeader
from tests.portal.filing import small
data = small()
assert MammogramHeader.read(data).rows == 160
assert "torch" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
