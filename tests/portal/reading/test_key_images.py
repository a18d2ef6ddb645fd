"""Key images: chosen in the read, locked with it, drawn by a worker, fixed by the report's digest, shown with it alone."""

import hashlib
import io
import re
import zlib
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image as Pillow
from pydicom import dcmread

from inference import phantom
from portal.analysis.models import Reveal
from portal.audit.models import Event
from portal.base.errors import Refused
from portal.cases.models import Case
from portal.reading import key_images, pdf
from portal.reading.body import parse_body
from portal.reading.models import KeyImage, Report
from portal.reading.services.decide import amend, confirm
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import digest_of_report, sign
from portal.reading.tasks import draw_key_image, sweep_key_images
from tests.conftest import PASSWORD
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, suspicious


@pytest.fixture
def case(cast):
    """A case whose LCC has pixels."""
    exam = an_exam(cast.northside, cast.alice)
    a_run(exam)
    data = phantom.dicom(laterality="L", view="CC", rows=200, cols=160)
    image = exam.images.get(laterality="L", view="CC")
    image.object_key = default_storage.save("test-key-images/lcc.dcm", ContentFile(data))
    image.header = dcmread(io.BytesIO(data)).to_json_dict()
    image.rows, image.columns = 200, 160
    image.save()
    return a_case(exam, cast.alice)


def chosen(case, **more):
    image = case.exam.images.get(laterality="L", view="CC")
    return {"image": str(image.pk), "frame": 1, "center": 2048.0, "width": 4096.0, "function": "LINEAR", "lut": None,
            "invert": False, **more}  # fmt: skip


def with_picture(case, **more):
    body = suspicious()
    body["key_images"] = [chosen(case, **more)]
    mark = {"id": "k1", "image": body["key_images"][0]["image"], "tool": "point", "points": [[60.0, 90.0]], "mm": None}
    body["findings"][0]["marks"] = [mark]
    return body


@pytest.fixture
def decided(cast, case):
    read = a_locked_read(case, cast.rosa, with_picture(case))
    reveal(read=read, actor=cast.rosa)
    return confirm(read=read, actor=cast.rosa)


@pytest.fixture
def signed(cast, case, decided):
    key_images.draw(str(KeyImage.objects.get().pk))
    return sign(case=case, actor=cast.rosa, text="Left mass, category 4B.")


