"""What is stored, hashed, signed or sent never depends on the language of who acts."""

import json

import pytest
from django.core import mail
from django.utils import translation

from portal.audit.models import Event
from portal.reading.draft_report import as_text, compose
from portal.reading.lexicon import LEXICONS, lexicon_of, spoken
from portal.reading.models import Read, Report
from portal.reading.services.decide import confirm
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import digest_of_report
from tests.conftest import PASSWORD
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, suspicious


@pytest.fixture
def rosa(cast):
    cast.rosa.language = "de"
    cast.rosa.save(update_fields=["language"])
    return cast.client("rosa")


@pytest.fixture
def case(cast):
    exam = an_exam(cast.northside, cast.alice)
    a_run(exam)
    case = a_case(exam, cast.alice, facts={"symptoms": ["lump"], "symptom_side": "L"})
    with translation.override("de"):
        read = a_locked_read(case, cast.rosa, suspicious())
        reveal(read=read, actor=cast.rosa)
        confirm(read=read, actor=cast.rosa)
    return case


def test_a_report_signed_in_german_holds_the_words_and_the_digest_of_one_signed_in_english(cast, case, rosa):
    english = compose(case, cast.rosa)
    with translation.override("de"):
        assert compose(case, cast.rosa) == english
    page = rosa.get(f"/cases/{case.pk}/report/").content.decode()
    assert "Bericht schreiben und signieren" in page and "Symptoms: lump (left)." in page
    rosa.post(f"/cases/{case.pk}/report/", {"text": as_text(english), "password": PASSWORD})
    report = Report.objects.get()
    assert report.body == english and report.text == as_text(english)
    assert report.digest == digest_of_report(report) == Event.objects.get(verb="report.signed").detail["digest"]
    shown = rosa.get(f"/reports/{report.pk}/").content.decode()
    assert "Signiert und unverändert" in shown and "<h2>Opinions</h2>" in shown and "not a diagnosis" in shown


def test_a_locked_read_and_its_trail_hold_codes_and_english_words_alone(case):
    read = Read.objects.get()
    kept = json.dumps([read.body, [each.detail for each in Event.objects.all()]], default=str)
    assert "Herdbefund" not in kept and "Befunder" not in kept
    assert read.body["findings"][0]["descriptors"] == {"shape": "irregular", "margin": "spiculated"}


@pytest.mark.parametrize("code", sorted(LEXICONS))
def test_the_lexicon_itself_is_the_same_in_every_language_and_its_codes_when_it_is_said(code):
    words = lexicon_of(code)
    english = words.as_json()
    with translation.override("es"):
        assert words.as_json() == english
        said = spoken(words)
    assert said["kinds"]["mass"]["title"] == "Masa" and said["words"]["oval"] == "ovalada"
    assert [list(said[name]) for name in ("density", "categories", "management", "quadrants")] == [
        list(english[name]) for name in ("density", "categories", "management", "quadrants")
    ]
    assert {kind: value["descriptors"] for kind, value in said["kinds"].items()} == {
        kind: value["descriptors"] for kind, value in english["kinds"].items()
    }
    plain = spoken(words)
    assert plain["kinds"] == english["kinds"] and plain["categories"] == dict(english["categories"])


def test_a_mail_is_english_whoever_sends_it(cast, django_capture_on_commit_callbacks):
    cast.ada.language = "es"
    cast.ada.save(update_fields=["language"])
    with django_capture_on_commit_callbacks(execute=True):
        answer = cast.client("ada").post(
            "/members/invite/", {"email": "new@example.org", "roles": ["reader"]}, follow=True
        )
    assert "El enlace va por correo." in answer.content.decode()
    assert "invites you to Overread" in mail.outbox[0].subject and "Choose your password here" in mail.outbox[0].body


def test_a_program_is_answered_in_english_unless_it_asks(cast, rosa, client):
    from portal.practices.services.tokens import issue_token

    _, secret = issue_token(user=cast.rosa, name="x", scopes=["cases:read"], expires_at=None, actor=cast.rosa)
    bearer = {"Authorization": f"Bearer {secret}"}
    plain = client.get("/api/v1/protocols/", headers=bearer).json()
    asked = client.get("/api/v1/protocols/", headers={**bearer, "Accept-Language": "de"}).json()
    assert "One reader." in json.dumps(plain) and "Ein Befunder." in json.dumps(asked)
    assert [each["code"] for each in plain] == [each["code"] for each in asked]
