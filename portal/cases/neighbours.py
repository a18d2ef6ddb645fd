"""From case to case: which one comes before and after another in the list that its reader came from."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from portal.base.paging import MANY
from portal.cases.models import Case, CaseQuerySet
from portal.cases.selectors import Wanted, narrowed, ordered
from portal.cases.tabs import Tab, tabs_for
from portal.practices.models import Practice, User
from portal.practices.selectors import roles_of

KEPT = "worklist"  # the session's word for the list that was looked at last, as the address line carries it
AT_FIRST = ("mine", "pool")  # the lists of a reader who has looked at none


def remember(session: MutableMapping[str, Any], wanted: Wanted, tab: Tab) -> None:
    """Keep which list its person looks at now; written only when it is another one."""
    asked = {"tab": tab.code, "q": wanted.query, "state": wanted.state, "urgency": wanted.urgency, "sort": wanted.sort}
    address = urlencode({name: value for name, value in asked.items() if value})
    if session.get(KEPT) != address:
        session[KEPT] = address


def neighbour(*, case: Case, user: User, practice: Practice, wanted: Wanted, by: int) -> UUID | None:
    """The case `by` (1 or -1) places on from `case` in the list `wanted`; None at its end, or where there is no list.

    A case that has left the list since counts from where it would stand. Looked for among the first MANY of a list.
    """
    keys = _keys(case, user, practice, wanted, by)
    at = keys.index(case.pk) + by
    if not 0 <= at < len(keys):
        return None
    return keys[at] if Case.objects.visible_to(user).filter(pk=keys[at]).exists() else None


def _keys(case: Case, user: User, practice: Practice, wanted: Wanted, by: int) -> list[UUID]:
    """The keys of the list, one tab behind the other, `case` among them; no further than the neighbour is known."""
    own = Case.objects.of_own_practices(user).filter(practice=practice)
    before: list[UUID] = []
    keys: list[UUID] = []
    for tab in lists(user, practice, wanted.tab):
        before += keys
        keys = first_of(narrowed(tab.pick(own, user), practice, tab, wanted), tab, wanted.sort)
        found = [*before, *keys]
        if case.pk in found and 0 <= found.index(case.pk) + by < len(found):
            return found
    if case.pk not in (*before, *keys):
        keys = first_of(Case.objects.filter(pk__among=[*keys, case.pk]), tab, wanted.sort, MANY + 1)
    return [*before, *keys]


def lists(user: User, practice: Practice, code: str) -> list[Tab]:
    """The tab `code`; of somebody who has looked at none, what they have in hand, then what they may take."""
    tabs = tabs_for(roles_of(user, practice))
    asked = [each for each in tabs if each.code == code]
    return asked or [each for each in tabs if each.code in AT_FIRST] or tabs[:1]


def first_of(cases: CaseQuerySet, tab: Tab, sort: str, most: int = MANY) -> list[UUID]:
    """The keys of the first `most` in the order of the list."""
    keys: list[UUID] = []
    for part in ordered(cases, tab, sort):
        if len(keys) < most:
            keys += part.values_list("pk", flat=True)[: most - len(keys)]
    return keys
