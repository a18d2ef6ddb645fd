"""What the case page tells: the opinions that this person may see, what happened, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.audit.models import Event
from portal.cases import history, protocol_rules
from portal.cases.models import Case
from portal.cases.priors import prior_parts, priors_of
from portal.cases.protocols import protocol_for
from portal.cases.states import STATES
from portal.practices.models import User
from portal.practices.selectors import roles_of
from portal.reading.desk_parts import desk_parts
from portal.reading.models import Read, Report
from portal.reading.outcomes import outcome_parts
from portal.reading.selectors import may_sign, open_read, report_of, revealed_run, sealed_from, visible_reads
from portal.reading.side_by_side import opinion_rows, sentences

# Steps that tell where a case stands and nothing of what anybody said.
STEPS = {
    "case.opened": "Case opened",
    "case.claimed": "Taken by a reader",
    "case.assigned": "Given to a reader by the coordinator",
    "case.wished": "Given to the reader who was asked for",
    "case.waits-for-prior": "Waits for an earlier exam",
    "case.prior-attached": "A prior is attached",
    "case.prior-detached": "A prior is taken off",
    "case.stratified": "A second reader is called",
    "case.sent-back": "Sent back for views",
    "case.goes-on": "Goes on without the views",
    "case.released": "Given back to the pool",
    "read.locked": "Read locked",
    "case.agreed": "The opinions agree",
    "case.discordant": "The opinions differ: an arbiter is needed",
    "case.arbitrated": "Arbitrated",
    "report.signed": "Report signed",
    "report.addendum": "Addendum signed",
    "case.withdrawn": "Withdrawn",
}


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing to do: a button (`post` where it changes something), or only a sentence."""

    say: str
    label: str = ""
    url: str = ""
    post: bool = False


def case_page(case: Case, user: User) -> dict[str, Any]:
    """The context of the case page; `case` carries its `state` and `held_by`."""
    sealed = sealed_from(case.exam, user)
    report = None if sealed else report_of(case)
    reads = [read for read in visible_reads(case, user) if read.decided_at]
    run = None if sealed else revealed_run(case.exam, user)
    first = case.first_opinion
    return {
        "case": case,
        "protocol": protocol_for(case),
        "state_word": STATES[case.state],  # type: ignore[attr-defined]
        "rows": opinion_rows(case, reads, run if reads else None),
        "sentences": sentences(case, reads, run) if reads else [],
        "first_text": first.get("text", ""),
        "reasons": [read.amendment for read in reads if hasattr(read, "amendment")],
        "report": report,
        "addenda": list(report.addenda.order_by("signed_at")) if report else [],
        "step": next_step(case, user, open_read(case, user), report),
        "timeline": timeline(case),
        "facts": history.in_words(case.facts),
        "counts": protocol_rules.counts_in_words(protocol_for(case)),
        "priors": priors_of(case),
        **prior_parts(case, user),
        **_rights(case, user),
        **desk_parts(case, user),
        **outcome_parts(case, user),
    }


def next_step(case: Case, user: User, read: Read | None, report: Report | None) -> Step:
    """What `user` does next on this case."""
    if case.withdrawn_at:
        return Step("This case was withdrawn. Nothing is left to do.")
    if report is not None:
        return Step("The report is signed.", "Open the report", f"/reports/{report.pk}/")
    if case.state == "incomplete":  # type: ignore[attr-defined]
        return Step(f"Sent back: {', '.join(case.waits_for)} wanted. It goes on when the images are here.")
    if may_sign(case, user):
        return Step("Every read is decided.", "Write and sign the report", f"/cases/{case.pk}/report/")
    if read is not None and read.state != "closed":
        return Step(_to_finish(read), "Go on reading", f"/cases/{case.pk}/view/")
    if "reader" in roles_of(user, case.practice) and Case.objects.free_for(user).filter(pk=case.pk).exists():
        arbitrate = case.state == "arbitration"  # type: ignore[attr-defined]
        label = "Arbitrate this case" if arbitrate else "Read this case"
        say = "Two opinions differ and need an arbiter." if arbitrate else "Nobody is reading this case."
        return Step(say, label, f"/cases/{case.pk}/read/", post=True)
    return Step(_waiting(case))


def _to_finish(read: Read) -> str:
    return {
        "draft": "Your draft is kept.",
        "locked": "Your read is locked. Open the suggestion next.",
        "revealed": "The suggestion is open. Confirm or amend your read.",
    }[read.state]


def _waiting(case: Case) -> str:
    held = case.held_by  # type: ignore[attr-defined]
    return {
        "unread": "Waiting in the pool for a reader.",
        "being-read": f"{held} is reading this case.",
        "locked": f"{held} has locked a read and is about to decide.",
        "arbitration": f"{held} arbitrates." if held else "The opinions differ: waiting for an arbiter.",
        "to-sign": "Every read is decided. The last reader signs the report.",
        "signed": "The report is signed. It opens to you once your own read is locked.",
    }.get(case.state, "")  # type: ignore[attr-defined]


def _rights(case: Case, user: User) -> dict[str, Any]:
    roles = roles_of(user, case.practice)
    live = not (case.closed_at or case.withdrawn_at)
    held = case.assignments.filter(done_at=None).exclude(member=None).select_related("member")
    locked = {read.reader_id for read in case.reads.filter(locked_at__isnull=False)}
    free = [place for place in held if place.member_id not in locked]
    return {
        "may_withdraw": live and (case.opened_by_id == user.pk or "coordinator" in roles),
        "releasable": [each for each in free if live and (each.member_id == user.pk or "coordinator" in roles)],
    }


def timeline(case: Case) -> list[dict[str, Any]]:
    """What happened, oldest first: steps only, never their outcome."""
    events = Event.objects.filter(case_id=str(case.pk), verb__in=STEPS, outcome="done").order_by("sequence")
    names = {str(user.pk): user.name for user in _people(case)}
    return [{"at": event.at, "say": STEPS[event.verb], "who": names.get(event.actor_id, "")} for event in events[:100]]


def _people(case: Case) -> list[User]:
    return list(User.objects.filter(memberships__practice=case.practice).distinct())
