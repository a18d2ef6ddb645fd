"""What the worklist shows."""

from dataclasses import dataclass
from typing import cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.functional import cached_property

from portal.cases.models import Case, CaseQuerySet
from portal.cases.states import STATES
from portal.cases.tabs import Tab, tabs_for
from portal.practices.models import Practice, User
from portal.practices.selectors import roles_of

PAGE = 25
MANY = 1000  # a tab counts no further
FAR = 10_000  # no list is walked further: search instead
SORTS = {  # code: what the page calls it, the columns
    "due": ("Due first", ("due_at", "opened_at")),
    "-opened": ("Newest first", ("-opened_at",)),
    "opened": ("Oldest first", ("opened_at",)),
    "number": ("By number", ("number",)),
    "patient": ("By patient", ("exam__patient__pseudonym",)),
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
    page: Page[Case]
    wanted: Wanted


def worklist(user: User, practice: Practice, wanted: Wanted) -> Worklist:
    """The page that `user` asked for. Raises PermissionDenied for somebody whose roles have no worklist."""
    tabs = tabs_for(roles_of(user, practice))
    if not tabs:
        raise PermissionDenied("The worklist is for clinicians, readers and coordinators.")
    cases = Case.objects.visible_to(user).filter(practice=practice)
    counts = [(each, counted(each.pick(cases, user))) for each in tabs]
    filled = next((each for each, count in counts if count), tabs[0])  # nobody asked: the first that holds a case
    tab = next((each for each in tabs if each.code == wanted.tab), filled)
    rows = ordered(narrowed(tab.pick(cases, user).with_state(), wanted), tab, wanted.sort)
    page = Pages(rows.select_related("exam__patient", "opened_by"), PAGE).get_page(wanted.page)
    shown = [(each, f"{MANY}+" if count > MANY else str(count)) for each, count in counts]
    return Worklist(shown, tab, page, wanted)


class Pages(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Counts no further than FAR rows: a practice with a million finished cases still opens its list at once."""

    @cached_property
    def count(self) -> int:
        """Rows, FAR at most."""
        return cast(CaseQuerySet, self.object_list)[:FAR].count()


def counted(cases: CaseQuerySet) -> int:
    """How many, MANY + 1 at most: a tab shows "1000+" then."""
    return cases.order_by()[: MANY + 1].count()


def narrowed(cases: CaseQuerySet, wanted: Wanted) -> CaseQuerySet:
    """Those that fit the search and the filters; the search reads number, pseudonym and accession."""
    if wanted.query:
        found = (
            Q(number__icontains=wanted.query)
            | Q(exam__patient__pseudonym__icontains=wanted.query)
            | Q(exam__accession__icontains=wanted.query)
        )
        cases = cases.filter(found)
    if wanted.state in STATES:
        cases = cases.filter(**{"state": wanted.state})
    if wanted.urgency in Case.Urgency.values:
        cases = cases.filter(urgency=wanted.urgency)
    return cases


def ordered(cases: CaseQuerySet, tab: Tab, sort: str) -> CaseQuerySet:
    """In the order asked for; by default what presses first, and finished cases newest first."""
    if sort in SORTS:
        return cases.order_by(*SORTS[sort][1], "pk")
    if tab.code == "done":
        return cases.order_by("-closed_at", "-withdrawn_at", "pk")
    return cases.by_triage() if tab.code == "pool" else cases.by_urgency()
