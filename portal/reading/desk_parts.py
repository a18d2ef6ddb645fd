"""The case page's parts beside the read: comments, views that are wanting, and giving the case to somebody."""

from __future__ import annotations

from typing import Any

from portal.cases.desk import load_of
from portal.cases.guests import counts_as_reader, works_in
from portal.cases.incomplete import WHY, in_words, wanting
from portal.cases.models import Assignment, Case, Share
from portal.cases.sharing import may_share, shares_of
from portal.exams.managers import SEE_EXAMS
from portal.exams.selectors import SCREENING, missing_views
from portal.practices.models import User
from portal.practices.selectors import roles_of
from portal.reading.comments import people_for, shown_comments


def desk_parts(case: Case, user: User) -> dict[str, Any]:
    """The context of `_comments.html` and `_desk.html`."""
    roles = roles_of(user, case.practice)
    live = not (case.closed_at or case.withdrawn_at)
    return {**_comments(case, user), **_shared(case, user), **(_open_parts(case, user, roles) if live else {})}


def _comments(case: Case, user: User) -> dict[str, Any]:
    roles = dict.fromkeys(case.practice.memberships.filter(role__in=SEE_EXAMS).values_list("user", flat=True), False)
    roles |= dict.fromkeys(case.practice.memberships.filter(role="reader").values_list("user", flat=True), True)
    people = [(person, roles.get(person.pk, True)) for person in people_for(case, user)]  # a guest counts as a reader
    reads = counts_as_reader(user, case.practice)
    return {"comments": shown_comments(case, user), "people": people, "i_read": reads}


def _shared(case: Case, user: User) -> dict[str, Any]:
    """For a guest, their own invitation; for the practice, who else sees the case."""
    if not works_in(user, case.practice):
        return {"my_share": Share.objects.open_to(user).filter(case=case).order_by("-ends_at").first()}
    return {"may_share": may_share(user, case.practice), "shares": shares_of(case)}


def _open_parts(case: Case, user: User, roles: set[str]) -> dict[str, Any]:
    views = wanting(case)
    coordinates = "coordinator" in roles
    reads = case.assignments.filter(member=user, done_at=None).exists()
    asked = case.opened_by_id == user.pk or any(each.asked_by_id == user.pk for each in views)
    return {
        "waits_for": in_words(views),
        "waits_for_many": len(views) > 1,
        "may_go_on": bool(views) and (coordinates or asked),
        "may_send_back": coordinates or reads,
        "screening": SCREENING,
        "lacking": missing_views(list(case.exam.images.all())),
        "why": WHY,
        "may_assign": coordinates and not views and Assignment.objects.claimable().filter(case=case).exists(),
        "loads": load_of(case.practice) if coordinates else [],
    }
