"""The report: drafted from the agreed read, signed with the password, frozen, added to, mailed without patient data."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.analysis.models import Reveal
from portal.audit.models import Event
from portal.cases.models import Case
from portal.reading import pdf
from portal.reading.models import Letter, Report
from portal.reading.services.decide import confirm
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import digest_of_report
from portal.reading.tasks import sweep_letters, tell_clinician
from tests.conftest import PASSWORD
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, suspicious


@pytest.fixture
def case(cast):
    exam = an_exam(cast.northside, cast.alice, pseudonym="P-SECRET77")
    a_run(exam)
    case = a_case(exam, cast.alice, first_opinion={"category": {"L": "4B", "R": "1"}, "recall": True})
    read = a_locked_read(case, cast.rosa, suspicious())
    reveal(read=read, actor=cast.rosa)
    confirm(read=read, actor=cast.rosa)
    return case


def sign(client, case, text="Left mass, category 4B. Biopsy.", password=PASSWORD):
    return client.post(f"/cases/{case.pk}/report/", {"text": text, "password": password})


def test_the_draft_follows_the_order_that_readers_expect(cast, case):
    page = cast.client("rosa").get(f"/cases/{case.pk}/report/").content.decode()
    order = ["INDICATION", "COMPOSITION", "FINDINGS", "COMPARISON", "ASSESSMENT (BI-RADS-LIKE)", "MANAGEMENT"]
    places = [page.index(title) for title in order]
    assert places == sorted(places)
    assert "1. Mass: left breast, upper outer, 12 mm, shape irregular, margin spiculated, category 4B." in page
    assert "test-release 1.2.3" in page and "not a diagnosis" in page


def test_signing_freezes_closes_and_tells_the_clinician_without_patient_data(
    cast, case, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(tell_clinician, "apply_async", lambda args: tell_clinician.run(*args))
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign(cast.client("rosa"), case)
    report = Report.objects.get()
    assert answer.url == f"/reports/{report.pk}/"
    assert report.digest == digest_of_report(report) == Event.objects.get(verb="report.signed").detail["digest"]
    assert Case.objects.with_state().get().state == "signed"
    letter = mail.outbox[0]
    assert letter.to == ["alice@example.org"] and case.number in letter.subject
    words = (letter.subject + letter.body).replace(case.number, "").replace(str(report.pk), "")  # drawn by chance
    assert not [each for each in ("P-SECRET77", "mass", "4B", "P-", "recall", "left") if each in words]


def away(*_, **__):
    raise OperationalError("no broker")


def test_a_letter_outlives_a_broker_and_a_mail_server_that_are_away_and_is_sent_once(
    cast, case, monkeypatch, settings, django_capture_on_commit_callbacks
):
    settings.PUBLIC_URL = "https://overread.example"
    monkeypatch.setattr(tell_clinician, "apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        assert sign(cast.client("rosa"), case).status_code == 302
    report = Report.objects.get()
    monkeypatch.setattr(tell_clinician, "delay", tell_clinician.run)
    with monkeypatch.context() as down:
        down.setattr("portal.reading.tasks.send_mail", lambda *args: (_ for _ in ()).throw(OSError("no mail server")))
        with pytest.raises(OSError, match="no mail server"):
            sweep_letters.run()
    sweep_letters.run()  # tried a moment ago: not yet again
    assert mail.outbox == []
    Letter.objects.update(tried_at=timezone.now() - timedelta(minutes=11))
    sweep_letters.run()
    sweep_letters.run()
    tell_clinician.run(str(report.pk))
    assert [letter.subject for letter in mail.outbox] == [f"The report of case {case.number}"]
    assert f"https://overread.example/cases/{case.pk}/" in mail.outbox[0].body


def test_a_wrong_password_signs_nothing_is_in_the_trail_and_five_close_the_door(cast, case):
    rosa = cast.client("rosa")
    for _ in range(5):
        answer = sign(rosa, case, password="guess")
        assert answer.status_code == 400 and "This is not your password" in answer.content.decode()
    assert "Wait five minutes" in sign(rosa, case).content.decode()
    assert Report.objects.count() == 0
    assert Event.objects.filter(verb="report.sign-refused", outcome="refused").count() == 5


@pytest.fixture(autouse=True)
def no_tries_left_over():
    from django.core.cache import cache

    cache.clear()


@pytest.mark.parametrize("who, code", [("rufus", 302), ("alice", 302), ("cora", 302), ("charlie", 404), ("otto", 403)])
def test_only_the_last_reader_signs(cast, case, who, code):
    assert sign(cast.client(who), case).status_code == code
    assert Report.objects.count() == 0


def test_signing_twice_keeps_one_report(cast, case):
    sign(cast.client("rosa"), case)
    sign(cast.client("rosa"), case, text="Another text")
    assert [report.text for report in Report.objects.all()] == ["Left mass, category 4B. Biopsy."]


def test_an_addendum_is_beside_the_report_and_never_over_it(cast, case):
    rosa = cast.client("rosa")
    sign(rosa, case)
    report = Report.objects.get()
    added = rosa.post(
        f"/reports/{report.pk}/addendum/", {"text": "Prior of 2009 seen.", "password": PASSWORD}, follow=True
    )
    page = added.content.decode()
    assert "Prior of 2009 seen." in page and "Left mass, category 4B. Biopsy." in page
    assert Report.objects.get(pk=report.pk).text == report.text
    refused = cast.client("rufus").post(f"/reports/{report.pk}/addendum/", {"text": "Mine too", "password": PASSWORD})
    assert refused.status_code == 400 and Report.objects.count() == 2


def test_a_changed_report_says_that_it_no_longer_matches(cast, case):
    sign(cast.client("rosa"), case)
    assert "Signed and unchanged" in cast.client("alice").get(f"/reports/{Report.objects.get().pk}/").content.decode()
    Report.objects.update(text="Nothing there.")
    page = cast.client("alice").get(f"/reports/{Report.objects.get().pk}/").content.decode()
    assert "no longer matches its fingerprint" in page


def test_the_clinician_finds_the_report_and_reading_it_counts_as_a_reveal(cast, case):
    sign(cast.client("rosa"), case)
    alice = cast.client("alice")
    assert "Open the report" in alice.get(f"/cases/{case.pk}/").content.decode()
    assert not Reveal.objects.filter(user=cast.alice).exists()
    assert alice.get(f"/reports/{Report.objects.get().pk}/").status_code == 200
    assert Reveal.objects.get(user=cast.alice).why == "report"
    assert Event.objects.filter(verb="report.viewed", actor_id=str(cast.alice.pk)).exists()
    assert cast.client("charlie").get(f"/reports/{Report.objects.get().pk}/").status_code == 404


def test_the_report_of_an_earlier_case_stays_closed_to_a_blind_reader_of_the_same_exam(cast, case):
    sign(cast.client("rosa"), case)
    report = Report.objects.get()
    again = a_case(case.exam, cast.alice)
    cast.client("rufus").post(f"/cases/{again.pk}/read/")
    answer = cast.client("rufus").get(f"/reports/{report.pk}/", follow=True)
    assert "You are reading this exam blind" in answer.content.decode()
    shown = cast.client("rufus").get(f"/cases/{case.pk}/").content.decode()
    assert "Model-says" not in shown
    opinions, comments = shown.split("What happened")[0].split('id="comments"')
    assert "Rosa" not in opinions and "Open the report" not in shown
    assert "Rosa" in comments  # whom one can mention is the practice, whoever signed
    a_locked_read(again, cast.rufus, benign())
    assert cast.client("rufus").get(f"/reports/{report.pk}/").status_code == 200


@pytest.mark.skipif(not pdf.available(), reason="Pango is not installed")
def test_the_pdf_is_made_of_the_words_the_release_and_the_notice(cast, case, monkeypatch):
    sign(cast.client("rosa"), case)
    pages, make = [], pdf.to_pdf
    monkeypatch.setattr(pdf, "to_pdf", lambda html, files: pages.append(html) or make(html, files))
    answer = cast.client("alice").get(f"/reports/{Report.objects.get().pk}/pdf/")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")
    for words in ("Left mass, category 4B", "test-release 1.2.3", "not a diagnosis", Report.objects.get().digest):
        assert words in pages[0]


def test_without_pango_the_page_says_which_package_brings_the_pdf(cast, case, monkeypatch):
    sign(cast.client("rosa"), case)
    monkeypatch.setattr(pdf, "HTML", None)
    answer = cast.client("alice").get(f"/reports/{Report.objects.get().pk}/pdf/", follow=True)
    assert "libpango-1.0-0" in answer.content.decode()


@pytest.mark.skipif(not pdf.available(), reason="Pango is not installed")
def test_a_report_loads_nothing_from_outside():
    with pytest.raises(ValueError, match="loads nothing"):
        pdf.Given({}).fetch("http://169.254.169.254/latest")


def test_the_api_lists_reports_and_opening_one_is_a_reveal(cast, case):
    sign(cast.client("rosa"), case)
    alice = cast.client("alice")
    listed = alice.get("/api/v1/reports/").json()["results"]
    assert [row["number"] for row in listed] == [case.number] and "text" not in listed[0]
    assert not Reveal.objects.filter(user=cast.alice).exists()
    whole = alice.get(f"/api/v1/reports/{listed[0]['id']}/").json()
    assert whole["intact"] is True and whole["text"] == "Left mass, category 4B. Biopsy."
    assert Reveal.objects.filter(user=cast.alice, why="report").exists()
    assert cast.client("charlie").get(f"/api/v1/reports/{listed[0]['id']}/").status_code == 404


def test_the_api_keeps_a_report_from_a_blind_reader_of_the_same_exam(cast, case):
    sign(cast.client("rosa"), case)
    again = a_case(case.exam, cast.alice)
    cast.client("rufus").post(f"/cases/{again.pk}/read/")
    answer = cast.client("rufus").get(f"/api/v1/reports/{Report.objects.get().pk}/")
    assert answer.status_code == 400 and "blind" in answer.json()["detail"] and "text" not in answer.json()


@pytest.mark.parametrize("density, there", [("A", False), ("B", False), ("C", True), ("D", True)])
def test_the_practices_density_notice_is_added_to_reports_about_dense_breasts_alone(cast, density, there):
    cast.northside.settings = {"density_notice": "Dense tissue can hide a cancer."}
    cast.northside.save()
    case = a_case(an_exam(cast.northside, cast.alice), cast.alice)
    read = a_locked_read(case, cast.rosa, benign() | {"density": density})
    reveal(read=read, actor=cast.rosa, without=True)
    confirm(read=read, actor=cast.rosa)
    sign(cast.client("rosa"), case)
    page = cast.client("alice").get(f"/reports/{Report.objects.get().pk}/").content.decode()
    assert ("Dense tissue can hide a cancer." in page) is there


def test_the_report_names_everybody_who_read_and_when(cast, case):
    sign(cast.client("rosa"), case)
    rows = {row["who"]: row for row in Report.objects.get().body["opinions"]}
    read = case.reads.get()
    assert rows["Reader"]["name"] == "Rosa" and rows["Reader"]["at"] == f"{read.locked_at:%Y-%m-%d %H:%M} UTC"
    assert rows["First opinion"]["name"] == "Alice" and rows["Suggestion"]["at"]
    page = cast.client("alice").get(f"/reports/{Report.objects.get().pk}/").content.decode()
    assert rows["Reader"]["at"] in page
