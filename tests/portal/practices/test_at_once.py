"""Several people act at the same moment, on a database that lets them: the chain and the last admin hold."""

from django.db import transaction

from portal.audit.models import Event
from portal.audit.services import record
from portal.audit.verify import verify
from portal.base.errors import Conflict
from portal.practices.models import Membership
from portal.practices.services.people import add_member, remove_member


def test_eight_writers_make_one_whole_chain(together, cast):
    def write():
        for number in range(20):
            with transaction.atomic():
                record(verb="image.viewed", actor=cast.rosa, practice_id=cast.northside.pk, detail={"n": number})

    assert together(*[write] * 8) == [None] * 8
    verdict = verify(str(cast.northside.pk))
    assert (verdict.whole, verdict.links) == (True, 160)


def test_an_act_that_is_rolled_back_leaves_no_gap(together, cast):
    def fail():
        with transaction.atomic():
            record(verb="image.viewed", actor=cast.rosa, practice_id=cast.northside.pk)
            raise ValueError("the act failed")

    def write():
        with transaction.atomic():
            record(verb="image.viewed", actor=cast.rosa, practice_id=cast.northside.pk)

    together(*[fail, write] * 4)
    assert verify(str(cast.northside.pk)).whole
    assert Event.objects.filter(chain=str(cast.northside.pk)).count() == 4


def test_two_admins_who_remove_each_other_at_once_leave_one(together, cast):
    add_member(user=cast.cora, practice=cast.northside, roles=["admin"], actor=None)
    answers = together(
        lambda: remove_member(user=cast.ada, practice=cast.northside, actor=cast.cora),
        lambda: remove_member(user=cast.cora, practice=cast.northside, actor=cast.ada),
    )
    assert {type(answer) for answer in answers} == {type(None), Conflict}
    assert Membership.objects.filter(practice=cast.northside, role="admin").count() == 1
