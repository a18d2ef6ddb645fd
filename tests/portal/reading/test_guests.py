"""A guest sees one case of another practice for a time, blind first; and is a stranger again the moment it is over."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.analysis.models import Run
from portal.audit.models import Event
from portal.audit.verify import verify
from portal.cases.models import Assignment, Case, Share
from portal.exams.models import Exam, Image
from portal.practices.models import ApiToken, Membership
from portal.practices.tokens import hash_of
from portal.reading.models import Read
from portal.reading.services.decide import confirm
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.leave import end_share, leave_those_over
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.portal.cases.story import LEAKS, a_case, a_locked_read, a_run, an_exam, benign, send, suspicious
from tests.portal.reading.guest_story import a_case_to_share, addresses, shared


@pytest.fixture
def case(cast):
    return a_case_to_share(cast)


def codes(client, case):
    return {url: client.get(url).status_code for url in addresses(case)}


@pytest.mark.parametrize("purpose", ["read", "look"])
def test_a_guest_sees_the_case_and_nothing_else_of_the_practice(cast, case, purpose):
    other = a_case(an_exam(cast.northside, cast.alice, pseudonym="P-OTHER"), cast.alice)
    a_run(other.exam)
    charlie = cast.client("charlie")
    assert set(codes(charlie, case).values()) == {404}
    shared(cast, case, purpose)
    assert set(codes(charlie, case).values()) == {200}
    assert set(codes(charlie, other).values()) == {404}
    assert [each["number"] for each in charlie.get("/api/v1/cases/").json()["results"]] == [case.number]
    for path in (f"/exams/{case.exam_id}/identity/", f"/exams/{case.exam_id}/run/ask/"):
        assert charlie.post(path).status_code == 403
    assert charlie.get(f"/cases/new/?exam={case.exam_id}").status_code == 404
    assert charlie.get(f"/cases/{case.pk}/share/").status_code == 404
    assert charlie.get(f"/api/v1/cases/{case.pk}/shares/").status_code == 404
    opened = send(charlie, "post", "/api/v1/cases/", {"exam": str(case.exam_id), "question": "And mine?"})
    assert opened.status_code == 400


def test_the_priors_that_hang_are_open_and_one_that_was_taken_off_is_not(cast, case):
    shared(cast, case)
    charlie = cast.client("charlie")
    exams = {each["id"]: each["study_date"] for each in charlie.get("/api/v1/exams/").json()["results"]}
    prior, other = Exam.objects.earlier_than(case.exam)
    assert set(exams) == {str(case.exam_id), str(prior.pk)}
    manifest = charlie.get(f"/api/v1/cases/{case.pk}/manifest/").json()
    assert [each["id"] for each in manifest["priors"]] == [str(prior.pk)]
    assert charlie.get(f"/exams/{other.pk}/").status_code == 404
    assert charlie.get(f"/api/v1/exams/{prior.pk}/manifest/").json()["analysis"]["state"] == "sealed"
    assert [each["exam"] for each in charlie.get(f"/api/v1/cases/{case.pk}/priors/").json()] == [str(prior.pk)]
    case.detached.add(prior)
    assert charlie.get(f"/exams/{prior.pk}/").status_code == 404


def test_ultrasound_and_mri_of_the_woman_are_not_open_to_a_guest(cast, case):
    earlier = case.exam.study_date - timedelta(days=30)
    companion = an_exam(cast.northside, cast.alice, study_date=earlier, modality="US")
    shared(cast, case)
    assert cast.client("alice").get(f"/api/v1/exams/{companion.pk}/").status_code == 200
    charlie = cast.client("charlie")
    assert charlie.get(f"/api/v1/exams/{companion.pk}/").status_code == 404
    assert str(companion.pk) not in charlie.get(f"/api/v1/cases/{case.pk}/manifest/").content.decode()
    assert str(companion.pk) in cast.client("alice").get(f"/api/v1/cases/{case.pk}/manifest/").content.decode()


def ways(cast, case, row):
    return {
        "withdrawn": lambda: end_share(share=row, actor=cast.alice),
        "over": lambda: Share.objects.filter(pk=row.pk).update(ends_at=timezone.now()),
        "sharing off": lambda: type(cast.northside).objects.filter(pk=cast.northside.pk).update(settings={}),
        "reads no more": lambda: Membership.objects.filter(user=cast.charlie, role="reader").delete(),
    }


@pytest.mark.parametrize("way", ["withdrawn", "over", "sharing off", "reads no more"])
def test_when_it_is_over_every_address_is_gone_at_once(cast, case, way):
    row = shared(cast, case)
    read = begin(case=case, user=cast.charlie)
    ApiToken.objects.create(
        user=cast.charlie, name="p", scopes=["exams:read", "cases:read", "cases:write", "reads:read", "runs:read", "dicomweb:read"],
        key_hash=hash_of("ovr_guest"),
    )  # fmt: skip
    by_token = Client(headers={"Authorization": "Bearer ovr_guest"})
    charlie = cast.client("charlie")
    etag = charlie.get(f"/api/v1/cases/{case.pk}/manifest/").headers["ETag"]
    assert by_token.get(f"/api/v1/cases/{case.pk}/manifest/").status_code == 200
    assert charlie.get(f"/api/v1/reads/{read.pk}/").status_code == 200
    ways(cast, case, row)[way]()
    assert set(codes(charlie, case).values()) == {404}
    assert charlie.get(f"/api/v1/cases/{case.pk}/manifest/", headers={"If-None-Match": etag}).status_code == 404
    api = [url for url in addresses(case) if url.startswith(("/api/", "/dicomweb/"))]
    assert {by_token.get(url).status_code for url in api} == {404}
    draft = {"version": 0, "body": {}}
    posts = [(f"/api/v1/reads/{read.pk}/draft/", "put", draft), (f"/api/v1/reads/{read.pk}/lock/", "post", {"version": 0}),
             (f"/api/v1/reads/{read.pk}/reveal/", "post", {}), (f"/api/v1/cases/{case.pk}/claim/", "post", {}),
             (f"/api/v1/cases/{case.pk}/comments/", "post", {"text": "Hello?"}),
             (f"/api/v1/exams/{case.exam_id}/exports/", "post", {"format": "png", "images": [str(case.exam.images.first().pk)]}),
             (f"/cases/{case.pk}/read/", "post", {})]  # fmt: skip
    assert {(url, send(charlie, method, url, body).status_code) for url, method, body in posts} == {
        (url, 404) for url, _, _ in posts
    }
    assert charlie.get(f"/reads/{read.pk}/panel/").status_code == 404
    assert case.number not in charlie.get("/cases/?tab=shared").content.decode()


def test_nothing_of_the_suggestion_reaches_a_guest_before_the_lock(cast, case):
    shared(cast, case)
    charlie = cast.client("charlie")
    begin(case=case, user=cast.charlie)
    for url in [
        *addresses(case),
        "/cases/?tab=shared",
        "/api/v1/runs/",
        "/api/v1/cases/",
        "/api/v1/events/",
        "/audit/",
    ]:
        answer = charlie.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert not [leak for leak in LEAKS if leak in body.decode(errors="replace") + str(answer.headers)], url
    assert charlie.get(f"/api/v1/cases/{case.pk}/manifest/").json()["analysis"]["state"] == "sealed"


def test_the_answers_to_a_guest_are_the_same_bytes_in_every_state_of_the_run(cast, case):
    shared(cast, case, "look")
    seen = []
    for state in ("waiting", "running", "failed", "ready"):
        Run.objects.filter(exam=case.exam).delete()
        a_run(case.exam, state)
        answer = cast.client("charlie").get(f"/api/v1/cases/{case.pk}/manifest/")
        seen.append((answer.content, answer.headers["ETag"]))
    assert len(set(seen)) == 1


def test_a_guest_reads_locks_and_is_shown_the_suggestion_but_not_the_practices_figures(cast, case):
    shared(cast, case)
    read = a_locked_read(case, cast.charlie, suspicious())
    send(cast.client("charlie"), "post", f"/api/v1/reads/{read.pk}/reveal/")
    results = cast.client("charlie").get(f"/api/v1/cases/{case.pk}/manifest/").json()["results"]
    assert results["exam_score"] == pytest.approx(0.87654321) and results["trust"] is None


def test_a_guests_read_is_marked_in_comparison_report_and_trail(cast, case):
    shared(cast, case)
    read = a_locked_read(case, cast.charlie, benign())
    reveal(read=read, actor=cast.charlie)
    confirm(read=read, actor=cast.charlie)
    report = sign(case=case, actor=cast.charlie, text="Signed words.")
    assert "Charlie, guest of Southside" in [row["name"] for row in report.body["opinions"]]
    alice = cast.client("alice")
    for page in (f"/cases/{case.pk}/", f"/reports/{report.pk}/"):
        assert "Charlie, guest of Southside" in alice.get(page).content.decode()
    charlie, row = cast.client("charlie"), Share.objects.get()
    assert charlie.get(f"/reports/{report.pk}/").status_code == 200
    end_share(share=row, actor=cast.alice)
    assert {charlie.get(f"{path}{report.pk}/").status_code for path in ("/reports/", "/api/v1/reports/")} == {404}
    locked = Event.objects.get(verb="read.locked", chain=str(cast.northside.pk))
    assert locked.detail["guest_of"] == "Southside" and locked.actor_name == "charlie@example.org"


def test_the_guests_own_practice_is_told_that_its_member_read_outside_and_nothing_of_whom(cast, case):
    shared(cast, case)
    cast.client("charlie").get(f"/cases/{case.pk}/")
    cast.client("charlie").get(f"/cases/{case.pk}/")
    a_locked_read(case, cast.charlie, benign())
    theirs = Event.objects.filter(chain=str(cast.southside.pk)).order_by("sequence")
    verbs = [each.verb for each in theirs if each.verb.startswith("outside")]
    assert verbs == ["outside-case.offered", "outside-case.opened", "outside-read.begun", "outside-read.locked"]
    told = json.dumps(list(theirs.values("exam_id", "case_id", "patient_id", "detail", "subject_id")), default=str)
    exam = case.exam
    for secret in (
        case.number,
        str(case.pk),
        str(exam.pk),
        str(exam.patient_id),
        exam.patient.pseudonym,
        exam.study_uid,
    ):
        assert secret not in told
    assert "Northside" in told
    for chain in (cast.northside, cast.southside):
        assert verify(str(chain.pk)).whole


def test_a_guest_who_only_looks_takes_no_place_and_stays_sealed_for_good(cast, case):
    shared(cast, case, "look")
    charlie = cast.client("charlie")
    refused = send(charlie, "post", "/api/v1/reads/", {"case": str(case.pk)})
    assert refused.status_code == 400 and "look and comment" in refused.json()["detail"]
    assert "Read this case" not in charlie.get(f"/cases/{case.pk}/").content.decode()
    read = a_locked_read(case, cast.rosa, suspicious())
    reveal(read=read, actor=cast.rosa)
    confirm(read=read, actor=cast.rosa)
    report = sign(case=case, actor=cast.rosa, text="Signed words.")
    page = charlie.get(f"/cases/{case.pk}/").content.decode()
    assert "stays with the practice" in page and "category 4B" not in page and str(report.pk) not in page
    assert charlie.get(f"/reports/{report.pk}/").status_code == 404
    assert charlie.get("/api/v1/reports/").json()["results"] == []
    assert charlie.get(f"/api/v1/cases/{case.pk}/manifest/").json()["results"] is None


def test_a_guest_does_not_arbitrate(cast):
    cast.northside.settings = {"sharing": "clinician"}
    cast.northside.save(update_fields=["settings"])
    case = a_case(an_exam(cast.northside, cast.alice), cast.alice, first_opinion={"recall": False})
    shared(cast, case)
    read = a_locked_read(case, cast.rosa, suspicious())
    reveal(read=read, actor=cast.rosa, without=True)
    confirm(read=read, actor=cast.rosa)
    assert Assignment.objects.filter(case=case, place="arbiter", member=None).exists()
    assert send(cast.client("charlie"), "post", f"/api/v1/cases/{case.pk}/claim/").status_code == 409
    assert "Arbitrate" not in cast.client("charlie").get(f"/cases/{case.pk}/").content.decode()


def test_a_withdrawn_guest_gives_the_place_back_and_the_draft_stays(cast, case):
    row = shared(cast, case)
    read = begin(case=case, user=cast.charlie)
    save_draft(read=read, version=0, data=benign())
    end_share(share=row, actor=cast.alice)
    assert not Assignment.objects.filter(case=case).exclude(member=None).exists()
    assert begin(case=case, user=cast.rosa).reader == cast.rosa
    assert Read.objects.get(pk=read.pk).body["density"] == "B"


@pytest.mark.parametrize("by", ["hand", "time"])
def test_a_locked_read_stays_and_settles_the_case_though_its_guest_is_gone(cast, case, by):
    row = shared(cast, case)
    read = a_locked_read(case, cast.charlie, benign())
    if by == "hand":
        end_share(share=row, actor=cast.cora)
    else:
        Share.objects.filter(pk=row.pk).update(ends_at=timezone.now())
        assert leave_those_over() == 1 and leave_those_over() == 0
    read.refresh_from_db()
    assert read.decided_at and read.digest and read.body == benign()
    state = Case.objects.with_state().get(pk=case.pk).state
    assert state == "to-sign"
    report = sign(case=case, actor=cast.rosa, text="Signed in the practice's name.")
    assert "Charlie, guest of Southside" in [row["name"] for row in report.body["opinions"]]


def turn(cast, sharing):
    form = {"name": "Northside", "protocol": "second-reader", "dates": "shift", "share_days": 30, "sharing": sharing}
    assert cast.client("ada").post("/practice/", form).status_code == 302


def test_a_practice_that_stops_sharing_closes_at_once_and_for_good(cast, case):
    row, unknown = shared(cast, case), shared(cast, case, to="nobody@example.org")
    cast.client("charlie").get(f"/cases/{case.pk}/")
    read = begin(case=case, user=cast.charlie)
    save_draft(read=read, version=0, data=benign())
    turn(cast, "off")
    charlie, cora = cast.client("charlie"), cast.client("cora")
    assert charlie.get(f"/cases/{case.pk}/").status_code == 404
    shown = cora.get(f"/cases/{case.pk}/share/").content.decode()
    assert shown.count(">Over<") == 2 and "Withdraw<" not in shown and "shares no case with anybody outside" in shown
    assert leave_those_over() == 2 and leave_those_over() == 0
    assert not Assignment.objects.filter(case=case).exclude(member=None).exists()
    assert case.number in cast.client("rosa").get("/cases/?tab=pool").content.decode()
    turn(cast, "clinician")
    assert charlie.get(f"/cases/{case.pk}/").status_code == 404
    states = {
        each["address"]: bool(each["withdrawn_at"]) for each in cora.get(f"/api/v1/cases/{case.pk}/shares/").json()
    }
    assert states == {
        "charlie@example.org": True,
        "nobody@example.org": True,
    }  # alike whether or not there is such a reader
    ours, theirs = (
        Event.objects.filter(chain=str(practice.pk), verb=verb).values_list("detail", flat=True)
        for practice, verb in ((cast.northside, "case.share-ended"), (cast.southside, "outside-case.ended"))
    )
    assert [each["because"] for each in ours] == ["sharing-off"] * 2
    assert [each["member"] for each in theirs] == ["charlie@example.org"]
    shared(cast, case)  # asked anew, the draft is there
    assert begin(case=case, user=cast.charlie).body["density"] == "B"
    assert {row.pk, unknown.pk} == {each.pk for each in Share.objects.exclude(withdrawn_at=None)}


def test_a_practice_that_stops_sharing_keeps_what_a_guest_has_locked(cast, case):
    shared(cast, case)
    read = a_locked_read(case, cast.charlie, benign())
    turn(cast, "off")
    leave_those_over()
    read.refresh_from_db()
    assert read.decided_at and read.digest
    assert Case.objects.with_state().get(pk=case.pk).state == "to-sign"


def test_who_turns_sharing_on_again_before_anybody_noticed_has_ended_nothing(cast, case):
    shared(cast, case)
    begin(case=case, user=cast.charlie)
    turn(cast, "off")
    turn(cast, "clinician")
    assert leave_those_over() == 0
    assert cast.client("charlie").get(f"/cases/{case.pk}/").status_code == 200


def test_a_second_invitation_keeps_the_place_when_the_first_is_withdrawn(cast, case):
    first = shared(cast, case)
    shared(cast, case, to=cast.charlie.guest_code)
    begin(case=case, user=cast.charlie)
    end_share(share=first, actor=cast.alice)
    assert Assignment.objects.filter(case=case, member=cast.charlie).exists()
    assert cast.client("charlie").get(f"/cases/{case.pk}/").status_code == 200


def test_comments_between_practice_and_guest(cast, case):
    shared(cast, case)
    charlie, comments = cast.client("charlie"), f"/api/v1/cases/{case.pk}/comments/"
    charlie.get(f"/cases/{case.pk}/")
    page = charlie.get(f"/cases/{case.pk}/").content.decode()
    assert "Alice" in page and not [name for name in ("Rosa", "Rufus", "Cora") if name in page]
    said = {"text": "For the guest.", "to": str(cast.charlie.pk), "mentions": [str(cast.charlie.pk)]}
    assert send(cast.client("alice"), "post", comments, said).status_code == 201
    assert send(charlie, "post", comments, {"text": "Seen.", "mentions": [str(cast.alice.pk)]}).status_code == 201
    cast.client("cora").get(f"/cases/{case.pk}/")
    shown = charlie.get(comments).json()
    assert [each["text"] for each in shown] == ["For the guest.", "Seen."]
    assert "Cora" not in json.dumps(shown)
    assert [each["text"] for each in cast.client("rosa").get(comments).json()] == []
    stranger = send(charlie, "post", comments, {"text": "Hello", "mentions": [str(cast.cora.pk)]})
    assert stranger.status_code == 400 and "guests who have opened" in stranger.json()["errors"]["mentions"][0]


def test_nothing_is_copied_to_the_guests_practice(cast, case):
    before = (Exam.objects.count(), Image.objects.count())
    shared(cast, case)
    a_locked_read(case, cast.charlie, benign())
    assert (Exam.objects.count(), Image.objects.count()) == before
    assert not Exam.objects.filter(practice=cast.southside).exists()
