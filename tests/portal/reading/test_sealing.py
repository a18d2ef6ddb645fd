"""Before the lock nothing anywhere holds a word of the suggestion; and no read is shown to anybody but its reader."""

import pytest
from django.test import Client

from portal.analysis.models import Reveal, Run
from portal.practices.models import ApiToken
from portal.practices.tokens import hash_of
from portal.reading.services.decide import amend
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.portal.cases.story import LEAKS, a_case, a_locked_read, a_run, an_exam, benign, send, suspicious

PEOPLE = ("rosa", "rufus", "alice", "cora", "ada", "otto", "charlie", None)
OWN_WORDS = "Spiculated mass."


@pytest.fixture
def exam(cast):
    return an_exam(cast.northside, cast.alice)


@pytest.fixture
def case(cast, exam):
    return a_case(exam, cast.alice)


@pytest.fixture
def draft(cast, case):
    read = begin(case=case, user=cast.rosa)
    return save_draft(read=read, version=0, data=suspicious())


def addresses(case, read):
    run = Run.objects.filter(exam=case.exam).first()
    image = case.exam.images.first()
    return [
        "/cases/", "/cases/?tab=pool", "/cases/?tab=mine", "/cases/?tab=open", "/cases/?tab=asked",
        f"/cases/{case.pk}/", f"/cases/{case.pk}/view/", f"/cases/{case.pk}/report/", f"/reads/{read.pk}/panel/",
        f"/exams/{case.exam_id}/", f"/exams/{case.exam_id}/view/", f"/exams/{case.exam_id}/run/", "/exams/",
        "/api/v1/cases/", f"/api/v1/cases/{case.pk}/", f"/api/v1/cases/{case.pk}/manifest/",
        f"/api/v1/exams/{case.exam_id}/", f"/api/v1/exams/{case.exam_id}/manifest/", f"/api/v1/exams/{case.exam_id}/images/",
        "/api/v1/runs/", f"/api/v1/runs/{run.pk}/", f"/api/v1/runs/{run.pk}/saliency/{image.pk}.png",
        "/api/v1/reads/", f"/api/v1/reads/{read.pk}/", "/api/v1/reports/", "/batches/", "/api/v1/batches/",
        "/audit/", "/api/v1/events/", f"/audit/?q={case.number}",
    ]  # fmt: skip


def everything(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace") + str(answer.headers)


@pytest.mark.parametrize("who", PEOPLE)
def test_no_address_leaks_the_suggestion_before_the_lock(cast, case, draft, who):
    a_run(case.exam)
    client = cast.client(who)
    seen = [client.get(url) for url in addresses(case, draft)]
    found = {(one.request["PATH_INFO"], leak) for one in seen for leak in LEAKS if leak in everything(one)}
    assert not found
    assert all(one.status_code < 500 for one in seen)
    assert Reveal.objects.count() == 0
    if who in ("rosa", "alice"):
        assert client.get(f"/api/v1/cases/{case.pk}/manifest/").json()["results"] is None


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "rosa"])
def test_nobody_reads_anothers_draft_or_locked_read(cast, case, draft, who):
    a_run(case.exam)
    client = cast.client(who)
    for locked in (False, True):
        if locked:
            a_locked_read(case, cast.rosa, suspicious())
        for url in addresses(case, draft):
            assert OWN_WORDS not in everything(client.get(url)), (who, url, locked)
        assert client.get(f"/api/v1/reads/{draft.pk}/").status_code in (401, 403, 404)


@pytest.mark.parametrize("scopes", [["reads:read", "cases:read", "exams:read", "runs:read"]])
def test_a_token_of_the_reader_opens_no_more_than_the_reader(cast, case, draft, scopes):
    run = a_run(case.exam)
    ApiToken.objects.create(user=cast.rosa, name="program", scopes=scopes, key_hash=hash_of("ovr_secret"))
    client = Client(headers={"Authorization": "Bearer ovr_secret"})
    for url in addresses(case, draft):
        assert not [leak for leak in LEAKS if leak in everything(client.get(url))], url
    assert client.post(f"/api/v1/reads/{draft.pk}/reveal/").status_code == 403  # it may read, not act
    assert not Run.objects.revealed_to(cast.rosa).filter(pk=run.pk).exists()


def test_the_reveal_is_refused_before_the_lock(cast, case, draft):
    a_run(case.exam)
    answer = send(cast.client("rosa"), "post", f"/api/v1/reads/{draft.pk}/reveal/")
    assert answer.status_code == 400 and "Lock it first" in answer.json()["detail"]
    assert Reveal.objects.count() == 0


