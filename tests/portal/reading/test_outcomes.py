"""Outcomes: entered by hand or from a table, whole or not at all, and never shown to whom could read blind."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.audit.models import Event
from portal.exams.models import Exam, Patient
from portal.practices.models import Membership
from portal.reading.models import Outcome, OutcomeTable
from portal.reading.services.draft import begin
from portal.reading.services.sign import sign
from tests.portal.cases.story import a_case, a_locked_read, an_exam, benign, send

CANCER = {"side": "L", "result": "malignant", "proof": "pathology", "months": 1}


@pytest.fixture
def exam(cast):
    return an_exam(cast.northside, cast.alice)


def kept():
    return sorted(Outcome.objects.current().values_list("exam__accession", "side", "result"))


@pytest.mark.parametrize(
    "who, code", [("alice", 201), ("cora", 201), ("rosa", 400), ("charlie", 404), ("otto", 404), (None, 401)]
)
def test_clinicians_and_coordinators_enter_what_became_of_a_breast(cast, exam, who, code):
    assert send(cast.client(who), "post", f"/api/v1/exams/{exam.pk}/outcomes/", CANCER).status_code == code
    assert Outcome.objects.exists() is (code == 201)
    if code == 201:
        event = Event.objects.get(verb="outcome.entered")
        assert event.detail == {"sides": ["L"], "way": "hand"}  # how and for which side, never what


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"side": "X"}, "side"), ({"side": None}, "side"), ({"result": "cancer"}, "result"), ({"proof": "guess"}, "proof"),
        ({"proof": "follow-up"}, "proof"), ({"months": "soon"}, "months"), ({"months": 241}, "months"), ({"months": -1}, "months"),
        ({"result": "clear", "proof": "follow-up", "months": 11}, "months"), ({"months": []}, "months"),
        ({"result": "clear", "proof": "follow-up", "months": None}, "months"),
    ],
)  # fmt: skip
def test_an_outcome_that_cannot_be_names_its_field(cast, exam, wrong, field):
    answer = send(cast.client("alice"), "post", f"/api/v1/exams/{exam.pk}/outcomes/", {**CANCER, **wrong})
    assert answer.status_code == 400 and list(answer.json()["errors"]) == [field]
    assert not Outcome.objects.exists()


def test_a_side_that_the_exam_does_not_show_has_no_outcome(cast):
    right = an_exam(cast.northside, cast.alice, pseudonym="P-R", views=("RCC",))
    assert send(cast.client("alice"), "post", f"/api/v1/exams/{right.pk}/outcomes/", CANCER).status_code == 400


def test_a_later_outcome_replaces_and_keeps_the_earlier_and_the_same_again_is_nothing(cast, exam):
    url = f"/api/v1/exams/{exam.pk}/outcomes/"
    send(cast.client("alice"), "post", url, {"side": "L", "result": "clear", "proof": "follow-up", "months": 24})
    for _ in range(2):
        send(cast.client("cora"), "post", url, CANCER)
    assert kept() == [(exam.accession, "L", "malignant")]
    assert Outcome.objects.count() == 2 and Event.objects.filter(verb="outcome.entered").count() == 2


def shown(cast, case, who):
    client = cast.client(who)
    by_api = client.get(f"/api/v1/exams/{case.exam_id}/outcomes/").json()
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert bool(by_api) is ("cancer by pathology" in page)
    return bool(by_api)


def test_no_reader_sees_an_outcome_while_a_case_is_open_or_the_exam_can_be_read_blind(cast, exam):
    send(cast.client("alice"), "post", f"/api/v1/exams/{exam.pk}/outcomes/", CANCER)
    case = a_case(exam, cast.alice)
    begin(case=case, user=cast.rosa)
    assert [shown(cast, case, who) for who in ("alice", "cora", "rosa", "rufus")] == [True, True, False, False]
    read = a_locked_read(case, cast.rosa, benign())
    assert not shown(cast, case, "rosa")  # locked, and still to confirm or amend
    for step, body in (("reveal/", {"without": True}), ("confirm/", {})):
        send(cast.client("rosa"), "post", f"/api/v1/reads/{read.pk}/{step}", body)
    sign(case=case, actor=cast.rosa, text="Signed words.")
    assert [shown(cast, case, who) for who in ("rosa", "rufus")] == [True, False]


def test_a_clinician_who_also_reads_sees_no_outcome_of_an_open_case(cast, exam):
    send(cast.client("alice"), "post", f"/api/v1/exams/{exam.pk}/outcomes/", CANCER)
    Membership.objects.create(user=cast.alice, practice=cast.northside, role="reader")
    assert not shown(cast, a_case(exam, cast.cora), "alice")


def table(client, text):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post("/api/v1/outcomes/", {"table": SimpleUploadedFile("t.csv", data, content_type="text/csv")})


HEAD = "accession,patient,side,result,proof,months\n"


def test_a_table_finds_exams_by_accession_and_by_patient_and_knows_both_sides(cast, exam):
    other = an_exam(cast.northside, cast.alice, pseudonym="P-TWO")
    rows = f"{exam.accession},,L,Malignant,pathology,1\n,P-TWO,B,clear,follow-up,24\n"
    for _ in range(2):
        answer = table(cast.client("ada"), "\ufeff" + HEAD + rows)
        assert answer.status_code == 200, answer.content
    assert answer.json() == {"changed": 0, "exams": 2}
    assert kept() == sorted(
        [(exam.accession, "L", "malignant"), (other.accession, "L", "clear"), (other.accession, "R", "clear")]
    )
    assert Event.objects.filter(verb="outcomes.imported").count() == 2


def test_a_table_with_semicolons_is_read_as_well(cast, exam):
    assert (
        table(cast.client("cora"), f"Accession;Side;Result;Proof\n{exam.accession};R;benign;pathology\n").status_code
        == 200
    )
    assert kept() == [(exam.accession, "R", "benign")]


def test_one_wrong_row_keeps_nothing_and_every_wrong_row_is_told_by_its_line(cast, exam):
    Exam.objects.create(
        practice=cast.northside, patient=Patient.objects.get(), study_uid="2.25.99", accession="A9999999"
    )
    strange = an_exam(cast.southside, cast.charlie, pseudonym="P-STRANGE")
    rows = [
        f"{exam.accession},,L,malignant,pathology,1", "A-NOTHING,,L,clear,follow-up,24", f",{exam.patient.pseudonym},L,clear,pathology,",
        ",,L,clear,pathology,", f"{exam.accession},,L,clear,pathology,", f"{exam.accession},,R,cancer,pathology,",
        f"{strange.accession},,L,malignant,pathology,1",
    ]  # fmt: skip
    answer = table(cast.client("cora"), HEAD + "\n".join(rows))
    assert answer.status_code == 400
    says = answer.json()["errors"]["table"]
    for line, words in {3: "No exam here", 4: "Several exams", 5: "Give an accession", 6: "something else of the L side",
                        7: "Give one of", 8: "No exam here"}.items():  # fmt: skip
        assert any(say.startswith(f"Line {line}:") and words in say for say in says), (line, says)
    assert len(says) == 6 and not Outcome.objects.exists()


@pytest.mark.parametrize(
    "data, words",
    [
        ("", "needs the columns"), ("a,b\n1,2\n", "needs the columns"), (HEAD, "1 to 5000 rows"), (b"\xff\xfe\x00", "UTF-8"),
        ("side,result,proof\nL,clear,pathology\n", "one of accession, patient"), (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (HEAD + "A\x00,,L,clear,pathology,\n", "No exam here"), (HEAD + "x\n", "No exam here"), (HEAD + ",,,,,,,,\n", "Give an acc"),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_such_table_is_refused_with_what_to_do(cast, exam, data, words):
    answer = table(cast.client("cora"), data)
    assert answer.status_code == 400, answer.content
    assert words in str(answer.json()) or (not data and "empty" in str(answer.json()))


@pytest.mark.parametrize("who, code", [("alice", 403), ("rosa", 403), ("otto", 403), (None, 401)])
def test_tables_come_from_coordinators_and_admins(cast, exam, who, code):
    assert table(cast.client(who), HEAD + f"{exam.accession},,L,clear,pathology,\n").status_code == code


def test_the_page_says_beside_the_field_what_cannot_be_and_keeps_what_was_typed(cast, exam):
    case = a_case(exam, cast.alice)
    sent = {"side": "R", "result": "benign", "proof": "follow-up", "months": "3"}
    answer = cast.client("alice").post(f"/cases/{case.pk}/outcome/", sent)
    form = answer.content.decode().split('id="o-side"')[1].split("</form>")[0]
    assert answer.status_code == 400 and 'value="3"' in form and 'id="outcome-months-error"' in form
    assert 'value="benign" selected' in form and 'value="follow-up" selected' in form
    assert not Outcome.objects.exists()


def test_the_pages_take_one_outcome_and_a_table(cast, exam):
    case = a_case(exam, cast.alice)
    cast.client("alice").post(f"/cases/{case.pk}/outcome/", CANCER)
    assert kept() == [(exam.accession, "L", "malignant")]
    wrong = SimpleUploadedFile("t.csv", b"side,result,proof,accession\nL,<b>,pathology,A-0\n")
    checked = cast.client("ada").post("/outcomes/", {"table": wrong}, follow=True).content.decode()
    assert "1 line cannot be kept" in checked and "No exam here has this accession." in checked and "<b>" not in checked
    assert cast.client("ada").post("/outcomes/").status_code == 400
    right = SimpleUploadedFile("t.csv", f"side,result,proof,accession\nR,clear,pathology,{exam.accession}\n".encode())
    url = cast.client("ada").post("/outcomes/", {"table": right}).url
    assert kept() == [(exam.accession, "L", "malignant")]  # checked only
    sent = {"digest": OutcomeTable.objects.latest("sent_at").digest}
    assert "1 outcomes of 1 exams" in cast.client("ada").post(url, sent, follow=True).content.decode()
    assert len(kept()) == 2
    assert cast.client("rosa").get("/outcomes/").status_code == 403
