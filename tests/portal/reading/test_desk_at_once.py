"""A coordinator acts while others do: one is first, the other is told, nothing is half done and nobody waits for ever."""

import pytest

from portal.base.errors import Refused
from portal.cases.claims import claim
from portal.cases.desk import assign, balance, reassign
from portal.cases.incomplete import send_back
from portal.cases.models import Assignment, Case
from portal.practices.models import Membership
from portal.reading.models import Outcome, Read
from portal.reading.outcome_table import import_table
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from tests.portal.cases.story import a_case, a_run, an_exam, benign

ROUNDS = range(6)


def fresh(cast, at, **asked):
    return a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}"), cast.alice, **asked)


def refusals(found):
    return [each for each in found if isinstance(each, Refused)]


def test_a_read_is_locked_or_taken_to_another_reader_never_both(together, cast):
    for at in ROUNDS:
        case = fresh(cast, at)
        read = save_draft(read=begin(case=case, user=cast.rosa), version=0, data=benign())
        found = together(
            lambda read=read: lock(read=read, actor=cast.rosa, version=1),
            lambda case=case: reassign(case=case, holder=cast.rosa, reader=cast.rufus, actor=cast.cora),
        )
        locked = Read.objects.get(pk=read.pk).locked_at is not None
        assert Assignment.objects.get(case=case).member == (cast.rosa if locked else cast.rufus)
        assert len(refusals(found)) == 1


def test_a_place_is_given_or_taken_and_one_of_the_two_is_told(together, cast):
    for at in ROUNDS:
        case = fresh(cast, at)
        found = together(
            lambda case=case: claim(case=case, user=cast.rosa),
            lambda case=case: assign(case=case, reader=cast.rufus, actor=cast.cora),
        )
        assert len(refusals(found)) == 1


def test_both_places_are_taken_away_and_claimed_without_anybody_waiting_for_ever(together, cast):
    Membership.objects.create(user=cast.ada, practice=cast.northside, role="reader")
    for at in ROUNDS:
        case = fresh(cast, at, protocol="double-reading")
        claim(case=case, user=cast.rosa)
        together(
            lambda case=case: reassign(case=case, holder=cast.rosa, reader=cast.rufus, actor=cast.cora),
            lambda case=case: claim(case=case, user=cast.ada),
        )
        held = set(Assignment.objects.filter(case=case).values_list("member", flat=True))
        assert held == {cast.rufus.pk, cast.ada.pk}


def test_two_readers_of_a_high_score_get_the_two_places(together, cast):
    for at in ROUNDS:
        case = fresh(cast, at, protocol="score-stratified")
        run = a_run(case.exam)
        run.score_band = 10
        run.save(update_fields=["score_band"])
        found = together(
            lambda case=case: claim(case=case, user=cast.rosa), lambda case=case: claim(case=case, user=cast.rufus)
        )
        assert refusals(found) == []
        assert {each.place for each in found} == {"reader", "reader2"}


def test_two_coordinators_who_spread_the_pool_at_once_give_each_case_out_once(together, cast):
    Membership.objects.create(user=cast.ada, practice=cast.northside, role="coordinator")
    cases = [fresh(cast, at) for at in range(8)]
    found = together(
        lambda: balance(practice=cast.northside, actor=cast.cora),
        lambda: balance(practice=cast.northside, actor=cast.ada),
    )
    assert sum(given for given, _ in found) == len(cases)
    assert not Assignment.objects.filter(member=None).exists()


def test_a_case_is_sent_back_before_or_after_it_is_taken(together, cast):
    for at in ROUNDS:
        case = fresh(cast, at)
        together(
            lambda case=case: send_back(case=case, actor=cast.cora, views=["RMLO"]),
            lambda case=case: claim(case=case, user=cast.rosa),
        )
        assert Case.objects.with_state().get(pk=case.pk).state == "incomplete"


@pytest.mark.parametrize("reverse", [False, True])
def test_two_tables_and_a_new_case_on_the_same_exams_all_come_through(together, cast, reverse):
    exams = [an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}") for at in range(6)]
    rows = [f"{exam.accession},B,clear,pathology" for exam in exams]
    tables = [
        "\n".join(["accession,side,result,proof", *each]).encode() for each in (rows, rows[::-1] if reverse else rows)
    ]
    found = together(
        *(lambda data=data: import_table(practice=cast.northside, data=data, actor=cast.cora) for data in tables),
        lambda: a_case(exams[-1], cast.alice),
    )
    assert refusals(found) == []
    assert Outcome.objects.current().count() == 12 and Outcome.objects.count() == 12
