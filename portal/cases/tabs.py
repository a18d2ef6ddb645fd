"""The worklist's tabs: each a name, who has it, and the cases in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from portal.cases.models import Case, CaseQuerySet
from portal.practices.models import User


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `empty` is the sentence shown when nothing is in it."""

    code: str
    title: str
    roles: frozenset[str]
    pick: Callable[[CaseQuerySet, User], CaseQuerySet]
    empty: str
    quiet: bool = False  # shown only while it holds a case


def _mine(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.work_of(user)


def _asked(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.open().filter(opened_by=user)


def _pool(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.free_for(user)


def _urgent(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.open().of_urgency("urgent")


def _due(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.in_reach_of(user).filter(due_at__lt=timezone.now() + SOON)


def _prior(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.awaiting_prior()


def _arbitration(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.in_arbitration()


def _overdue(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.open().filter(due_at__lt=timezone.now())


def _news(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.news_for(user)


def _shared(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return Case.objects.shared_with(user)


def _incomplete(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.incomplete()


def _open(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.open()


def _done(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.ended()


SOON = timedelta(hours=24)
READER, CLINICIAN, COORDINATOR = frozenset({"reader"}), frozenset({"clinician"}), frozenset({"coordinator"})
EVERYBODY = READER | CLINICIAN | COORDINATOR

TABS = (
    Tab("mine", _("Mine"), READER, _mine, _("You hold no case. Take one from the pool.")),
    Tab(
        "shared", _("Shared with you"), READER, _shared, _("No other practice shares a case with you now."), quiet=True
    ),
    Tab("pool", _("Pool"), READER, _pool, _("The pool is empty. New cases appear here by themselves.")),
    Tab(
        "asked",
        _("My cases"),
        CLINICIAN,
        _asked,
        _("You have no open case. Open an exam and ask for a second opinion."),
    ),
    Tab("news", _("What is new"), EVERYBODY, _news, _("Nothing has happened since you last looked.")),
    Tab("incomplete", _("Incomplete"), CLINICIAN | COORDINATOR, _incomplete, _("No case waits for a view.")),
    Tab("open", _("All open"), COORDINATOR, _open, _("No case is open in this practice.")),
    Tab("urgent", _("Urgent"), READER | COORDINATOR, _urgent, _("Nothing urgent is waiting.")),
    Tab("due", _("Due"), READER, _due, _("Nothing that you hold or may take is due within a day.")),
    Tab("prior", _("Waiting for a prior"), READER | COORDINATOR, _prior, _("No case waits for an earlier exam.")),
    Tab("overdue", _("Overdue"), COORDINATOR, _overdue, _("Nothing is overdue.")),
    Tab(
        "arbitration",
        _("Arbitration"),
        READER | COORDINATOR,
        _arbitration,
        _("No two opinions differ at the moment."),
    ),
    Tab("done", _("Done"), EVERYBODY, _done, _("No case has been signed or withdrawn yet.")),
)


def tabs_for(roles: set[str]) -> list[Tab]:
    """The tabs of a person with `roles`, in order; the first one is where the day begins."""
    return [tab for tab in TABS if tab.roles & roles]
