"""What the worklist shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import F
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_noop

from portal.base.paging import MANY, Reachable
from portal.cases.models import ENDED, Case, CaseQuerySet
from portal.cases.rows import Row, rows_of
from portal.cases.searching import found_by
from portal.cases.states import STATES
from portal.cases.tabs import Tab, tabs_for
from portal.practices.models import Practice, User
from portal.practices.selectors import roles_of

PAGE = 25
LATER = "…"  # a count that the next refresh brings
SORTS = {  # code: what the page calls it, the columns
    "due": (gettext_noop("Due first"), ("due_at", "opened_at", "pk")),
    "-opened": (gettext_noop("Newest first"), ("-opened_at", "-pk")),
    "opened": (gettext_noop("Oldest first"), ("opened_at", "pk")),
    "number": (gettext_noop("By number"), ("number",)),
    "patient": (gettext_noop("By patient"), ("exam__patient__pseudonym", "pk")),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The worklist's tab, search, filters and order, as the address line carries them."""

    tab: str = ""
    query: str = ""
    state: str = ""
    urgency: str = ""
    sort: str = ""  # empty: by urgency, then due time
    page: int = 1


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page of cases with the tabs and their counts beside it."""

    tabs: list[tuple[Tab, str]]
    tab: Tab
    page: Page[Row]
    wanted: Wanted


def worklist(
    user: User, practice: Practice, wanted: Wanted, *, counted: bool = True, roles: set[str] | None = None
) -> Worklist:
    """The page that `user` asked for. Raises PermissionDenied for somebody whose roles have no worklist.

    `roles`: those of `user` in `practice`, where the caller has just looked them up.

    The tabs' counts take longer than the rows: without `counted` each is LATER, and the next refresh brings it.
    """
    tabs = tabs_for(roles_of(user, practice) if roles is None else roles)
    if not tabs:
        raise PermissionDenied(gettext("The worklist is for clinicians, readers and coordinators."))
    # Who has a tab works with exams here and sees every case of the practice; a guest's are in a tab of their own.
    cases = Case.objects.filter(practice=practice)
    held = {each.code: Held(each, partial(each.pick, cases, user)) for each in tabs}
    named = next((each for each in tabs if each.code == wanted.tab), None)
    tab = named or next(
        (each for each in tabs if held[each.code]), tabs[0]
    )  # nobody asked: the first that holds a case
    whole = held[tab.code].cases
    found = narrowed(whole, practice, tab, wanted)
    shown = held[tab.code] if found is whole else Held(tab, lambda: found)
    known = shown.count if counted or wanted.page > 1 else None
    page = Pages(ordered(found, tab, wanted.sort), known).get_page(wanted.page)
    seen = [each for each in tabs if not each.quiet or each == tab or held[each.code]]
    return Worklist([(each, said(held[each.code].count) if counted else LATER) for each in seen], tab, page, wanted)


class Held:
    """The cases of a tab, looked up when somebody wants to know them, how many they are, or whether there is one.

    Counted in the order of an index, or the database reads the whole table until it has enough.
    """

    def __init__(self, tab: Tab, pick: Callable[[], CaseQuerySet]) -> None:
        self.tab, self.pick = tab, pick

    @cached_property
    def cases(self) -> CaseQuerySet:
        """In no order."""
        return self.pick()

    @cached_property
    def count(self) -> int:
        """How many, MANY + 1 at most."""
        return in_order(self.cases, self.tab)[: MANY + 1].count()

    def __bool__(self) -> bool:
        return bool(self.count) if "count" in self.__dict__ else in_order(self.cases, self.tab)[:1].exists()


class Pages(Reachable):
    """Pages of the first MANY cases. The keys of a page are found first: what a row tells is derived for 25 rows alone."""

    def __init__(self, parts: list[CaseQuerySet], found: int | None) -> None:
        """`parts`: lists, one behind the other; `found`: how many cases they hold, MANY + 1 for any more.

        None where nobody has counted: then there is a first page, and a second where one case more is found.
        """
        super().__init__(parts, PAGE)
        self.uncounted = found is None
        self.first = self._keys(0, PAGE + 1) if found is None else []
        self.found = len(self.first) if found is None else found

    def page(self, number: int | str) -> Page[Row]:
        """The rows, in the order of the list."""
        number = self.validate_number(number)
        keys = self.first[:PAGE] if self.uncounted else self._keys((number - 1) * PAGE, number * PAGE)
        return Page(rows_of(keys), number, self)

    def _keys(self, begin: int, end: int) -> list[object]:
        keys: list[object] = []
        for part in cast("list[CaseQuerySet]", self.object_list):
            if len(keys) < end:
                keys += part.values_list("pk", flat=True)[: end - len(keys)]
        return keys[begin:]


def said(count: int) -> str:
    """A count in words: "1000+" beyond MANY."""
    return f"{MANY}+" if count > MANY else str(count)


def in_order(cases: CaseQuerySet, tab: Tab) -> CaseQuerySet:
    """What presses first; finished cases newest first."""
    return cases.newest_first() if tab.code == "done" else cases.by_urgency()


def narrowed(cases: CaseQuerySet, practice: Practice, tab: Tab, wanted: Wanted) -> CaseQuerySet:
    """Those that fit the search and the filters; `cases` itself where neither is set."""
    if wanted.query:
        cases = found_by(cases, practice, wanted.query)
    if wanted.state in STATES:
        elsewhere = tab.code != "news" and (wanted.state in ENDED) != (tab.code == "done")
        cases = cases.none() if elsewhere else cases.in_state(wanted.state)
    if wanted.urgency in Case.Urgency.values:
        done = tab.code == "done"
        cases = cases.filter(urgency=wanted.urgency) if done else cases.of_urgency(wanted.urgency)
    return cases


def ordered(cases: CaseQuerySet, tab: Tab, sort: str) -> list[CaseQuerySet]:
    """In the order asked for, as lists one behind the other; by default what presses first."""
    if sort == "patient":  # the index of pseudonyms is by practice: named, it gives the order
        cases = cases.filter(exam__patient__practice=F("practice"))
    if sort in SORTS:
        return [cases.order_by(*SORTS[sort][1])]
    return cases.by_triage() if tab.code == "pool" else [in_order(cases, tab)]
