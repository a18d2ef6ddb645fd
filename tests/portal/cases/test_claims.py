"""A place is claimed by one UPDATE: one reader has it, the other is told who; forgotten claims come back."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from portal.audit.models import Event
from portal.base.errors import Conflict, Refused
from portal.cases.claims import claim, release
from portal.cases.models import Assignment, Case
from portal.cases.services import withdraw
from portal.cases.tasks import release_stale_claims
from portal.practices.models import Membership
from portal.reading.services.draft import begin, save_draft
from tests.portal.cases.story import a_case, a_locked_read, an_exam, benign, send

PATIENCE = 60  # seconds; a lock that never opens is a failure, not a test without an end


@pytest.fixture
def case(cast):
    return a_case(an_exam(cast.northside, cast.alice), cast.alice)


def test_the_second_is_told_who_has_it_and_claiming_twice_is_one_claim(cast, case):
    assert claim(case=case, user=cast.rosa).pk == claim(case=case, user=cast.rosa).pk
    with pytest.raises(Conflict, match="Rosa is reading this case"):
        claim(case=case, user=cast.rufus)
    assert Event.objects.filter(verb="case.claimed").count() == 1


@pytest.mark.parametrize("who, code", [("rosa", 200), ("alice", 400), ("cora", 400), ("charlie", 404), (None, 401)])
def test_only_readers_of_the_practice_claim(cast, case, who, code):
    assert send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/claim/").status_code == code


def test_the_api_answers_409_with_the_holder(cast, case):
    claim(case=case, user=cast.rosa)
    answer = send(cast.client("rufus"), "post", f"/api/v1/cases/{case.pk}/claim/")
    assert answer.status_code == 409 and "Rosa" in answer.json()["detail"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_readers_at_once_one_gets_the_case(cast):
    from portal.practices.models import User

    case = a_case(an_exam(cast.northside, cast.alice), cast.alice)
    readers = [User.objects.create_user(f"r{at}@example.org", f"R{at}") for at in range(8)]
    for reader in readers:
        Membership.objects.create(user=reader, practice=cast.northside, role="reader")
    got, told = [], []
    start, end = threading.Barrier(len(readers)), time.monotonic() + PATIENCE

    def go(at, reader):
        start.wait()
        try:
            while reader.pk not in got and time.monotonic() < end:
                try:
                    got.append(claim(case=case, user=reader).member_id)
                except Conflict as conflict:
                    told.append(str(conflict))
                    break
                except OperationalError:  # SQLite in memory does not wait for another's write: come again, in no step
                    connections.close_all()
                    time.sleep(0.001 * at)
        finally:  # a connection that stays open with its thread's traceback would lock the others out
            connections.close_all()

    threads = [threading.Thread(target=go, args=each) for each in enumerate(readers, start=1)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(got) == 1 and len(told) == 7 and all("is reading this case" in words for words in told)
    assert Event.objects.filter(verb="case.claimed").count() == 1


def test_one_person_never_holds_two_places_of_a_case(cast):
    case = a_case(an_exam(cast.northside, cast.alice), cast.alice, protocol="double-reading")
    claim(case=case, user=cast.rosa)
    claim(case=case, user=cast.rosa)
    assert Assignment.objects.filter(member=cast.rosa).count() == 1
    assert claim(case=case, user=cast.rufus).place == "reader2"


def test_a_claim_without_a_saved_draft_lapses_and_one_with_a_draft_stays(cast, case):
    other = a_case(an_exam(cast.northside, cast.alice, pseudonym="P-2"), cast.alice)
    begin(case=case, user=cast.rosa)
    save_draft(read=begin(case=other, user=cast.rosa), version=0, data=benign())
    Assignment.objects.filter(claim_until__isnull=False).update(claim_until=timezone.now() - timedelta(seconds=1))
    release_stale_claims()
    states = {each.pk: each.state for each in Case.objects.with_state()}
    assert states[case.pk] == "unread" and states[other.pk] == "being-read"
    assert Event.objects.get(verb="case.released").detail["by"] == "time-out"


def test_a_released_draft_stays_with_its_reader_and_is_found_again(cast, case):
    read = save_draft(read=begin(case=case, user=cast.rosa), version=0, data=benign())
    release(case=case, actor=cast.rosa)
    with pytest.raises(Conflict, match="Your claim on this case was released"):
        save_draft(read=read, version=1, data=benign())
    assert begin(case=case, user=cast.rosa).body == benign()


@pytest.mark.parametrize("who, code", [("rosa", 204), ("cora", 204), ("rufus", 400), ("charlie", 404)])
def test_a_case_is_released_by_its_reader_or_a_coordinator(cast, case, who, code):
    begin(case=case, user=cast.rosa)
    member = {} if who == "rosa" else {"member": str(cast.rosa.pk)}
    assert send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/release/", member).status_code == code


def test_a_locked_read_cannot_be_given_back(cast, case):
    a_locked_read(case, cast.rosa, benign())
    with pytest.raises(Refused, match="can no longer be given back"):
        release(case=case, actor=cast.cora, member=cast.rosa)


def test_nobody_gives_the_second_opinion_on_their_own_first(cast, case):
    Membership.objects.create(user=cast.alice, practice=cast.northside, role="reader")
    case.first_opinion = {"recall": True}
    case.save(update_fields=["first_opinion"])
    with pytest.raises(Refused, match="Another reader must give the second"):
        claim(case=case, user=cast.alice)


def test_a_withdrawn_case_takes_no_claim_and_keeps_no_draft(cast, case):
    read = begin(case=case, user=cast.rosa)
    withdraw(case=case, actor=cast.alice, because="Handed in twice")
    with pytest.raises(Refused, match="withdrawn"):
        save_draft(read=read, version=0, data=benign())
    with pytest.raises(Refused, match="withdrawn"):
        claim(case=case, user=cast.rufus)
