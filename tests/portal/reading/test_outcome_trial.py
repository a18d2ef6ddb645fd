"""A table of outcomes is tried first: what each line would do is shown, nothing is written, then exactly that is kept."""

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.audit.models import Event
from portal.base.errors import Conflict, Refused
from portal.practices.models import Membership
from portal.reading.models import Outcome, OutcomeTable
from portal.reading.outcome_table import TEMPLATE
from portal.reading.outcome_trial import effects_of, keep_table, try_table
from tests.portal.cases.story import an_exam, send

HEAD = "accession,patient,side,result,proof,months\n"
CANCER = {"side": "L", "result": "malignant", "proof": "pathology", "months": 1}


@pytest.fixture
def exam(cast):
    return an_exam(cast.northside, cast.alice)


def tried(cast, rows, who="cora"):
    return try_table(practice=cast.northside, data=(HEAD + rows).encode(), actor=cast.people[who])


def upload(client, url, rows, **more):
    return client.post(url, {"table": SimpleUploadedFile("t.csv", (HEAD + rows).encode()), **more})


def test_a_trial_tells_what_each_line_would_do_and_writes_no_outcome(cast, exam):
    send(cast.client("alice"), "post", f"/api/v1/exams/{exam.pk}/outcomes/", CANCER)
    other = an_exam(cast.northside, cast.alice, pseudonym="P-TWO")
    rows = (
        f"{exam.accession},,L,malignant,pathology,1\n{exam.accession},,R,clear,follow-up,24\n"
        f"{other.accession},,B,clear,follow-up,24\nA-NOTHING,,L,clear,follow-up,24\n{other.accession},,L,cancer,pathology,\n"
    )
    table = tried(cast, rows)
    found = effects_of(table, table.lines, cast.cora)
    assert [(each.line, each.effect) for each in found] == [
        (2, "same"),
        (3, "new"),
        (4, "new"),
        (5, "fault"),
        (6, "fault"),
    ]
    assert found[3].fault == "No exam here has this accession." and found[4].fault.startswith("Give one of")
    assert "A-NOTHING" not in str(table.lines)  # what a sender called it is not kept
    assert Outcome.objects.count() == 1 and table.faults == 2
    assert Event.objects.get(verb="outcomes.checked").detail == {"lines": 5, "faults": 2, "sha256": table.digest}
    with pytest.raises(Refused, match="Correct the lines"):
        keep_table(table=table, digest=table.digest, actor=cast.cora)


def test_exactly_what_was_shown_is_kept_once_and_a_corrected_outcome_stays_with_who_entered_it(cast, exam):
    send(cast.client("alice"), "post", f"/api/v1/exams/{exam.pk}/outcomes/", {**CANCER, "result": "benign"})
    table = tried(cast, f"{exam.accession},,L,malignant,pathology,2\n")
    assert [each.effect for each in effects_of(table, table.lines, cast.cora)] == ["corrects"]
    assert keep_table(table=table, digest=table.digest, actor=cast.cora) == (1, 1)
    with pytest.raises(Conflict, match="kept already"):
        keep_table(table=table, digest=table.digest, actor=cast.cora)
    url = f"/api/v1/exams/{exam.pk}/outcomes/"
    assert [each["result"] for each in cast.client("alice").get(url).json()] == ["malignant"]
    now, before = cast.client("alice").get(f"{url}?history=true").json()
    assert (now["entered_by"], now["way"], now["replaced_at"]) == ("Cora", "csv", None)
    assert (before["entered_by"], before["way"], before["result"]) == ("Alice", "hand", "benign") and before[
        "replaced_at"
    ]
    imported = Event.objects.get(verb="outcomes.imported")
    assert (
        imported.detail["sha256"]
        == table.digest
        == hashlib.sha256((HEAD + f"{exam.accession},,L,malignant,pathology,2\n").encode()).hexdigest()
    )


def test_another_digest_or_an_outcome_entered_meanwhile_keeps_nothing(cast, exam):
    table = tried(cast, f"{exam.accession},,R,clear,follow-up,24\n")
    with pytest.raises(Conflict, match="not the table that was checked"):
        keep_table(table=table, digest="0" * 64, actor=cast.cora)
    send(cast.client("alice"), "post", f"/api/v1/exams/{exam.pk}/outcomes/", CANCER)
    with pytest.raises(Conflict, match="by somebody else since"):
        keep_table(table=table, digest=table.digest, actor=cast.cora)
    assert Outcome.objects.count() == 1


