"""Two things happen to one read at the same moment: one is first, the other is told, and nothing is half done."""

import pytest

from portal.audit.verify import verify
from portal.base.errors import Refused
from portal.cases.claims import claim, place_of, release
from portal.cases.services import withdraw
from portal.reading.models import Amendment, Read, Report
from portal.reading.services.decide import amend, confirm
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.portal.cases.story import a_case, a_run, an_exam, benign, suspicious

ROUNDS = range(8)


@pytest.fixture
def a_draft(cast):
    """Make a fresh case with a complete draft of Rosa's."""

    def make(at):
        case = a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}"), cast.alice)
        return save_draft(read=begin(case=case, user=cast.rosa), version=0, data=benign())

    return make


def refusals(found):
    return [each for each in found if isinstance(each, Refused)]


def test_a_read_is_locked_or_its_place_is_given_back_never_both(together, cast, a_draft):
    for at in ROUNDS:
        read = a_draft(at)
        found = together(
            lambda read=read: lock(read=read, actor=cast.rosa, version=1),
            lambda read=read: release(case=read.case, actor=cast.cora, member=cast.rosa),
        )
        locked = Read.objects.get(pk=read.pk).locked_at is not None
        assert locked == (place_of(read.case, cast.rosa) is not None)
        assert len(refusals(found)) == 1


def test_saving_and_locking_at_once_wait_for_each_other(together, cast, a_draft):
    for at in ROUNDS:
        read = a_draft(at)
        together(
            lambda read=read: save_draft(read=read, version=1, data=suspicious()),
            lambda read=read: lock(read=read, actor=cast.rosa, version=1),
        )
        kept = Read.objects.get(pk=read.pk)
        assert (kept.version, kept.locked_at is None) in {(2, True), (1, False)}


def test_two_windows_lock_once_amend_once_and_sign_once(together, cast, a_draft):
    read = a_draft(0)
    a_run(read.case.exam)
    together(*[lambda: lock(read=read, actor=cast.rosa, version=1)] * 3)
    together(*[lambda: reveal(read=read, actor=cast.rosa)] * 3)
    changed = [lambda: amend(read=read, actor=cast.rosa, reason="The outline is real.", data=suspicious())] * 3
    assert len(refusals(together(*changed, lambda: confirm(read=read, actor=cast.rosa)))) >= 2
    assert Amendment.objects.filter(read=read).count() <= 1
    assert len(refusals(together(*[lambda: sign(case=read.case, actor=cast.rosa, text="Signed text.")] * 3))) == 2
    assert Report.objects.filter(case=read.case).count() == 1
    assert verify(str(cast.northside.pk)).whole


def test_deciding_and_withdrawing_at_once_never_wait_for_each_other_for_ever(together, cast, a_draft):
    for at in ROUNDS:
        read = a_draft(at)
        a_run(read.case.exam)
        lock(read=read, actor=cast.rosa, version=1)
        reveal(read=read, actor=cast.rosa)
        found = together(
            lambda read=read: confirm(read=read, actor=cast.rosa),
            lambda read=read: withdraw(case=read.case, actor=cast.alice, because="Sent twice"),
        )
        decided = Read.objects.get(pk=read.pk).decided_at is not None
        assert decided == (refusals(found) == [])


def test_two_readers_take_one_place(together, cast):
    for at in ROUNDS:
        case = a_case(an_exam(cast.northside, cast.alice, pseudonym=f"P-{at}"), cast.alice)
        found = together(
            lambda case=case: claim(case=case, user=cast.rosa), lambda case=case: claim(case=case, user=cast.rufus)
        )
        assert len(refusals(found)) == 1 and case.assignments.exclude(member=None).count() == 1
