"""A coordinator's acts: give a case to a reader, take it to another, spread the pool, let a reader pause."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext, gettext_noop

from portal.analysis.models import Run
from portal.audit.services import record
from portal.base.errors import Conflict, Refused
from portal.cases.claims import place_of, places_for, refuse_reading, release, take
from portal.cases.guests import works_in
from portal.cases.incomplete import refuse_incomplete
from portal.cases.models import Assignment, Case, Pause
from portal.cases.places import SETTLING
from portal.cases.protocols import protocol_for
from portal.cases.strata import stratify
from portal.cases.trail import note
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import has_role

CHOOSE = gettext_noop("Choose a reader of this practice.")
AT_ONCE = 200  # cases that one press of "balance" gives out


@transaction.atomic
def assign(*, case: Case, reader: User, actor: User) -> Assignment:
    """Give the first free place at `case` to `reader`, where it stays until they or a coordinator give it back.

    Raises Refused where `actor` is no coordinator or `reader` may not read it, Conflict where no place is free.
    """
    _coordinates(actor, case.practice)
    if protocol_for(case).double_from:
        Case.objects.select_for_update().get(pk=case.pk)
        stratify(case, wait=True)
    _fit(case, reader)
    for place in places_for(case, reader).filter(member=None):
        if take(place, reader, until=None, given_by=actor):
            note("case.assigned", actor=actor, case=case, subject=place, place=place.place, reader=str(reader.pk))
            place.refresh_from_db()
            return place
    raise Conflict(
        "claimed",
        gettext("No place of this case is free. Give it back to the pool first, or take it to another reader."),
    )


@transaction.atomic
def give_first(*, case: Case, reader: User, actor: User) -> Assignment:
    """Give the first place of a new case to the reader whom its asker wished for. Raises Refused where they cannot read it."""
    try:
        _fit(case, reader)
    except Refused as refused:
        raise Refused.at("reader", refused.say, code=refused.code) from refused
    place = Assignment.objects.filter(case=case, done_at=None, member=None).order_by("place")[0]
    take(place, reader, until=None, given_by=actor)
    note("case.wished", actor=actor, case=case, subject=place, place=place.place, reader=str(reader.pk))
    return place


@transaction.atomic
def reassign(*, case: Case, holder: User, reader: User, actor: User) -> Assignment:
    """Take the place that `holder` has to `reader`; the draft stays with its writer. All of it or nothing.

    Raises what `release` and `assign` raise: a locked read is not taken away.
    """
    _coordinates(actor, case.practice)
    list(case.reads.select_for_update().filter(reader=holder))  # read, case, places, trail: the order of every step
    Case.objects.select_for_update().get(pk=case.pk)
    list(Assignment.objects.select_for_update().filter(case=case).order_by("place"))
    release(case=case, actor=actor, member=holder)
    return assign(case=case, reader=reader, actor=actor)


def balance(*, practice: Practice, actor: User) -> tuple[int, int]:
    """Give the pool's free places to those who hold least and do not pause; (given out, left in the pool).

    Each place is given in a transaction of its own: a reader who takes a case meanwhile keeps it. What presses most is
    given first, AT_ONCE at most. A place that settles is left to a person's choice.
    """
    _coordinates(actor, practice)
    loads = {reader: held for reader, held in load_of(practice) if not paused(reader, practice)}
    free = Assignment.objects.filter(case__practice=practice, member=None, done_at=None).exclude(place__in=SETTLING)
    waiting = Case.objects.open().filter(practice=practice, pk__in=free.values("case")).by_urgency()
    given = 0
    for case in waiting.select_related("exam", "practice")[:AT_ONCE]:
        for reader in sorted(loads, key=lambda each: (loads[each], each.name)):
            try:
                assign(case=case, reader=reader, actor=actor)
            except Refused:
                continue
            loads[reader] += 1
            given += 1
            break
    with transaction.atomic():
        record(verb="cases.balanced", actor=actor, practice_id=practice.pk, detail={"given": given})
    return given, free.filter(case__closed_at=None, case__withdrawn_at=None).count()


@transaction.atomic
def set_pause(*, practice: Practice, reader: User, actor: User, pauses: bool) -> None:
    """Let `reader` pause, or end it. Raises Refused for anybody but a coordinator, or for somebody who does not read."""
    _coordinates(actor, practice)
    if not has_role(reader, practice, Role.READER):
        raise Refused("not-a-reader", gettext("Only readers pause."))
    if pauses:
        changed = Pause.objects.get_or_create(practice=practice, user=reader, defaults={"by": actor})[1]
    else:
        changed = bool(Pause.objects.filter(practice=practice, user=reader).delete()[0])
    if changed:
        verb = "reader.paused" if pauses else "reader.resumed"
        record(verb=verb, actor=actor, practice_id=practice.pk, subject=reader)


def paused(reader: User, practice: Practice) -> bool:
    """Whether `reader` pauses in this practice."""
    return Pause.objects.filter(practice=practice, user=reader).exists()


def load_of(practice: Practice) -> list[tuple[User, int]]:
    """Each active reader with the number of undone places that they hold at open cases, by name."""
    mine = Q(
        assignments__case__practice=practice, assignments__done_at=None, assignments__case__closed_at=None,
        assignments__case__withdrawn_at=None,
    )  # fmt: skip
    readers = User.objects.filter(
        is_active=True, pk__in=practice.memberships.filter(role=Role.READER).values("user")
    ).annotate(held=Count("assignments", filter=mine, distinct=True))
    return [(reader, reader.held) for reader in readers.order_by("name", "pk")]


def _coordinates(actor: User, practice: Practice) -> None:
    if not has_role(actor, practice, Role.COORDINATOR):
        raise Refused("not-a-coordinator", gettext("Only a coordinator gives out cases. Ask one to do it."))


def _fit(case: Case, reader: User) -> None:
    """Raise Refused where `reader` could not read the case if it were theirs."""
    refuse_reading(case, reader)
    if not works_in(reader, case.practice):  # a guest takes a place by coming, or not at all
        raise Refused.at("reader", gettext(CHOOSE), code="not-a-reader")
    refuse_incomplete(case)
    if paused(reader, case.practice):
        say = gettext("%(reader)s pauses. Choose another reader, or end the pause first.")
        raise Refused.at("reader", say % {"reader": reader}, code="paused")
    if place_of(case, reader) is not None:
        say = gettext("%(reader)s has a place at this case already. Choose another reader.")
        raise Refused.at("reader", say % {"reader": reader}, code="has-a-place")
    settling = Assignment.objects.filter(case=case, place__in=SETTLING, done_at=None).exists()
    if protocol_for(case).blind and not settling and Run.objects.revealed_to(reader).filter(exam=case.exam).exists():
        say = gettext("%(reader)s has seen the suggestion for this exam and cannot read it blind.")
        raise Refused.at("reader", say % {"reader": reader}, code="not-blind")
