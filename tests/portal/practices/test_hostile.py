"""A stranger with every method and everything one can type: nothing is theirs, nothing breaks."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.batches.models import Batch
from portal.cases.models import SavedList
from portal.intake.models import PartialUpload, Submission
from portal.practices.models import ApiToken, Invitation, Membership
from portal.practices.tokens import hash_of
from portal.reading.models import OutcomeTable
from portal.reading.services.convene import convene
from portal.reading.services.decide import confirm
from portal.reading.services.draft import begin
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.portal.cases.story import a_case, a_locked_read, a_run, a_share, an_exam, benign
from tests.portal.routes import routes

METHODS = ("get", "head", "post", "put", "patch", "delete")
TURNED_AWAY = {403, 404, 405}
NUL, HUGE = "%00", "9" * 5000


@pytest.fixture
def things(cast):
    """One of everything in Northside, by the name that routes give it: a signed case and one with a draft."""
    signed = a_case(an_exam(cast.northside, cast.alice, pseudonym="P-ONE"), cast.alice)
    a_run(signed.exam)
    done = a_locked_read(signed, cast.rosa, benign())
    reveal(read=done, actor=cast.rosa)
    confirm(read=done, actor=cast.rosa)
    report = sign(case=signed, actor=cast.rosa, text="Signed words.")
    exam = an_exam(cast.northside, cast.alice, pseudonym="P-TWO")
    case, run = a_case(exam, cast.alice), a_run(exam)
    read = begin(case=case, user=cast.rosa)
    submission = Submission.objects.create(practice=cast.northside, sender=cast.alice)
    upload = PartialUpload.objects.create(submission=submission, upload_length=9, upload_metadata="{}", filename="x")
    image = exam.images.first()
    batch = Batch.objects.create(practice=cast.northside, name="Monday", asked_by=cast.cora)
    invitation = Invitation.objects.create(
        practice=cast.northside, email="new@example.org", roles=["reader"], key_hash="k", invited_by=cast.ada,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    meeting = convene(
        practice=cast.northside, actor=cast.cora, at=timezone.now(), chair=cast.rosa, attendees=[cast.rufus]
    )
    table = OutcomeTable.objects.create(practice=cast.northside, digest="d" * 64, faults=0, sent_by=cast.cora)
    token = ApiToken.objects.create(user=cast.alice, name="t", scopes=["exams:read"], key_hash=hash_of("x"))
    kept = SavedList.objects.create(user=cast.rosa, practice=cast.northside, name="Mine", tab="pool")
    return {
        "lists": kept.pk, "exams": exam.pk, "cases": case.pk, "reads": read.pk, "reports": report.pk, "runs": run.pk, "run": run.pk,
        "image": image.pk, "submissions": submission.pk, "uploads": upload.guid, "members": cast.rosa.pk,
        "study": exam.study_uid, "series": image.series_uid, "instance": image.sop_uid, "tokens": token.pk,
        "batches": batch.pk, "invitations": invitation.pk, "meetings": meeting.pk,
        "shares": a_share(case, cast.alice, "rosa@example.org").pk,
        "tables": table.pk,
    }  # fmt: skip


OBJECTS = (
    "cases/{cases}/", "cases/{cases}/view/", "cases/{cases}/next/", "cases/{cases}/previous/", "cases/{cases}/read/", "cases/{cases}/release/", "cases/{cases}/report/",
    "cases/{cases}/withdraw/", "cases/{cases}/assign/", "cases/{cases}/send-back/", "cases/{cases}/go-on/",
    "cases/{cases}/await-prior/", "cases/{cases}/priors/", "api/v1/cases/{cases}/await-prior/", "api/v1/cases/{cases}/priors/",
    "cases/{cases}/share/", "cases/{cases}/shares/{shares}/withdraw/", "api/v1/cases/{cases}/shares/",
    "api/v1/cases/{cases}/shares/{shares}/withdraw/",
    "cases/lists/{lists}/", "cases/{cases}/comments/", "cases/{cases}/outcome/", "api/v1/exams/{exams}/outcomes/",
    "readers/{members}/pause/", "api/v1/cases/{cases}/assign/", "api/v1/cases/{cases}/send-back/",
    "api/v1/cases/{cases}/go-on/", "api/v1/cases/{cases}/comments/", "api/v1/readers/{members}/pause/", "reads/{reads}/panel/", "reports/{reports}/", "reports/{reports}/pdf/", "reports/{reports}/pictures/1/",
    "meetings/{meetings}/", "meetings/{meetings}/seats/", "meetings/{meetings}/agenda/", "meetings/{meetings}/next/",
    "meetings/{meetings}/close/", "meetings/{meetings}/cases/{cases}/open/", "meetings/{meetings}/cases/{cases}/off/",
    "meetings/{meetings}/cases/{cases}/not-agreed/", "meetings/{meetings}/cases/{cases}/minutes/",
    "api/v1/meetings/{meetings}/", "api/v1/meetings/{meetings}/seats/", "api/v1/meetings/{meetings}/agenda/",
    "api/v1/meetings/{meetings}/cases/{cases}/open/", "api/v1/meetings/{meetings}/cases/{cases}/off/",
    "api/v1/meetings/{meetings}/cases/{cases}/not-agreed/", "api/v1/meetings/{meetings}/cases/{cases}/minutes/",
    "outcomes/tables/{tables}/",
    "reports/{reports}/addendum/", "exams/{exams}/", "exams/{exams}/view/", "exams/{exams}/images/",
    "exams/{exams}/identity/", "exams/{exams}/run/", "exams/{exams}/run/ask/", "runs/{runs}/retry/",
    "api/v1/cases/{cases}/", "api/v1/cases/{cases}/manifest/", "api/v1/cases/{cases}/ahead/", "api/v1/cases/{cases}/claim/",
    "api/v1/cases/{cases}/release/", "api/v1/cases/{cases}/withdraw/", "api/v1/reads/{reads}/",
    "api/v1/reads/{reads}/draft/", "api/v1/reads/{reads}/lock/", "api/v1/reads/{reads}/reveal/",
    "api/v1/reads/{reads}/objects/", "api/v1/reads/{reads}/confirm/", "api/v1/reads/{reads}/amend/", "api/v1/reports/{reports}/",
    "api/v1/exams/{exams}/", "api/v1/exams/{exams}/images/", "api/v1/exams/{exams}/manifest/", "api/v1/exams/{exams}/exports/", "api/v1/runs/{runs}/",
    "api/v1/runs/{run}/saliency/{image}.png", "api/v1/images/{image}/rendering/", "api/v1/submissions/{submissions}/",
    "api/v1/submissions/{submissions}/files/", "api/v1/submissions/{submissions}/uploads/",
    "api/v1/submissions/{submissions}/finish/", "api/v1/uploads/{uploads}/", "batches/{batches}/", "api/v1/batches/{batches}/",
    "account/tokens/{tokens}/revoke/", "members/{members}/", "members/{members}/remove/",
    "members/invitations/{invitations}/withdraw/", "members/invitations/{invitations}/resend/", "api/v1/members/{members}/",
    "dicomweb/studies/{study}", "dicomweb/studies/{study}/metadata", "dicomweb/studies/{study}/series/{series}", "dicomweb/studies/{study}/series/{series}/metadata",
    "dicomweb/studies/{study}/series/{series}/instances/{instance}",
    "dicomweb/studies/{study}/series/{series}/instances/{instance}/metadata",
    "dicomweb/studies/{study}/series/{series}/instances/{instance}/frames/1",
)  # fmt: skip
BODY = json.dumps({"version": 0, "body": {}, "because": "I want it", "reason": "I want it"})
TUS = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}


@pytest.mark.parametrize("method", METHODS)
def test_nothing_of_another_practice_answers_to_any_method(cast, things, method):
    client = cast.client("charlie")
    client.raise_request_exception = False
    answers = {}
    for each in OBJECTS:
        kind = "application/offset+octet-stream" if "uploads/" in each else "application/json"
        about = {} if method in ("get", "head") else {"data": BODY, "content_type": kind}
        address = "/" + each.format(**things)
        answers[each] = getattr(client, method)(address, headers=TUS if "api/v1/uploads/" in each else {}, **about)
    let_in = {each: found.status_code for each, found in answers.items() if found.status_code not in TURNED_AWAY}
    assert let_in == {}
    assert not [
        each for each, found in answers.items() if b"P-TWO" in found.content or b"Signed words" in found.content
    ]


TYPED = (NUL, HUGE, "-1", "abc", "9999-99-99", "%F0%9F%92%A9", "0001-01-01", "%ED%A0%80")
ALONE = [("alice", NUL), ("rosa", HUGE), ("cora", "abc"), ("ada", "-1"), ("otto", "%ED%A0%80")]


@pytest.mark.parametrize(("who", "value"), [*(("everybody", each) for each in TYPED), *ALONE])
def test_nothing_that_is_typed_into_an_address_breaks_a_page(cast, things, who, value):
    if who == "everybody":  # one person to whom every page is open
        who = "rosa"
        for role in ("clinician", "coordinator", "admin", "auditor"):
            Membership.objects.create(user=cast.rosa, practice=cast.northside, role=role)
    client = cast.client(who)
    client.raise_request_exception = False
    names = ("page", "page_size", "q", "search", "exam", "case", "state", "tab", "sort", "urgency", "number", "patient",
             "person", "verb", "since", "until", "about", "outcome", "protocol", "accept")  # fmt: skip
    query = "&".join(f"{name}={value}" for name in names)
    lists = [
        "cases/",
        "cases/new/",
        "exams/",
        "batches/",
        "batches/new/",
        "meetings/",
        "meetings/new/",
        "members/",
        "audit/",
        "audit/export.csv",
        "upload/",
    ]
    lists += [
        f"api/v1/{name}/"
        for name in (
            "cases",
            "reads",
            "reports",
            "exams",
            "runs",
            "events",
            "members",
            "batches",
            "submissions",
            "meetings",
        )
    ]
    alone = [f"{each}?{name}={value}" for each in ("cases/", "exams/", "api/v1/exams/", "audit/", "cases/new/", "members/")
             for name in ("q", "search", "exam", "about", "since", "page")]  # fmt: skip
    asked = [f"{each}?{query}" for each in lists] + alone
    broken = [each[:60] for each in asked if client.get(f"/{each}").status_code >= 500]
    assert broken == []


WORDS = ["\x00", "a\x00b", "\ud800", [], {}, 10**30, None, True]


@pytest.mark.parametrize("word", WORDS, ids=repr)
def test_nothing_that_is_sent_breaks_the_api(cast, things, word):
    exam = an_exam(cast.northside, cast.alice, pseudonym="P-THREE")
    first = {"category": {"L": word}, "text": word}
    sent = {
        "alice": [("cases", {"exam": str(exam.pk), "question": "What is it?", "first_opinion": first, "history": word}),
                  ("cases", {"exam": word, "question": word}), ("cases", {"exam": str(exam.pk), "question": "What is it?", "facts": word}),
                  ("cases", {"exam": str(exam.pk), "question": "What is it?", "facts": dict.fromkeys(("age", "symptoms", "family", word if isinstance(word, str) else "x"), word)}),
                  ("cases", {"exam": str(exam.pk), "question": "What is it?", "reader": word, "without": [word], "discordance": [word], "await_prior": word}),
                  (f"cases/{things['cases']}/shares", {"to": word, "purpose": word, "ends_at": word}),
                  (f"cases/{things['cases']}/priors", {"exam": word, "attached": word}), (f"cases/{things['cases']}/withdraw", {"because": word}),
                  ("batches", {"name": word, "exams": [word], "question": "What?"}), ("submissions", {"way": word})],
        "rosa": [("reads", {"case": word}), (f"reads/{things['reads']}/amend", {"reason": word, "body": word}),
                 (f"reads/{things['reads']}/lock", {"version": word}), (f"reads/{things['reads']}/reveal", {"without": word}),
                 (f"cases/{things['cases']}/release", {"member": word}),
                 (f"cases/{things['cases']}/send-back", {"views": [word], "why": word}),
                 (f"exams/{exam.pk}/outcomes", dict.fromkeys(("side", "result", "proof", "months"), word)),
                 (f"exams/{exam.pk}/exports", {"format": word, "images": [word]}),
                 ("meetings", {"at": word, "chair": word, "attendees": [word], "cases": [word]}),
                 (f"meetings/{things['meetings']}/seats", {"chair": word, "attendees": word}), (f"meetings/{things['meetings']}/agenda", {"cases": word}),
                 (f"meetings/{things['meetings']}/cases/{things['cases']}/minutes", {"text": word, "version": word}),
                 ("desk/checks", {"name": word, "letters": [word] * 3, "steps": word}),
                 (f"cases/{things['cases']}/comments", {"text": word, "to": word, "mentions": [word]})],
        "cora": [(f"cases/{things['cases']}/assign", {"reader": word, "holder": word}),
                 (f"readers/{things['members']}/pause", {"pauses": word})],
    }  # fmt: skip
    broken = []
    kind = {"content_type": "application/json"}
    for name in ("keys", "start", "lens", "display", "forget_display"):
        answer = cast.client("rosa").patch("/api/v1/desk/", json.dumps({name: word}), **kind)
        broken += [("desk", name)] if answer.status_code >= 500 else []
    for who, bodies in sent.items():
        client = cast.client(who)
        client.raise_request_exception = False
        for path, body in [*bodies, *((path, word) for path, _ in bodies)]:
            answer = client.post(f"/api/v1/{path}/", json.dumps(body), content_type="application/json")
            broken += [(path, body)] if answer.status_code >= 500 else []
    assert broken == []


@pytest.mark.parametrize("word", ["\x00", "abc", "a\x00b", HUGE])
def test_nothing_that_is_posted_breaks_a_page(cast, things, word):
    case, exam = things["cases"], things["exams"]
    forms = {
        "alice": [(f"cases/{case}/share/", "to"), (f"cases/{case}/share/", "ends_at"), (f"cases/{case}/withdraw/", "because"), (f"cases/new/?exam={exam}", "question"), ("theme/", "theme"),
                  ("cases/new/", "exam"), ("practice/", "practice"), ("practices/switch/", "practice"), ("batches/new/", "exams"), ("account/hanging/", "steps"),
                  ("account/hanging/", "layouts"), ("account/hanging/", "move")],
        "cora": [("practice/hanging/", "start"), (f"cases/{case}/release/", "member"), (f"cases/{case}/assign/", "reader"), (f"cases/{case}/comments/", "text"),
                 (f"cases/{case}/send-back/", "views"), (f"cases/{case}/outcome/", "months"), ("outcomes/", "table"), (f"outcomes/tables/{things['tables']}/", "digest"), (f"readers/{things['members']}/pause/", "pauses"), ("batches/new/", "name")],
        "rosa": [("meetings/new/", "at"), ("meetings/new/", "chair"), (f"meetings/{things['meetings']}/seats/", "attendees"),
                 (f"meetings/{things['meetings']}/agenda/", "cases"), (f"meetings/{things['meetings']}/close/", "password"),
                 (f"meetings/{things['meetings']}/cases/{case}/minutes/", "text")],
        "ada": [("members/invite/", "email"), (f"members/{things['members']}/", "roles")],
    }  # fmt: skip
    broken = []
    for who, posts in forms.items():
        client = cast.client(who)
        client.raise_request_exception = False
        broken += [path for path, name in posts if client.post(f"/{path}", {name: word}).status_code >= 500]
    assert broken == []


def test_a_bearer_header_of_rubbish_is_refused(db):
    for header in ("Bearer", "Bearer a b", "Bearer \x80\xff", f"Bearer {HUGE}", "Bearer \x00"):
        client = Client(raise_request_exception=False)
        assert client.get("/api/v1/me/", headers={"Authorization": header}).status_code in (401, 403), header


def test_a_tus_request_by_session_needs_the_csrf_token(cast, things):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)
    kind = "application/offset+octet-stream"
    answer = client.patch(f"/api/v1/uploads/{things['uploads']}/", b"x", content_type=kind, headers=TUS)
    assert answer.status_code == 403 and "CSRF" in answer.json()["detail"]
    assert client.delete(f"/api/v1/uploads/{things['uploads']}/", headers=TUS).status_code == 403
    assert PartialUpload.objects.filter(guid=things["uploads"]).exists()


def test_every_route_with_an_identifier_is_walked_above():
    def shape(route):
        plain = re.sub(r"\(\?P<\w+>.*?\)(?=[/.$-]|\\)", "<>", route)
        return re.sub(r"<[^>]*>|{\w+}", "<>", re.sub(r"[\^$]|\\Z", "", plain).replace("/?", "/")).removesuffix(
            "frames/1"
        )

    walked = {shape(each.replace("/pictures/1/", "/pictures/{number}/")) for each in OBJECTS}
    held = {
        shape(route).removesuffix("frames/<>")
        for route, _ in routes()
        if "<uuid:" in route or "<uid:" in route or "(?P<pk>" in route
    }
    assert held - walked == set() and len(held) > 40
