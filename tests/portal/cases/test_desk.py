"""A coordinator gives out cases, takes them to another reader, spreads the pool and lets a reader pause."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.audit.models import Event
from portal.base.errors import Refused
from portal.cases.claims import claim
from portal.cases.desk import assign, balance, load_of, reassign, set_pause
from portal.cases.models import Assignment, Case, Pause
from portal.cases.services import withdraw
from portal.cases.tasks import release_stale_claims
from portal.practices.models import Membership
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.reveal import reveal
from tests.portal.cases.story import a_case, a_locked_read, a_run, a_share, an_exam, benign, send, suspicious


@pytest.fixture
def case(cast):
    return a_case(an_exam(cast.northside, cast.alice), cast.alice)


def cases_of(cast, count, **asked):
    return [
        a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}"), cast.alice, **asked) for at in range(count)
    ]


def holder(case):
    return Assignment.objects.get(case=case, place="reader").member


@pytest.mark.parametrize(
    "who, code", [("cora", 200), ("rosa", 400), ("alice", 400), ("charlie", 404), ("ada", 404), (None, 401)]
)
def test_a_coordinator_gives_a_case_to_a_reader_and_it_stays_theirs(cast, case, who, code):
    answer = send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/assign/", {"reader": str(cast.rosa.pk)})
    assert answer.status_code == code
    assert holder(case) == (cast.rosa if code == 200 else None)
    if code == 200:
        assert Event.objects.get(verb="case.assigned").detail["reader"] == str(cast.rosa.pk)
        assert Assignment.objects.get().given_by == cast.cora
        release_stale_claims()
        assert holder(case) == cast.rosa
        assert case.number in cast.client("rosa").get("/cases/?tab=mine").content.decode()
        assert begin(case=case, user=cast.rosa).reader == cast.rosa


@pytest.mark.parametrize("reader", ["alice", "charlie", "cora"])
def test_nobody_is_given_a_case_who_does_not_read_here(cast, case, reader):
    with pytest.raises(Refused, match="Only readers read cases"):
        assign(case=case, reader=getattr(cast, reader), actor=cast.cora)
    page = {"reader": str(getattr(cast, reader).pk)}
    cast.client("cora").post(f"/cases/{case.pk}/assign/", page)
    assert holder(case) is None


def test_a_guest_takes_a_place_by_coming_and_is_given_none(cast, case):
    cast.northside.settings = {"sharing": "clinician"}
    cast.northside.save(update_fields=["settings"])
    a_share(case, cast.alice, "charlie@example.org", guest=cast.charlie)
    answer = send(cast.client("cora"), "post", f"/api/v1/cases/{case.pk}/assign/", {"reader": str(cast.charlie.pk)})
    assert answer.status_code == 400 and answer.json()["detail"] == "Choose a reader of this practice."
    assert holder(case) is None
    claim(case=case, user=cast.charlie)
    assert holder(case) == cast.charlie


def test_a_case_goes_to_another_reader_whole_and_the_draft_stays_with_its_writer(cast, case):
    save_draft(read=begin(case=case, user=cast.rosa), version=0, data=suspicious())
    data = {"reader": str(cast.rufus.pk), "holder": str(cast.rosa.pk)}
    assert send(cast.client("cora"), "post", f"/api/v1/cases/{case.pk}/assign/", data).status_code == 200
    assert holder(case) == cast.rufus
    assert begin(case=case, user=cast.rufus).body["findings"] == []
    assert case.reads.get(reader=cast.rosa).body == suspicious()


def test_a_taking_away_that_cannot_be_finished_takes_nothing_away(cast, case):
    begin(case=case, user=cast.rosa)
    set_pause(practice=cast.northside, reader=cast.rufus, actor=cast.cora, pauses=True)
    with pytest.raises(Refused, match="pauses"):
        reassign(case=case, holder=cast.rosa, reader=cast.rufus, actor=cast.cora)
    assert holder(case) == cast.rosa and not Event.objects.filter(verb="case.released").exists()


def test_a_locked_read_is_not_taken_away(cast, case):
    a_locked_read(case, cast.rosa, benign())
    with pytest.raises(Refused, match="locked"):
        reassign(case=case, holder=cast.rosa, reader=cast.rufus, actor=cast.cora)


def test_nobody_is_given_what_they_could_not_read(cast, case):
    a_run(case.exam)
    read = a_locked_read(case, cast.rosa, benign())
    reveal(read=read, actor=cast.rosa)
    withdraw(case=case, actor=cast.alice, because="Wrong question")
    again = a_case(case.exam, cast.alice, protocol="double-reading")
    with pytest.raises(Refused, match="cannot read it blind"):
        assign(case=again, reader=cast.rosa, actor=cast.cora)
    assign(case=again, reader=cast.rufus, actor=cast.cora)
    with pytest.raises(Refused, match="has a place"):
        assign(case=again, reader=cast.rufus, actor=cast.cora)
    Membership.objects.create(user=cast.alice, practice=cast.northside, role="reader")
    own = a_case(an_exam(cast.northside, cast.alice, pseudonym="P-9"), cast.alice, first_opinion={"recall": True})
    with pytest.raises(Refused, match="Another reader must give the second"):
        assign(case=own, reader=cast.alice, actor=cast.cora)


@pytest.mark.parametrize("who, code", [("cora", 200), ("rosa", 403), ("alice", 403), ("ada", 403)])
def test_the_pool_is_spread_so_that_all_hold_the_same(cast, who, code):
    cases = cases_of(cast, 5)
    claim(case=cases[0], user=cast.rosa)
    claim(case=cases[1], user=cast.rosa)
    answer = send(cast.client(who), "post", "/api/v1/readers/balance/")
    assert answer.status_code == code
    loads = {reader.name: held for reader, held in load_of(cast.northside)}
    assert loads == ({"Rosa": 3, "Rufus": 2} if code == 200 else {"Rosa": 2, "Rufus": 0})
    assert code != 200 or answer.json() == {"given": 3, "left": 0}


def test_what_presses_most_is_given_to_who_holds_least_and_never_to_who_pauses(cast):
    cases = cases_of(cast, 2)
    Case.objects.filter(pk=cases[1].pk).update(urgency="urgent")
    set_pause(practice=cast.northside, reader=cast.rosa, actor=cast.cora, pauses=True)
    assert balance(practice=cast.northside, actor=cast.cora) == (2, 0)
    assert [holder(case) for case in cases] == [cast.rufus, cast.rufus]
    given = Event.objects.filter(verb="case.assigned").order_by("sequence").values_list("case_id", flat=True)
    assert list(given) == [str(cases[1].pk), str(cases[0].pk)]


def test_an_arbiters_place_and_a_score_that_is_not_there_yet_stay_in_the_pool(cast):
    arbiter, unscored = cases_of(cast, 2)
    Case.objects.filter(pk=unscored.pk).update(protocol="score-stratified")
    a_run(unscored.exam, "running")
    Assignment.objects.filter(case=arbiter).update(place="arbiter")
    assert balance(practice=cast.northside, actor=cast.cora) == (0, 1)


def test_a_reader_who_pauses_takes_no_new_case_and_keeps_what_they_hold(cast, case):
    [other] = cases_of(cast, 1)
    read = begin(case=case, user=cast.rosa)
    url = f"/api/v1/readers/{cast.rosa.pk}/pause/"
    assert send(cast.client("cora"), "post", url, {"pauses": True}).status_code == 200
    refused = send(cast.client("rosa"), "post", f"/api/v1/cases/{other.pk}/claim/")
    assert refused.status_code == 400 and "You pause" in refused.json()["detail"]
    save_draft(read=read, version=0, data=benign())
    send(cast.client("cora"), "post", url, {"pauses": False})
    claim(case=other, user=cast.rosa)
    verbs = Event.objects.filter(verb__startswith="reader.").values_list("verb", flat=True)
    assert sorted(verbs) == ["reader.paused", "reader.resumed"]


@pytest.mark.parametrize("who, code", [("rosa", 403), ("alice", 403), ("charlie", 404), (None, 401)])
def test_only_coordinators_of_the_practice_pause_a_reader(cast, who, code):
    assert (
        send(cast.client(who), "post", f"/api/v1/readers/{cast.rosa.pk}/pause/", {"pauses": True}).status_code == code
    )
    assert not Pause.objects.exists()
    with pytest.raises(Refused, match="Only readers pause"):
        set_pause(practice=cast.northside, reader=cast.alice, actor=cast.cora, pauses=True)


def test_the_page_counts_what_each_reader_holds_what_is_late_and_what_waits(cast, case):
    late, free = cases_of(cast, 2)
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    claim(case=late, user=cast.rosa)
    a_locked_read(case, cast.rufus, benign())
    read = case.reads.get()
    send(cast.client("rufus"), "post", f"/api/v1/reads/{read.pk}/reveal/", {"without": True})
    send(cast.client("rufus"), "post", f"/api/v1/reads/{read.pk}/confirm/")
    rows = {
        row["name"]: (row["held"], row["late"], row["done"])
        for row in cast.client("cora").get("/api/v1/readers/").json()
    }
    assert rows == {"Rosa": (1, 1, 0), "Rufus": (0, 0, 1)}
    page = cast.client("cora").get("/readers/").content.decode()
    assert "1 free place waits in the pool" in page and free.number not in page
    assert cast.client("rosa").get("/readers/").status_code == 403
    withdraw(case=late, actor=cast.alice, because="Handed in twice")
    assert {each.name: held for each, held in load_of(cast.northside)}["Rosa"] == 0


def test_a_reader_who_cannot_have_the_case_is_named_beside_the_choice(cast, case):
    set_pause(practice=cast.northside, reader=cast.rosa, actor=cast.cora, pauses=True)
    for chosen, say in ((str(cast.rosa.pk), "Rosa pauses. Choose another"), ("", "Choose a reader of this practice.")):
        answer = cast.client("cora").post(f"/cases/{case.pk}/assign/", {"reader": chosen})
        field = answer.content.decode().split('<select id="reader"')[1].split("</div>")[0]
        assert answer.status_code == 400 and say in field and "autofocus" in field
        assert (f'value="{cast.rosa.pk}" selected' in field) is bool(chosen)
    assert holder(case) is None


def test_the_pages_give_spread_and_pause(cast, case):
    cora = cast.client("cora")
    page = cora.get(f"/cases/{case.pk}/").content.decode()
    assert "Rosa (holds 0)" in page and "Give to" not in cast.client("alice").get(f"/cases/{case.pk}/").content.decode()
    cora.post(f"/cases/{case.pk}/assign/", {"reader": str(cast.rosa.pk)})
    cora.post(f"/cases/{case.pk}/assign/", {"reader": str(cast.rufus.pk), "from": str(cast.rosa.pk)})
    assert holder(case) == cast.rufus
    cora.post(f"/readers/{cast.rosa.pk}/pause/", {"pauses": "yes"})
    assert "Pauses since" in cora.get("/readers/").content.decode()
    cora.post(f"/readers/{cast.rosa.pk}/pause/", {"pauses": "no"})
    assert not Pause.objects.exists()
    [waiting] = cases_of(cast, 1)
    assert "1 given out, 0 left" in cora.post("/readers/balance/", follow=True).content.decode()
    assert holder(waiting) == cast.rosa


def test_a_step_that_others_took_is_news_to_who_asked_until_they_looked(cast, case):
    alice = cast.client("alice")

    def news():
        return case.number in alice.get("/cases/?tab=news").content.decode()

    assert not news()
    withdraw(case=case, actor=cast.cora, because="Handed in twice")
    assert news()
    alice.get(f"/cases/{case.pk}/")
    assert not news()
