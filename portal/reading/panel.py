"""What the panel beside the images shows this person now."""

from __future__ import annotations

from typing import Any

from portal.cases.models import Case
from portal.cases.protocols import protocol_for
from portal.practices.models import User
from portal.practices.selectors import has_role
from portal.reading import lexicon
from portal.reading.models import Amendment, Read
from portal.reading.opinions import of_first
from portal.reading.selectors import (
    against_suggestion,
    is_blind,
    may_sign,
    open_read,
    revealed_run,
    sides_of,
    visible_reads,
)
from portal.reading.side_by_side import opinion_rows, sentences


def panel(case: Case | None, user: User) -> dict[str, Any]:
    """Template and context for `user` at `case`; without a case the exam is only looked at."""
    if case is None:
        return {"panel": "none"}
    shared = {"case": case, "protocol": protocol_for(case), "first": of_first(case.first_opinion)}
    read = open_read(case, user)
    if read is None:
        return {**shared, "panel": "watch", "may_read": _may_read(case, user)}
    return {**shared, **_of_read(case, read, user)}


def _may_read(case: Case, user: User) -> bool:
    free = Case.objects.free_for(user).filter(pk=case.pk).exists()
    return free and has_role(user, case.practice, "reader")


def _of_read(case: Case, read: Read, user: User) -> dict[str, Any]:
    blind = is_blind(case, read.place)
    context: dict[str, Any] = {"panel": read.state, "read": read, "blind": blind}
    context["late"] = not blind and read.state == "draft" and read.revealed_at is None
    if read.state in ("draft", "revealed"):
        context["form"] = form_of(read)
        context["data"] = data_of(read)
    if read.place == "arbiter" and read.state == "draft":
        context |= _to_settle(case, user)
    if read.state in ("revealed", "closed"):
        context |= _after(case, read, user)
    return context


def _to_settle(case: Case, user: User) -> dict[str, Any]:
    reads = [read for read in visible_reads(case, user) if read.decided_at]
    return {"rows": opinion_rows(case, reads, revealed_run(case.exam, user)), "sentences": sentences(case, reads, None)}


def _after(case: Case, read: Read, user: User) -> dict[str, Any]:
    run = revealed_run(case.exam, user)
    return {
        "run": run,
        "rows": opinion_rows(case, _shown(case, read, user), run),
        "differences": against_suggestion(read),
        "amendment": Amendment.objects.filter(read=read).first(),
        "may_sign": may_sign(case, user),
    }


def _shown(case: Case, read: Read, user: User) -> list[Read]:
    others = visible_reads(case, user) if read.place == "arbiter" else []
    return [*(other for other in others if other.decided_at and other.pk != read.pk), read]


def form_of(read: Read) -> dict[str, Any]:
    """The lexicon as the form's template wants it."""
    return {
        "density": lexicon.DENSITY.items(),
        "categories": lexicon.CATEGORIES.items(),
        "sides": [(side, word) for side, word in lexicon.SIDES.items() if side in sides_of(read.case.exam)],
        "management": lexicon.MANAGEMENT.items(),
        "comparison": lexicon.COMPARISON.items(),
        "confidence": lexicon.CONFIDENCE.items(),
    }


def data_of(read: Read) -> dict[str, Any]:
    """What the form's script starts from."""
    return {
        "id": str(read.pk),
        "url": f"/api/v1/reads/{read.pk}/",
        "panel": f"/reads/{read.pk}/panel/",
        "state": read.state,
        "version": read.version,
        "body": read.body,
        "sides": sorted(sides_of(read.case.exam)),
        "lexicon": lexicon.as_json(),
    }
