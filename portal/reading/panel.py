"""What the panel beside the images shows this person now."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from portal.cases.claims import could_take
from portal.cases.models import Case
from portal.cases.places import settles
from portal.cases.protocols import protocol_for
from portal.exams.dates import name_of_earlier
from portal.exams.models import Exam
from portal.practices.models import User
from portal.reading.lesions import linked
from portal.reading.lexicon import lexicon_of, spoken
from portal.reading.meetings import minutes_for
from portal.reading.models import AgendaItem, Amendment, Read
from portal.reading.opinions import of_first
from portal.reading.selectors import (
    against_suggestion,
    attended,
    broken_rules,
    is_blind,
    may_sign,
    open_read,
    priors_shown,
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
    shared |= _of_meeting(case, user)
    read = open_read(case, user)
    if read is None:
        opinions = _to_settle(case, user) if attended(case, user) else {}
        return {**shared, "panel": "watch", "may_read": could_take(case, user), **opinions}
    return {**shared, **_of_read(case, read, user)}


def _of_meeting(case: Case, user: User) -> dict[str, Any]:
    """What a meeting that discusses the case now adds for who is there."""
    there = AgendaItem.objects.pending().filter(case=case, opened_at__isnull=False, present=user.pk)
    item = there.select_related("meeting", "case__practice", "case__exam").first()
    if item is None:
        return {}
    chairs = item.meeting.chair_id == user.pk
    return {"meeting": item.meeting, "item": item, "minutes": minutes_for(item, user), "chairs": chairs}


def _of_read(case: Case, read: Read, user: User) -> dict[str, Any]:
    blind = is_blind(case, read.place)
    context: dict[str, Any] = {"panel": read.state, "read": read, "blind": blind}
    context["late"] = not blind and read.state == "draft" and read.revealed_at is None
    if read.state in ("draft", "revealed"):
        context["form"] = form_of(read)
        context["data"] = data_of(read)
    if settles(read.place) and read.state == "draft":
        context |= _to_settle(case, user)
    if read.state in ("revealed", "closed"):
        context |= _after(case, read, user)
    return context


def _to_settle(case: Case, user: User) -> dict[str, Any]:
    reads = [read for read in visible_reads(case, user) if read.decided_at]
    run = revealed_run(case.exam, user)
    shown = {"rows": opinion_rows(case, reads, run), "sentences": sentences(case, reads, None)}
    return {**shown, "linked": linked(case, reads, run)}


def _after(case: Case, read: Read, user: User) -> dict[str, Any]:
    run = revealed_run(case.exam, user)
    shown = _shown(case, read, user)
    return {
        "run": run,
        "rows": opinion_rows(case, shown, run),
        "linked": linked(case, shown, run, without=read if read.state == "revealed" else None),
        "differences": against_suggestion(read),
        "amendment": Amendment.objects.filter(read=read).first(),
        "may_sign": may_sign(case, user),
    }


def _shown(case: Case, read: Read, user: User) -> list[Read]:
    others = visible_reads(case, user) if settles(read.place) or attended(case, user) else []
    return [*(other for other in others if other.decided_at and other.pk != read.pk), read]


def form_of(read: Read) -> dict[str, Any]:
    """The words of the read's own lexicon as the form's template wants them."""
    words, shown = spoken(lexicon_of(read.lexicon)), sides_of(read.case.exam)
    return {
        "density": words["density"].items(),
        "categories": words["categories"].items(),
        "sides": [(side, word) for side, word in words["sides"].items() if side in shown],
        "management": words["management"].items(),
        "comparison": words["comparison"].items(),
        "priors": _priors(read) if "prior" in read.body else [],
        "confidence": words["confidence"].items(),
        "pictures": "prior" in read.body,  # overread-1 has none
        "lexicon": words["code"],
    }


def _priors(read: Read) -> list[tuple[str, str]]:
    """Earlier exams to name, newest first: those attached, and the one that the read names, also if it was taken off."""
    attached = set(priors_shown(read).values_list("pk", flat=True)[:20])
    named = Q(pk__in=attached) | Q(pk=read.body["prior"])
    exams = Exam.objects.earlier_than(read.case.exam).filter(named).select_related("practice")
    return [(str(exam.pk), _called(exam, attached=exam.pk in attached)) for exam in exams]


def _called(exam: Exam, *, attached: bool) -> str:
    name = name_of_earlier(exam.study_date, exam.practice).capitalize()
    return " ".join(
        [name, *([exam.accession] if exam.accession else []), *([] if attached else [gettext("(taken off)")])]
    )


def data_of(read: Read) -> dict[str, Any]:
    """What the form's script starts from."""
    return {
        "id": str(read.pk),
        "url": f"/api/v1/reads/{read.pk}/",
        "panel": f"/reads/{read.pk}/panel/",
        "state": read.state,
        "version": read.version,
        "body": read.body,
        "broken": broken_rules(read, read.body) if read.state == "draft" else {},
        "sides": sorted(sides_of(read.case.exam)),
        "lexicon": spoken(lexicon_of(read.lexicon)),
    }
