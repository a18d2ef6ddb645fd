"""The case page's parts beside the read: comments, views that are wanting, and giving the case to somebody."""

from __future__ import annotations

from typing import Any

from portal.cases.desk import load_of
from portal.cases.incomplete import WHY, in_words, wanting
from portal.cases.models import Case
from portal.exams.selectors import SCREENING, missing_views
from portal.practices.models import User
from portal.practices.selectors import roles_of
from portal.reading.comments import people_on, visible_comments


def desk_parts(case: Case, user: User) -> dict[str, Any]:
    """The context of `_comments.html` and `_desk.html`."""
    roles = roles_of(user, case.practice)
    live = not (case.closed_at or case.withdrawn_at)
    return {**_comments(case, user, roles), **(_open_parts(case, user, roles) if live else {})}


def _comments(case: Case, user: User, roles: set[str]) -> dict[str, Any]:
    shown = visible_comments(case, user).prefetch_related("mentions", "seen__user")
    people = people_on(case)
    reading = set(case.practice.memberships.filter(role="reader").values_list("user", flat=True))
    named = [(person, person.pk in reading) for person in people]
    return {"comments": shown, "people": named, "i_read": "reader" in roles}


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
        "may_assign": coordinates and not views and case.assignments.filter(done_at=None).exists(),
        "loads": load_of(case.practice) if coordinates else [],
    }
