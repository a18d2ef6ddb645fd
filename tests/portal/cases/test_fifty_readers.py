"""Fifty readers at one worklist, each with a browser of their own: nothing is lost, nothing is held twice."""

import re
import time
from collections import Counter

import numpy as np
import pytest

from portal.audit.models import Event
from portal.audit.verify import verify
from portal.cases.models import Assignment, Case
from portal.practices.models import Membership, User
from tests.portal.cases.story import a_case, an_exam

READERS, CASES, ROUNDS = 50, 48, 2
LONGEST = 15  # seconds after which no reader begins a second round
ROW = re.compile(r'<tr data-case="([0-9a-f-]{36})"')


@pytest.fixture
def readers(cast):
    """Fifty people who read in Northside, signed in."""
    people = [User.objects.create_user(f"r{at}@example.org", f"Reader {at}") for at in range(READERS)]
    Membership.objects.bulk_create([Membership(user=each, practice=cast.northside, role="reader") for each in people])
    cast.people.update({f"r{at}": each for at, each in enumerate(people)})
    return {each: cast.client(f"r{at}") for at, each in enumerate(people)}


@pytest.fixture
def pool(cast):
    """Cases for them all: every third is to be read twice."""
    return [
        a_case(
            an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}"), cast.alice,
            protocol="double-reading" if at % 3 == 0 else "second-reader",
        )
        for at in range(CASES)
    ]  # fmt: skip


def day_of(at, client, until):
    """One reader's rounds: look at the pool, take a case of it, open it, give every other one back; (statuses, held)."""
    chance, answers, held = np.random.default_rng(at), [], set()

    def ask(method, path):
        answers.append(getattr(client, method)(path))
        return answers[-1]

    for turn in range(ROUNDS):
        if turn and time.monotonic() > until:
            break
        shown = ROW.findall(ask("get", "/cases/?tab=pool").content.decode())
        if not shown:
            break
        case = str(chance.choice(shown[: 5 if at % 2 else None]))  # half of them reach for the same few
        if not ask("post", f"/cases/{case}/read/").url.endswith("/view/"):
            continue
        held.add(case)
        ask("get", f"/cases/{case}/view/")
        if (at + turn) % 2 and ask("post", f"/cases/{case}/release/").status_code == 302:
            held.discard(case)
    return [each.status_code for each in answers], held


def test_fifty_readers_take_open_and_give_back_from_one_pool(together, readers, pool):
    until = time.monotonic() + LONGEST
    clients = enumerate(readers.values())
    found = together(*(lambda at=at, client=client: day_of(at, client, until) for at, client in clients))
    assert {status for statuses, _ in found for status in statuses} <= {200, 302}

    told = {(reader.pk, case) for reader, (_, held) in zip(readers, found, strict=True) for case in held}
    places = Assignment.objects.exclude(member=None)
    assert {(each.member_id, str(each.case_id)) for each in places} == told  # who was told so holds it, and nobody else

    free = set(Case.objects.free_for(User()).values_list("pk", flat=True))
    full = Counter(places.values_list("case", flat=True))
    assert all((each.pk in free) == (full[each.pk] < each.assignments.count()) for each in pool)  # no place was lost
    assert Assignment.objects.count() == CASES + CASES // 3
    the_trail_tells_each_place_in_turns(pool)


def the_trail_tells_each_place_in_turns(pool):
    """Never more taken at once than there are places; what was taken and not given back is held; no link is missing."""
    steps = Event.objects.filter(verb__in=("case.claimed", "case.released")).order_by("sequence")
    assert steps.filter(verb="case.claimed").count() >= 10
    for case in pool:
        taken = 0
        for step in steps.filter(case_id=str(case.pk)):
            taken += 1 if step.verb == "case.claimed" else -1
            assert 0 <= taken <= case.assignments.count()
        assert taken == case.assignments.exclude(member=None).count()
    assert all(verify(chain).whole for chain in Event.objects.values_list("chain", flat=True).distinct())
