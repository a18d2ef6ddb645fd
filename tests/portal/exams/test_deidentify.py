"""Nothing that names a patient leaves the door: not in the object, the rows, the trail or the log."""

import io
import json
import logging
from datetime import date

import pytest
from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage
from django.db import connection
from pydicom import dcmread
from pydicom.datadict import DicomDictionary, keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from inference import dicom
from portal.analysis import releases, services
from portal.audit.models import Event
from portal.exams import profile
from portal.exams.identity import Keyring
from portal.exams.models import Exam, Identity, Image
from portal.exams.reidentify import reidentify
from portal.exams.selectors import exams_of, replaced, search
from portal.exams.tasks import transcode_image
from tests.portal.filing import as_upload, hand_in, small

TEXT = {"LO", "SH", "ST", "LT", "UT", "UC", "PN", "AE", "UR"}
PLANT = "Zz9PLANTED"


@pytest.fixture(autouse=True)
def release(monkeypatch):
    monkeypatch.setattr(services, "bundled", lambda: releases.Facts("test", "0", "0" * 64, {}))


def full_of_phi():
    """A mammogram in which every text element of the dictionary that the profile does not keep is planted."""
    dataset = dcmread(io.BytesIO(small()))
    for tag, (vr, _, _, retired, keyword) in DicomDictionary.items():
        kept = keyword in profile.KEPT | profile.UIDS | profile.DATES | profile.TIMES
        if tag < 0x00080005 or tag >= 0x7FE00000 or not keyword or kept or retired:
            continue
        if vr in TEXT and keyword != "SpecificCharacterSet":
            dataset.add_new(tag, vr, f"{PLANT}{tag % 1000}")
    nested = Dataset()
    nested.PatientName, nested.PatientID = f"{PLANT}^Nested", f"{PLANT}N"
    dataset.OriginalAttributesSequence = [nested]
    dataset.ViewCodeSequence[0].add_new(Tag(0x0010, 0x0010), "PN", f"{PLANT}^Inside")
    private = dataset.private_block(0x0029, f"{PLANT} CREATOR", create=True)
    private.add_new(0x01, "LO", f"{PLANT} private")
    dataset.add_new(Tag(0x0011, 0x0002), "UN", PLANT.encode())
    dataset.add_new(Tag(0x7FE1, 0x0010), "LO", f"{PLANT} after the pixels")
    dataset.preamble = PLANT.encode().ljust(128, b"\0")
    dataset.file_meta.SourceApplicationEntityTitle = PLANT
    dataset.file_meta.PrivateInformationCreatorUID = "1.2.3.999"
    dataset.file_meta.PrivateInformation = PLANT.encode() + b"\0\0"
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def every_row():
    """All of the database as text, the sealed originals and file names (shown to the sender alone) aside."""
    for table in connection.introspection.table_names():
        if table.startswith(("django_", "sqlite_", "auth_")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield table, json.dumps({n: str(v) for n, v in zip(names, row, strict=True) if n != "sealed"})


def test_no_planted_string_survives_anywhere(cast, caplog):
    data = full_of_phi()
    assert data.count(PLANT.encode()) > 150
    names = (
        PLANT,
        "Phantom^Petra",
        "PHANTOM-1",
        "Phantom Hospital",
        "Referrer",
        "Operator^Olga",
        "ACC-1",
        "SN-0001",
        "19650412",
    )
    with caplog.at_level(logging.DEBUG):
        answer = hand_in(cast.client("alice"), as_upload(data, "image.dcm"))
        image = Image.objects.get()
        first = image.object_key
        transcode_image(str(image.pk))
    assert answer["uploads"][0]["state"] == "filed", answer
    image.refresh_from_db()
    assert image.transcoding == "done"
    for key in (first, image.object_key):
        with default_storage.open(key) as file:
            stored = file.read()
        assert [name for name in names if name.encode() in stored] == []
    assert [(table, row) for table, row in every_row() for name in names if name in row] == []
    assert [name for name in names if name in caplog.text] == []


def test_no_original_uid_survives_in_object_or_rows(cast):
    received = dcmread(io.BytesIO(small()))
    originals = [str(received.get(f"{level}InstanceUID")) for level in ("Study", "Series", "SOP")]
    out = io.BytesIO()
    received.save_as(out)
    hand_in(cast.client("alice"), out.getvalue())
    with default_storage.open(Image.objects.get().object_key) as file:
        stored = file.read()
    assert [uid for uid in originals if uid.encode() in stored] == []
    assert [row for _, row in every_row() for uid in originals if uid in row] == []


def test_the_stored_object_says_what_was_done_and_keeps_what_reading_needs(cast):
    hand_in(cast.client("alice"), small(BurnedInAnnotation="YES"))
    image = Image.objects.get()
    with default_storage.open(image.object_key) as file:
        dataset = dcmread(file)
        file.seek(0)
        pixels = dicom.stored_pixels(file.read())
    assert dataset.PatientIdentityRemoved == "YES"
    assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"
    assert [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence] == ["113100", "113107", "113108"]
    assert (dataset.PatientName, dataset.PatientID) == (image.exam.patient.pseudonym,) * 2
    kept = "ImagerPixelSpacing WindowCenter VOILUTFunction KVP OrganDose Manufacturer SoftwareVersions ViewCodeSequence"
    assert [keyword for keyword in kept.split() if keyword not in dataset] == []
    assert [element for element in dataset if element.tag.is_private] == []
    assert pixels.shape == (160, 128)
    assert image.burnt_in == "yes"
    assert any("burnt" in note for note in image.exam.notes)
    assert {keyword_for_tag(int(tag, 16)) for tag in image.header} >= {"Rows", "Columns", "PatientID"}


@pytest.mark.parametrize(
    ("handling", "expected", "code"),
    [
        ("keep", date(2026, 3, 2), "113106"),
        ("year", date(2026, 1, 1), "113107"),
        ("nonsense", date(2026, 1, 1), "113107"),
    ],
)
def test_dates_are_kept_or_cut_to_the_year_as_the_practice_chose(cast, handling, expected, code):
    cast.northside.settings = {"dates": handling}
    cast.northside.save(update_fields=["settings"])
    hand_in(cast.client("alice"), small())
    assert Exam.objects.get().study_date == expected
    codes = Image.objects.get().header["00120064"]["Value"]
    assert codes[1]["00080100"]["Value"] == [code]


def test_moved_dates_keep_the_interval_between_a_womans_exams(cast):
    for day, study in (("20240301", "1.2.3"), ("20260302", "1.2.4")):
        hand_in(cast.client("alice"), small(StudyDate=day, StudyInstanceUID=study))
    older, newer = Exam.objects.order_by("study_date")
    assert (newer.study_date - older.study_date).days == (date(2026, 3, 2) - date(2024, 3, 1)).days
    assert older.study_date != date(2024, 3, 1)
    assert older.patient == newer.patient


def test_two_practices_replace_the_same_identifiers_differently(cast):
    data = small()
    for who in ("alice", "charlie"):
        hand_in(cast.client(who), data)
    first, second = Image.objects.select_related("exam__patient")
    assert first.exam.patient.pseudonym != second.exam.patient.pseudonym
    assert {first.sop_uid, first.series_uid}.isdisjoint({second.sop_uid, second.series_uid})
    assert first.exam.study_uid != second.exam.study_uid


def test_ages_above_ninety_are_capped(cast):
    hand_in(cast.client("alice"), small(PatientAge="097Y"))
    assert Exam.objects.get().age == 90
    assert Image.objects.get().header["00101010"]["Value"] == ["090Y"]


def test_an_original_number_typed_in_full_finds_its_exam_and_nothing_else_does(cast):
    hand_in(cast.client("alice"), small(IssuerOfPatientID=None))
    exams, here = exams_of(cast.alice), [cast.northside.pk]
    for found in ("PHANTOM-1", "ACC-1", Exam.objects.get().patient.pseudonym[:6]):
        assert search(exams, replaced(exams, cast.northside, found), here).count() == 1
    for not_found in ("PHANTOM", "Petra", "ACC-2"):
        assert search(exams, replaced(exams, cast.northside, not_found), here).count() == 0


def test_opening_an_identity_is_for_clinicians_and_is_written_down(cast):
    hand_in(cast.client("alice"), small())
    exam = Exam.objects.get()
    url = f"/exams/{exam.pk}/identity/"
    assert "PHANTOM-1" in cast.client("alice").post(url).content.decode()
    assert [cast.client(who).post(url).status_code for who in ("rosa", "ada", "charlie")] == [403, 403, 404]
    event = Event.objects.get(verb="identity.opened")
    assert (event.actor_name, event.exam_id) == ("alice@example.org", str(exam.pk))
    assert "PHANTOM" not in json.dumps(event.detail)


def test_a_sealed_original_opens_only_with_its_practices_key(cast):
    hand_in(cast.client("alice"), small())
    sealed = Identity.objects.get(kind="patient").sealed
    assert Keyring(cast.northside).unseal(bytes(sealed))["PatientID"] == "PHANTOM-1"
    with pytest.raises(InvalidToken):
        Keyring(cast.southside).unseal(bytes(sealed))
    assert reidentify(exam=Exam.objects.get(), actor=cast.alice).accession == "ACC-1"


def test_the_parsers_own_warnings_stay_out_of_the_log(cast, capfd):
    dataset = dcmread(io.BytesIO(small()))
    dataset.SpecificCharacterSet = PLANT
    dataset.PatientID = "Z" * 80 + PLANT
    out = io.BytesIO()
    dataset.save_as(out)
    hand_in(cast.client("alice"), out.getvalue())
    assert PLANT not in "".join(capfd.readouterr())