def test_the_page_shows_faults_beside_the_rows_page_by_page_and_keeps_by_one_press(cast, exam):
    cora = cast.client("cora")
    lines = (
        "".join(f"A-{at:05},,L,clear,follow-up,24\n" for at in range(230)) + f"{exam.accession},,L,clear,follow-up,24\n"
    )
    url = upload(cora, "/outcomes/", lines).url
    first, third = cora.get(url).content.decode(), cora.get(f"{url}?page=3").content.decode()
    assert (
        "230 lines cannot be kept" in first
        and "1–100 of 231" in first
        and first.count("No exam here has this accession.") == 100
    )
    assert exam.accession in third and "New" in third and "Keep exactly these" not in first
    assert exam.accession not in cora.get(f"{url}?only=faults&page=3").content.decode()
    url = upload(cora, "/outcomes/", f"{exam.accession},,L,clear,follow-up,24\n").url
    assert "Keep exactly these" in cora.get(url).content.decode() and not Outcome.objects.exists()
    wrong = cora.post(url, {"digest": "x"})
    assert wrong.status_code == 409 and "not the table that was checked" in wrong.content.decode()
    cora.post(url, {"digest": OutcomeTable.objects.latest("sent_at").digest})
    assert Outcome.objects.get().way == "csv"


@pytest.mark.parametrize(
    "who, code", [("cora", 200), ("ada", 404), ("rosa", 403), ("charlie", 404), ("alice", 403), (None, 302)]
)
def test_a_checked_table_is_its_senders_alone(cast, exam, who, code):
    table = tried(cast, f"{exam.accession},,L,clear,follow-up,24\n")
    assert cast.client(who).get(f"/outcomes/tables/{table.pk}/").status_code == code


def test_a_checked_table_is_kept_for_a_day(cast, exam):
    table = tried(cast, f"{exam.accession},,L,clear,follow-up,24\n")
    OutcomeTable.objects.update(sent_at=timezone.now() - timedelta(days=1, minutes=1))
    assert cast.client("cora").get(f"/outcomes/tables/{table.pk}/").status_code == 404
    tried(cast, f"{exam.accession},,R,clear,follow-up,24\n")
    assert not OutcomeTable.objects.filter(pk=table.pk).exists()


def test_a_trial_tells_somebody_who_also_reads_nothing_of_what_is_kept(cast, exam):
    send(cast.client("alice"), "post", f"/api/v1/exams/{exam.pk}/outcomes/", CANCER)
    Membership.objects.create(user=cast.cora, practice=cast.northside, role="reader")
    told = []
    for rows in (f"{exam.accession},,L,malignant,pathology,1\n", f"{exam.accession},,L,clear,follow-up,24\n"):
        table = tried(cast, rows)
        told.append([each.effect for each in effects_of(table, table.lines, cast.cora)])
    assert told == [["kept"], ["kept"]]


def test_the_api_tries_and_keeps_the_same_file_by_its_digest(cast, exam):
    cora, rows = cast.client("cora"), f"{exam.accession},,L,clear,follow-up,24\n"
    tried = upload(cora, "/api/v1/outcomes/", rows + "A-0,,L,clear,follow-up,24\n", dry_run=True).json()
    assert tried["effects"] == {"new": 1, "fault": 1} and tried["faults"] == [
        {"line": 3, "fault": "No exam here has this accession."}
    ]
    digest = upload(cora, "/api/v1/outcomes/", rows, dry_run=True).json()["digest"]
    other = upload(cora, "/api/v1/outcomes/", rows + "\n", digest=digest)
    assert other.status_code == 409 and not Outcome.objects.exists()
    assert upload(cora, "/api/v1/outcomes/", rows, digest=digest).json() == {"changed": 1, "exams": 1}


def test_the_template_is_a_table_that_the_portal_reads(cast):
    answer = cast.client("ada").get("/outcomes/template.csv")
    assert answer["Content-Type"].startswith("text/csv") and answer.content.decode() == TEMPLATE
    assert len(list(csv.DictReader(io.StringIO(TEMPLATE)))) == 3
    table = try_table(practice=cast.northside, data=TEMPLATE.encode(), actor=cast.ada)
    assert {each["fault"] for each in table.lines} == {
        "No exam here has this accession.",
        "No exam here has this patient.",
    }
