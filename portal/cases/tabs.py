"""The worklist's tabs: each a name, who has it, and the cases in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from portal.cases.models import CaseQuerySet
from portal.practices.models import User


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `empty` is the sentence shown when nothing is in it."""

    code: str
    title: str
    roles: frozenset[str]
    pick: Callable[[CaseQuerySet, User], CaseQuerySet]
    empty: str


def _mine(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.held_by_user(user) | cases.to_sign_by(user)


def _asked(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.open().filter(opened_by=user)


def _pool(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.free_for(user)


def _urgent(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.open().filter(urgency="urgent")


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


def _incomplete(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.incomplete()


def _open(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.open()


def _done(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    return cases.filter(Q(closed_at__isnull=False) | Q(withdrawn_at__isnull=False))


SOON = timedelta(hours=24)
READER, CLINICIAN, COORDINATOR = frozenset({"reader"}), frozenset({"clinician"}), frozenset({"coordinator"})
EVERYBODY = READER | CLINICIAN | COORDINATOR

TABS = (
    Tab("mine", "Mine", READER, _mine, "You hold no case. Take one from the pool."),
    Tab("pool", "Pool", READER, _pool, "The pool is empty. New cases appear here by themselves."),
    Tab(
        "asked",
        "My cases",
        CLINICIAN,
        _asked,
        "You have no open case. Open an exam and ask for a second opinion.",
    ),
    Tab("news", "What is new", EVERYBODY, _news, "Nothing has happened since you last looked."),
    Tab("incomplete", "Incomplete", CLINICIAN | COORDINATOR, _incomplete, "No case waits for a view."),
    Tab("open", "All open", COORDINATOR, _open, "No case is open in this practice."),
    Tab("urgent", "Urgent", READER | COORDINATOR, _urgent, "Nothing urgent is waiting."),
    Tab("due", "Due", READER, _due, "Nothing that you hold or may take is due within a day."),
    Tab("prior", "Waiting for a prior", READER | COORDINATOR, _prior, "No case waits for an earlier exam."),
    Tab("overdue", "Overdue", COORDINATOR, _overdue, "Nothing is overdue."),
    Tab(
        "arbitration",
        "Arbitration",
        READER | COORDINATOR,
        _arbitration,
        "No two opinions differ at the moment.",
    ),
    Tab("done", "Done", EVERYBODY, _done, "No case has been signed or withdrawn yet."),
)


def tabs_for(roles: set[str]) -> list[Tab]:
    """The tabs of a person with `roles`, in order; the first one is where the day begins."""
    return [tab for tab in TABS if tab.roles & roles]
