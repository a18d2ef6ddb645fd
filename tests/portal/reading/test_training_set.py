"""The training set from verdicts: what it holds, that its reader reads it, and that its making is written down."""

import hashlib
import io
import zipfile

import pytest
from django.utils import timezone
from pydicom import dcmread

from inference.datasets import table
from portal.analysis.models import Run
from portal.audit.models import Event
from portal.exams.models import Exam
from portal.reading.outcomes import Found, enter
from portal.reading.services.decide import confirm
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.portal.cases.story import a_case, a_locked_read, suspicious
from tests.portal.filing import hand_in, small

VIEWS = [("L", "CC"), ("L", "MLO"), ("R", "CC"), ("R", "MLO")]


@pytest.fixture
def exam(cast, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "objects"},
        },
    }
    hand_in(
        cast.client("alice"),
        *(small(laterality=side, view=view, PatientID="1", StudyInstanceUID="1.2.3") for side, view in VIEWS),
    )
    Run.objects.update(failed_at=timezone.now(), failed_because="No worker in this test.")
    return Exam.objects.get()


def signed(cast, exam, *found):
    case = a_case(exam, cast.alice)
    read = a_locked_read(case, cast.rosa, suspicious())
    reveal(read=read, actor=cast.rosa, without=True)
    confirm(read=read, actor=cast.rosa)
    sign(case=case, actor=cast.rosa, text="Signed words.")
    enter(exam=exam, found=found, actor=cast.alice)
    return case


BOTH = (Found("L", "malignant", "pathology", 1), Found("R", "clear", "follow-up", 24))


def download(client):
    answer = client.post("/training-set/")
    assert answer.status_code == 200 and answer.streaming
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_the_zip_is_what_the_library_reads(cast, exam, tmp_path):
    signed(cast, exam, *BOTH)
    download(cast.client("ada")).extractall(tmp_path / "set")
    records = table.read(tmp_path / "set" / "images.csv")
    told = {(each.laterality, each.view): (each.malignant, each.abnormal, each.patient) for each in records}
    assert told == {(side, view): (side == "L", side == "L", "P000001") for side, view in VIEWS}
    assert {each.density for each in records} == {(0.0, 1.0, 0.0, 0.0)}
    for record in records:
        assert dcmread(record.path).pixel_array.shape == (160, 128)


def test_nothing_in_it_names_the_patient_or_leads_back_by_name(cast, exam):
    signed(cast, exam, *BOTH)
    archive = download(cast.client("ada"))
    for name in archive.namelist():
        held = archive.read(name)
        assert exam.patient.pseudonym.encode() not in held and exam.accession.encode() not in held
        if name.endswith(".dcm"):
            dataset = dcmread(io.BytesIO(held))
            assert (dataset.PatientID, str(dataset.PatientName)) == ("P000001", "P000001")
    assert archive.testzip() is None and "1 signed cases" in archive.read("README.txt").decode()


def test_the_trail_holds_who_took_what(cast, exam):
    signed(cast, exam, *BOTH)
    archive = download(cast.client("ada"))
    event = Event.objects.get(verb="training-set.exported")
    assert event.actor_id == str(cast.ada.pk)
    digest = hashlib.sha256(archive.read("images.csv")).hexdigest()
    assert event.detail == {"cases": 1, "images": 4, "patients": 1, "table_sha256": digest}


@pytest.mark.parametrize("missing", ["outcome", "report", "marked", "frames"])
def test_what_is_not_signed_not_proven_or_not_plain_stays_out(cast, exam, missing):
    if missing == "report":
        enter(exam=exam, found=BOTH, actor=cast.alice)
    else:
        signed(cast, exam, *(BOTH[:1] if missing == "outcome" else BOTH))
    changes = {"marked": {"burnt_in": "yes"}, "frames": {"frames": 40}}.get(missing, {})
    if changes:
        exam.images.update(**changes)
    refused = cast.client("ada").post("/training-set/", follow=True)
    assert "No signed case has an outcome for every breast yet" in refused.content.decode()
    assert not Event.objects.filter(verb="training-set.exported").exists()


@pytest.mark.parametrize("who, code", [("cora", 403), ("rosa", 403), ("alice", 403), ("otto", 403), (None, 302)])
def test_only_an_admin_takes_it(cast, exam, who, code):
    signed(cast, exam, *BOTH)
    assert cast.client(who).post("/training-set/").status_code == code
    assert cast.client(who).get("/training-set/").status_code == code


def test_another_practices_admin_gets_nothing_of_it(cast, exam):
    from portal.practices.models import Membership

    signed(cast, exam, *BOTH)
    Membership.objects.create(user=cast.charlie, practice=cast.southside, role="admin")
    assert "Nothing to export" in cast.client("charlie").get("/training-set/").content.decode()
