"""Who is a guest on a case: a reader of another practice to whom it was shown for a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from portal.cases.models import Assignment, Case, Share, maybe_guest
from portal.exams import lending
from portal.exams.managers import SEE_EXAMS
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import roles_of

UNDATED = Value(date(1, 1, 1), output_field=DateField())


def lent_exams(user: Any) -> Exists:
    """The exams of the cases shared with `user`, and the priors that hang beside them (as `priors.priors_of` has them)."""
    if not maybe_guest(user):
        return Exists(Share.objects.none())
    woman = Q(case__exam__patient=OuterRef("patient"), case__practice=OuterRef("practice"))
    earlier = Q(case__exam__study_date=None) | Q(case__exam__study_date__gt=Coalesce(OuterRef("study_date"), UNDATED))
    in_time = Q(case__closed_at=None) | Q(case__closed_at__gt=OuterRef("created_at"))
    taken_off = Case.detached.through.objects.filter(case=OuterRef("case"), exam=OuterRef(OuterRef("pk")))
    mammogram = Q(case__exam__modality=OuterRef("modality"))  # a case is on one; companions are no part of it
    hangs = woman & mammogram & earlier & in_time & ~Q(case__exam=OuterRef("pk")) & ~Exists(taken_off)
    return Exists(Share.objects.open_to(user).filter(Q(case__exam=OuterRef("pk")) | hangs))


def women_shown(user: Any) -> QuerySet[Any, Any]:
    """The patients whose cases are shared with `user`."""
    return Share.objects.open_to(user).order_by().values("case__exam__patient")


lending.register(lent_exams, women_shown)


def works_in(user: Any, practice: Practice) -> bool:
    """Whether `user` works with exams there; whoever sees an exam of it all the same is a guest."""
    return bool(roles_of(user, practice) & set(SEE_EXAMS))


def counts_as_reader(user: Any, practice: Practice) -> bool:
    """Whether somebody who may see an exam of `practice` may read it, now or later: its readers, and every guest."""
    roles = roles_of(user, practice)
    return Role.READER in roles or not roles & set(SEE_EXAMS)


def may_read(case: Case, user: Any) -> bool:
    """Whether `user` is a reader of the practice, or a guest who was asked to read this case."""
    if Practice.objects.of(user, Role.READER).filter(pk=case.practice_id).exists():
        return True
    return not works_in(user, case.practice) and is_shared(case, user, purpose=Share.Purpose.READ)


def is_shared(case: Case, user: Any, **which: Any) -> bool:
    """Whether the case is shared with `user` now."""
    return Share.objects.open_to(user).filter(case=case, **which).exists()


def guests_of(case: Case) -> dict[Any, str]:
    """The own practice's name of each guest who has opened the case, by user, also when their time is over."""
    opened = Share.objects.filter(case=case, opened_at__isnull=False).exclude(home=None)
    return dict(opened.values_list("guest", "home__name"))


def signature(user: User, guests: dict[Any, str]) -> str:
    """The name as it stands beside a read: with the practice that a guest is of."""
    return f"{user.name}, guest of {guests[user.pk]}" if user.pk in guests else user.name


def people_on(case: Case) -> set[Any]:
    """Who has to do with the case by name: who opened or shared it, who holds or held a place, and guests who came."""
    shares = Share.objects.filter(case=case)
    places: Iterable[Any] = Assignment.objects.filter(case=case).exclude(member=None).values_list("member", "given_by")
    named = {case.opened_by_id, *shares.values_list("shared_by", flat=True), *guests_of(case)}
    return (named | {pk for place in places for pk in place}) - {None}