@pytest.mark.parametrize("path", ["/cases/?tab=pool", "/api/v1/cases/", "/cases/?tab=open"])
def test_lists_are_the_same_bytes_whatever_the_analysis_says(cast, path):
    exams = [an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}") for at in range(3)]
    cases = [a_case(exam, cast.alice) for exam in exams]
    assert len(cases) == 3
    client = cast.client("cora" if "open" in path else "rufus")
    before = _without_tokens(client.get(path).content)
    a_run(exams[2])
    a_run(exams[0], "failed")
    a_run(exams[1], "running")
    assert _without_tokens(client.get(path).content) == before


def _without_tokens(body):
    import re

    return re.sub(rb"(csrfmiddlewaretoken.{0,40}value=\"|X-CSRFToken\": \")[^\"]+", b"", body)


def test_the_answers_to_a_blind_reader_are_the_same_bytes_in_every_state_of_the_run(cast, case, draft):
    client = cast.client("rosa")
    urls = [
        f"/api/v1/cases/{case.pk}/manifest/",
        f"/api/v1/reads/{draft.pk}/",
        f"/reads/{draft.pk}/panel/",
        f"/cases/{case.pk}/",
    ]
    seen = []
    for state in ("waiting", "running", "failed", "ready"):
        Run.objects.filter(exam=case.exam).delete()
        a_run(case.exam, state)
        answers = [client.get(url) for url in urls]
        seen.append([(_without_tokens(one.content), one.headers.get("ETag")) for one in answers])
    assert seen[0] == seen[1] == seen[2] == seen[3]


def test_the_suggestion_opens_to_the_one_who_locked_and_to_nobody_else(cast, case, draft):
    a_run(case.exam)
    a_locked_read(case, cast.rosa, suspicious())
    send(cast.client("rosa"), "post", f"/api/v1/reads/{draft.pk}/reveal/")
    manifest = f"/api/v1/cases/{case.pk}/manifest/"
    assert cast.client("rosa").get(manifest).json()["results"]["exam_score"] == pytest.approx(0.87654321)
    for who in ("rufus", "alice", "cora"):
        assert cast.client(who).get(manifest).json()["results"] is None
        assert "Model-says-look-left" not in everything(cast.client(who).get(f"/cases/{case.pk}/"))


def test_somebody_who_has_seen_the_suggestion_cannot_read_the_exam_blind_again(cast, case, draft):
    a_run(case.exam)
    a_locked_read(case, cast.rosa, suspicious())
    send(cast.client("rosa"), "post", f"/api/v1/reads/{draft.pk}/reveal/")
    send(cast.client("alice"), "post", f"/api/v1/cases/{case.pk}/withdraw/", {"because": "Wrong question"})
    again = a_case(case.exam, cast.alice)
    answer = send(cast.client("rosa"), "post", "/api/v1/reads/", {"case": str(again.pk)})
    assert answer.status_code == 400 and "cannot read it blind" in answer.json()["detail"]
    assert send(cast.client("rufus"), "post", "/api/v1/reads/", {"case": str(again.pk)}).status_code == 201


def test_a_withdrawn_case_stays_sealed(cast, case, draft):
    a_run(case.exam)
    a_locked_read(case, cast.rosa, suspicious())
    send(cast.client("alice"), "post", f"/api/v1/cases/{case.pk}/withdraw/", {"because": "Wrong patient"})
    answer = send(cast.client("rosa"), "post", f"/api/v1/reads/{draft.pk}/reveal/")
    assert answer.status_code == 400 and Reveal.objects.count() == 0


def test_a_signed_case_tells_a_reader_nothing_of_the_suggestion_before_they_open_its_report(cast, case, draft):
    a_run(case.exam)
    a_locked_read(case, cast.rosa, suspicious())
    reveal(read=draft, actor=cast.rosa)
    amend(read=draft, actor=cast.rosa, reason="The outline shows calcifications.", data=benign())
    report = sign(case=case, actor=cast.rosa, text="Signed words.")
    page = f"/cases/{case.pk}/"
    assert not {"amended after", "outline shows"} & _said(cast.client("rufus").get(page))
    assert _said(cast.client("alice").get(page)) == {"amended after", "outline shows"}
    cast.client("rufus").get(f"/reports/{report.pk}/")
    assert _said(cast.client("rufus").get(page)) == {"amended after", "outline shows"}
    assert Reveal.objects.filter(user=cast.rufus).exists()


def _said(answer):
    assert answer.status_code == 200
    return {words for words in ("amended after", "outline shows") if words in answer.content.decode()}
