"""A case that lacks a view is sent back, and goes on by itself when the image is filed."""

import pytest

from portal.audit.models import Event
from portal.base.errors import Refused
from portal.cases.claims import claim, release
from portal.cases.incomplete import go_on, send_back
from portal.cases.models import Assignment, Case
from portal.cases.services import withdraw
from portal.exams.models import Image
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from tests.portal.cases.story import a_case, a_locked_read, an_exam, benign, send


@pytest.fixture
def exam(cast):
    return an_exam(cast.northside, cast.alice, views=("RCC", "LCC", "LMLO"))


@pytest.fixture
def case(cast, exam):
    return a_case(exam, cast.alice)


def state(case):
    return Case.objects.with_state().get(pk=case.pk).state


def file(exam, view):
    return Image.objects.create(
        exam=exam, series_uid="2.25.8", sop_uid=f"2.25.8.{view}.{exam.images.count()}", sop_class_uid="1.2", header={},
        received_sha256="f" * 64, object_key=f"o/{exam.pk}/{view}", object_bytes=1, rows=100, columns=80,
        transfer_syntax_uid="1.2.840.10008.1.2.1", laterality=view[0], view=view[1:], view_source="ViewPosition",
    )  # fmt: skip


@pytest.mark.parametrize(
    "who, code", [("rosa", 200), ("cora", 200), ("rufus", 400), ("alice", 400), ("charlie", 404), (None, 401)]
)
def test_a_case_is_sent_back_by_who_reads_it_or_a_coordinator(cast, case, who, code):
    begin(case=case, user=cast.rosa)
    answer = send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/send-back/", {"views": ["RMLO"]})
    assert answer.status_code == code
    assert (state(case) == "incomplete") is (code == 200)
    if code == 200:
        assert answer.json()["state"] == "incomplete" and answer.json()["waits_for"] == ["RMLO"]
        assert Event.objects.get(verb="case.sent-back").detail == {"views": ["RMLO"], "why": "missing"}
        assert "Incomplete: RMLO wanted" in cast.client("alice").get("/cases/?tab=asked").content.decode()


def test_the_case_goes_on_by_itself_when_every_view_is_filed_and_the_draft_is_kept(cast, case, exam):
    read = save_draft(read=begin(case=case, user=cast.rosa), version=0, data=benign())
    send_back(case=case, actor=cast.rosa, views=["RMLO", "LCC"], why="unsharp")
    file(exam, "RMLO")
    file(exam, "RCC")
    assert state(case) == "incomplete"  # the unsharp LCC that was there before answers nothing
    with pytest.raises(Refused, match="LCC is unsharp"):
        lock(read=read, actor=cast.rosa, version=1)
    file(exam, "LCC")
    assert state(case) == "being-read"
    assert lock(read=read, actor=cast.rosa, version=1).locked_at


def test_nobody_takes_a_case_that_waits_for_a_view(cast, case):
    send_back(case=case, actor=cast.cora, views=["RMLO"])
    assert case.number not in cast.client("rosa").get("/cases/?tab=pool").content.decode()
    assert case.number in cast.client("alice").get("/cases/?tab=incomplete").content.decode()
    with pytest.raises(Refused, match="RMLO is missing"):
        claim(case=case, user=cast.rosa)
    file(case.exam, "RMLO")
    assert case.number in cast.client("rosa").get("/cases/?tab=pool").content.decode()
    claim(case=case, user=cast.rosa)


def test_the_place_of_who_sent_it_back_does_not_lapse(cast, case):
    begin(case=case, user=cast.rosa)
    assert Assignment.objects.get().claim_until
    send_back(case=case, actor=cast.rosa, views=["RMLO"])
    assert Assignment.objects.get().claim_until is None


@pytest.mark.parametrize("who, code", [("alice", 200), ("cora", 200), ("rosa", 200), ("rufus", 400), ("charlie", 404)])
def test_going_on_without_is_decided_by_who_asked_or_coordinates(cast, case, who, code):
    begin(case=case, user=cast.rosa)
    send_back(case=case, actor=cast.rosa, views=["RMLO"])
    assert send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/go-on/").status_code == code
    assert (state(case) == "being-read") is (code == 200)
    assert Event.objects.filter(verb="case.goes-on").exists() is (code == 200)


@pytest.mark.parametrize(
    "views, why", [([], "missing"), (["RML"], "missing"), (["RMLO"], "I suspect a mass"), (["left"], "missing")]
)
def test_only_screening_views_and_codes_are_taken_so_that_no_opinion_is_told(cast, case, views, why):
    with pytest.raises(Refused, match="Choose from the views"):
        send_back(case=case, actor=cast.cora, views=views, why=why)
    assert (
        send(
            cast.client("cora"), "post", f"/api/v1/cases/{case.pk}/send-back/", {"views": views, "why": why}
        ).status_code
        == 400
    )


def test_what_is_asked_twice_or_of_a_closed_case_is_refused(cast, case):
    send_back(case=case, actor=cast.cora, views=["RMLO"])
    with pytest.raises(Refused, match="already"):
        send_back(case=case, actor=cast.cora, views=["RMLO"])
    go_on(case=case, actor=cast.alice)
    with pytest.raises(Refused, match="waits for no view"):
        go_on(case=case, actor=cast.alice)
    withdraw(case=case, actor=cast.alice, because="Handed in twice")
    with pytest.raises(Refused, match="signed or withdrawn"):
        send_back(case=case, actor=cast.cora, views=["RMLO"])


def test_nothing_is_signed_while_a_view_is_wanting(cast, case):
    read = a_locked_read(case, cast.rosa, benign())
    for step, body in (("reveal/", {"without": True}), ("confirm/", {})):
        send(cast.client("rosa"), "post", f"/api/v1/reads/{read.pk}/{step}", body)
    send_back(case=case, actor=cast.cora, views=["RMLO"])
    assert cast.client("rosa").get(f"/cases/{case.pk}/report/").status_code == 302
    go_on(case=case, actor=cast.cora)
    assert cast.client("rosa").get(f"/cases/{case.pk}/report/").status_code == 200


@pytest.mark.parametrize("views, say", [([], "Choose from the views"), (["RMLO"], "waits for RMLO already")])
def test_what_is_not_sent_back_says_why_beside_the_views_and_keeps_the_choice(cast, case, views, say):
    send_back(case=case, actor=cast.cora, views=["RMLO"])
    answer = cast.client("cora").post(f"/cases/{case.pk}/send-back/", {"views": views, "why": "unsharp"})
    form = answer.content.decode().split('name="views"', 1)[1].split("</form>")[0]
    assert answer.status_code == 400 and say in form.split("</fieldset>")[0]
    assert form.count(" checked") == len(views) and 'value="unsharp" selected' in form


def test_the_pages_send_back_and_go_on(cast, case):
    begin(case=case, user=cast.rosa)
    page = cast.client("rosa").get(f"/cases/{case.pk}/").content.decode()
    assert 'value="RMLO" checked' in page and 'value="LMLO" checked' not in page
    cast.client("rosa").post(f"/cases/{case.pk}/send-back/", {"views": ["RMLO"], "why": "missing"})
    assert "RMLO is missing" in cast.client("alice").get(f"/cases/{case.pk}/").content.decode()
    release(case=case, actor=cast.rosa)
    cast.client("alice").post(f"/cases/{case.pk}/go-on/")
    assert state(case) == "unread"