def test_locking_has_the_picture_drawn_in_the_background(cast, case, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(draw_key_image, "apply_async", lambda args: asked.append(args[0]))
    with django_capture_on_commit_callbacks(execute=True):
        read = a_locked_read(case, cast.rosa, with_picture(case))
    row = KeyImage.objects.get()
    assert asked == [str(row.pk)] and row.state == "waiting" and row.read == read
    assert row.recipe["marks"] == [{"number": 1, "tool": "point", "points": [[60.0, 90.0]]}]
    draw_key_image.run(str(row.pk))
    row.refresh_from_db()
    with default_storage.open(row.object_key) as file:
        picture = file.read()
    assert row.state == "drawn" and hashlib.sha256(picture).hexdigest() == row.sha256
    assert Pillow.open(io.BytesIO(picture)).format == "JPEG"
    before = row.drawn_at
    draw_key_image.run(str(row.pk))  # delivered twice
    assert KeyImage.objects.get().drawn_at == before


def test_an_amendment_draws_what_it_changed_and_the_report_shows_what_the_reader_stands_by(cast, case):
    read = a_locked_read(case, cast.rosa, with_picture(case))
    reveal(read=read, actor=cast.rosa)
    amend(read=read, actor=cast.rosa, reason="Another window", data=with_picture(case, width=900.0))
    assert [change["field"] for change in read.amendment.changes] == ["key_images"]
    (shown,) = key_images.of_read(read)
    assert KeyImage.objects.count() == 2 and shown.recipe["width"] == 900.0


def test_signing_does_not_wait_for_a_picture_and_says_so_unless_one_signs_without(cast, case, decided):
    rosa = cast.client("rosa")
    page = rosa.get(f"/cases/{case.pk}/report/").content.decode()
    assert "L CC: still being drawn" in page and "Sign without the key images" in page
    words = {"text": "Left mass.", "password": PASSWORD}
    refused = rosa.post(f"/cases/{case.pk}/report/", words)
    assert refused.status_code == 400 and "Not every key image is ready" in refused.content.decode()
    assert Report.objects.count() == 0
    assert rosa.post(f"/cases/{case.pk}/report/", words | {"without_pictures": "on"}).status_code == 302
    assert Report.objects.get().body["key_images"] == []


def test_what_cannot_be_drawn_says_why_and_the_sweep_tries_what_a_worker_left(cast, case, decided, monkeypatch):
    sent = []
    monkeypatch.setattr(draw_key_image, "delay", sent.append)
    row = KeyImage.objects.get()
    KeyImage.objects.update(tries=1, tried_at=timezone.now())
    sweep_key_images.run()
    assert sent == []  # a worker may be at it
    KeyImage.objects.update(tried_at=timezone.now() - timedelta(minutes=3))
    sweep_key_images.run()
    assert sent == [str(row.pk)]
    default_storage.delete(row.image.object_key)
    key_images.draw(str(row.pk))
    row.refresh_from_db()
    assert row.state == "failed" and "not in the storage" in row.say
    sweep_key_images.run()
    assert len(sent) == 1
    KeyImage.objects.update(failed_because="", tries=3, tried_at=timezone.now() - timedelta(minutes=3))
    assert KeyImage.objects.get().state == "failed"  # its worker died three times


def test_the_reports_digest_fixes_each_picture_and_a_changed_one_is_not_shown(cast, case, signed):
    row = KeyImage.objects.get()
    assert signed.body["key_images"] == [
        {"id": str(row.pk), "label": "L CC", "frame": None, "findings": [1], "sha256": row.sha256}
    ]
    assert digest_of_report(signed) == signed.digest
    signed.body["key_images"][0]["sha256"] = "0" * 64
    assert digest_of_report(signed) != signed.digest
    alice = cast.client("alice")
    address = f"/reports/{signed.pk}/pictures/1/"
    assert f'src="{address}"' in alice.get(f"/reports/{signed.pk}/").content.decode()
    default_storage.delete(row.object_key)
    default_storage.save(row.object_key, ContentFile(b"another picture"))
    assert alice.get(address).status_code == 404
    assert "no longer matches its fingerprint" in alice.get(f"/reports/{signed.pk}/").content.decode()


@pytest.mark.parametrize(
    "who, code", [("alice", 200), ("rosa", 200), ("cora", 200), ("charlie", 404), ("otto", 403), (None, 302)]
)
def test_a_picture_is_seen_by_those_who_see_the_report_and_seeing_it_is_written_down(cast, signed, who, code):
    answer = cast.client(who).get(f"/reports/{signed.pk}/pictures/1/")
    assert answer.status_code == code
    if code == 200:
        assert answer["Content-Type"] == "image/jpeg" and "no-store" in answer["Cache-Control"]
        seen = Event.objects.filter(verb="report.viewed", actor_id=str(getattr(cast, who).pk))
        assert seen.exists() and Reveal.objects.filter(user=getattr(cast, who)).exists()
    assert cast.client("alice").get(f"/reports/{signed.pk}/pictures/2/").status_code == 404


def test_a_blind_reader_of_the_same_exam_sees_no_picture_and_nothing_of_what_another_chose(cast, case, signed):
    again = a_case(case.exam, cast.alice)
    begin(case=again, user=cast.rufus)
    rufus = cast.client("rufus")
    assert rufus.get(f"/reports/{signed.pk}/pictures/1/").status_code == 404
    assert not Reveal.objects.filter(user=cast.rufus).exists()
    row = KeyImage.objects.get()
    for address in (
        f"/cases/{again.pk}/",
        f"/cases/{case.pk}/",
        f"/api/v1/cases/{again.pk}/manifest/",
        f"/exams/{case.exam_id}/",
    ):
        page = rufus.get(address).content.decode()
        assert not [word for word in (str(row.pk), row.sha256, "key-image:", "/pictures/") if word in page]


def test_before_the_report_nobody_but_its_reader_learns_of_a_key_image(cast, case):
    a_locked_read(case, cast.rosa, with_picture(case))
    row = KeyImage.objects.get()
    for who in ("rufus", "alice", "cora", "ada", "otto"):
        for address in (
            f"/cases/{case.pk}/",
            f"/api/v1/cases/{case.pk}/",
            "/api/v1/reads/",
            "/audit/",
            "/api/v1/events/",
        ):
            page = cast.client(who).get(address).content.decode()
            assert str(row.pk) not in page and "key_image" not in page and "key-image" not in page, (who, address)


@pytest.mark.parametrize(
    "pictures, path",
    [
        (lambda one: [one] * 2, "key_images"), (lambda one: [{**one, "frame": at + 1} for at in range(9)], "key_images"),
        (lambda one: [{**one, "width": 0}], "key_images.0.width"), (lambda one: [{**one, "center": 1e9}], "key_images.0.center"),
        (lambda one: [{**one, "function": "CUBIC"}], "key_images.0.function"), (lambda one: [{**one, "image": "x"}], "key_images.0.image"),
        (lambda one: [{**one, "lut": 99}], "key_images.0.lut"), (lambda one: [{**one, "frame": 0}], "key_images.0.frame"),
    ],
)  # fmt: skip
def test_malformed_choices_are_refused_by_name(case, pictures, path):
    with pytest.raises(Refused) as refused:
        parse_body(benign() | {"key_images": pictures(chosen(case))})
    assert path in refused.value.fields


@pytest.mark.parametrize("wrong", ["another exam", "a slice that is not there", "burnt-in text"])
def test_only_images_of_the_exam_without_burnt_in_text_are_chosen(cast, case, wrong):
    if wrong == "burnt-in text":
        case.exam.images.filter(laterality="L", view="CC").update(burnt_in="yes")
    other = an_exam(cast.northside, cast.alice, pseudonym="P-OTHER").images.first()
    more = {"another exam": {"image": str(other.pk)}, "a slice that is not there": {"frame": 2}}.get(wrong, {})
    read = begin(case=case, user=cast.rosa)
    with pytest.raises(Refused) as refused:
        save_draft(read=read, version=0, data=benign() | {"key_images": [chosen(case, **more)]})
    assert "key_images" in refused.value.fields


def unpacked(made):
    """Every compressed stream of a PDF; one whose last byte is a carriage return too, which is its own and no end of line."""
    for piece in re.findall(rb"stream\r?\n(.*?)\nendstream", made, re.DOTALL):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(piece)


@pytest.mark.skipif(not pdf.available(), reason="Pango is not installed")
def test_the_pdf_holds_the_picture_its_words_and_is_tagged_for_screen_readers(cast, case, signed):
    answer = cast.client("alice").get(f"/reports/{signed.pk}/pdf/")
    made = answer.content
    assert answer["Content-Type"] == "application/pdf"
    everything = made + b"".join(unpacked(made))
    assert b"/DCTDecode" in made
    for words in (
        b"/StructTreeRoot",
        b"/Lang (en)",
        b"/Marked true",
        b"/DisplayDocTitle true",
        b"pdfuaid:part",
        b"/S /Figure",
    ):
        assert words in everything, words
    assert f"Report {case.number}".encode() in everything and b"L CC, marks of finding 1" in everything


def test_a_case_without_key_images_is_signed_as_before(cast, case):
    read = a_locked_read(case, cast.rosa, suspicious())
    reveal(read=read, actor=cast.rosa)
    confirm(read=read, actor=cast.rosa)
    page = cast.client("rosa").get(f"/cases/{case.pk}/report/").content.decode()
    assert "Sign without the key images" not in page and "Key images" not in page
    assert sign(case=case, actor=cast.rosa, text="Words.").body["key_images"] == []
    assert Case.objects.with_state().get().state == "signed"


def test_a_read_is_locked_and_drawn_once_for_the_same_choice(cast, case):
    read = begin(case=case, user=cast.rosa)
    read = save_draft(read=read, version=0, data=with_picture(case))
    lock(read=read, actor=cast.rosa, version=1)
    lock(read=read, actor=cast.rosa, version=1)
    assert KeyImage.objects.count() == 1
