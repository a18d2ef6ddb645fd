"""What the case page tells: the opinions that this person may see, what happened, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from portal.audit.models import Event
from portal.cases import history, protocol_rules
from portal.cases.claims import could_take
from portal.cases.guests import guests_of, people_on, signature, works_in
from portal.cases.models import Assignment, Case
from portal.cases.places import EITHER, MEETING
from portal.cases.priors import prior_parts, priors_of
from portal.cases.protocols import protocol_for
from portal.cases.states import STATES
from portal.practices.models import User
from portal.practices.selectors import roles_of
from portal.reading.desk_parts import desk_parts
from portal.reading.lesions import linked
from portal.reading.models import AgendaItem, Read, Report
from portal.reading.outcomes import outcome_parts
from portal.reading.selectors import may_sign, open_read, report_for, revealed_run, sealed_from, visible_reads
from portal.reading.side_by_side import opinion_rows, sentences

# Steps that tell where a case stands and nothing of what anybody said.
STEPS = {
    "case.opened": gettext_noop("Case opened"),
    "case.claimed": gettext_noop("Taken by a reader"),
    "case.assigned": gettext_noop("Given to a reader by the coordinator"),
    "case.wished": gettext_noop("Given to the reader who was asked for"),
    "case.waits-for-prior": gettext_noop("Waits for an earlier exam"),
    "case.prior-attached": gettext_noop("A prior is attached"),
    "case.prior-detached": gettext_noop("A prior is taken off"),
    "case.stratified": gettext_noop("A second reader is called"),
    "case.sent-back": gettext_noop("Sent back for views"),
    "case.goes-on": gettext_noop("Goes on without the views"),
    "case.released": gettext_noop("Given back to the pool"),
    "read.locked": gettext_noop("Read locked"),
    "case.agreed": gettext_noop("The opinions agree"),
    "case.discordant": gettext_noop("The opinions differ and are to be settled"),
    "meeting.case-on": gettext_noop("On the agenda of a meeting"),
    "meeting.case-off": gettext_noop("Taken off the agenda of a meeting"),
    "meeting.case-opened": gettext_noop("Discussed in a meeting"),
    "case.met": gettext_noop("The meeting is closed"),
    "case.arbitrated": gettext_noop("Arbitrated"),
    "report.signed": gettext_noop("Report signed"),
    "report.addendum": gettext_noop("Addendum signed"),
    "case.withdrawn": gettext_noop("Withdrawn"),
    "case.shared": gettext_noop("Shared with a reader of another practice"),
    "case.share-opened": gettext_noop("Opened by a guest"),
    "case.share-withdrawn": gettext_noop("No longer shared"),
    "read.stands": gettext_noop("A guest's locked read stands"),
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
    report = None if sealed else report_for(case, user)
    reads = [read for read in visible_reads(case, user) if read.decided_at]
    run = None if sealed else revealed_run(case.exam, user)
    first = case.first_opinion
    return {
        "case": case,
        "protocol": protocol_for(case),
        "state_word": gettext(STATES[case.state]),  # type: ignore[attr-defined]
        "rows": opinion_rows(case, reads, run if reads else None),
        "sentences": sentences(case, reads, run) if reads else [],
        "linked": linked(case, reads, run) if reads else None,
        "first_text": first.get("text", ""),
        "reasons": [read.amendment for read in reads if hasattr(read, "amendment")],
        "report": report,
        "addenda": list(report.addenda.order_by("signed_at")) if report else [],
        "step": next_step(case, user, open_read(case, user), report),
        "timeline": timeline(case, user),
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
        return Step(gettext("This case was withdrawn. Nothing is left to do."))
    if report is not None:
        return Step(gettext("The report is signed."), gettext("Open the report"), f"/reports/{report.pk}/")
    if case.state == "incomplete":  # type: ignore[attr-defined]
        return Step(
            gettext("Sent back: %(views)s wanted. It goes on when the images are here.")
            % {"views": ", ".join(case.waits_for)}
        )
    if may_sign(case, user):
        return Step(
            gettext("Every read is decided."), gettext("Write and sign the report"), f"/cases/{case.pk}/report/"
        )
    if read is not None and read.state != "closed":
        return Step(_to_finish(read), gettext("Go on reading"), f"/cases/{case.pk}/view/")
    if case.state == "meeting":  # type: ignore[attr-defined]
        return _to_meet(case, user)
    if could_take(case, user):
        arbitrate = case.state == "arbitration"  # type: ignore[attr-defined]
        label = gettext("Arbitrate this case") if arbitrate else gettext("Read this case")
        say = (
            gettext("Two opinions differ and need an arbiter.")
            if arbitrate
            else gettext("Nobody is reading this case.")
        )
        return Step(say, label, f"/cases/{case.pk}/read/", post=True)
    if case.closed_at and not works_in(user, case.practice):
        return Step(gettext("The report is signed, and stays with the practice."))
    return Step(_waiting(case))


def _to_meet(case: Case, user: User) -> Step:
    item = AgendaItem.objects.pending().filter(case=case).select_related("meeting").first()
    say = gettext("The opinions differ: they are settled in a consensus meeting.")
    if not roles_of(user, case.practice) & {"reader", "coordinator"}:
        return Step(say)
    if item is None:
        return Step(say, gettext("Convene a meeting"), f"/meetings/new/?case={case.pk}")
    return Step(
        gettext("It is on the agenda of the %(meeting)s.") % {"meeting": item.meeting},
        gettext("Open the meeting"),
        f"/meetings/{item.meeting_id}/",
    )


def _to_finish(read: Read) -> str:
    return {
        "draft": gettext("Your draft is kept."),
        "locked": gettext("Your read is locked. Open the suggestion next."),
        "revealed": gettext("The suggestion is open. Confirm or amend your read."),
    }[read.state]


def _waiting(case: Case) -> str:
    held = {"reader": case.held_by}  # type: ignore[attr-defined]
    arbiter = (
        gettext("%(reader)s arbitrates.") if held["reader"] else gettext("The opinions differ: waiting for an arbiter.")
    )
    return {
        "unread": gettext("Waiting in the pool for a reader."),
        "being-read": gettext("%(reader)s is reading this case.") % held,
        "locked": gettext("%(reader)s has locked a read and is about to decide.") % held,
        "arbitration": arbiter % held,
        "to-sign": gettext("Every read is decided. The last reader signs the report."),
        "signed": gettext("The report is signed. It opens to you once your own read is locked."),
    }.get(case.state, "")  # type: ignore[attr-defined]


def _rights(case: Case, user: User) -> dict[str, Any]:
    roles = roles_of(user, case.practice)
    live = not (case.closed_at or case.withdrawn_at)
    held = Assignment.objects.claimable().filter(case=case).exclude(member=None).select_related("member")
    locked = {read.reader_id for read in case.reads.filter(locked_at__isnull=False)}
    free = [place for place in held if place.member_id not in locked]
    return {
        "may_meet": live and bool(roles & {"reader", "coordinator"}) and _may_meet(case),
        "may_withdraw": live and (case.opened_by_id == user.pk or "coordinator" in roles),
        "releasable": [each for each in free if live and (each.member_id == user.pk or "coordinator" in roles)],
    }


def _may_meet(case: Case) -> bool:
    """Whether nobody arbitrates yet and a meeting may settle the case instead."""
    waits = case.state == "arbitration" and case.held_by is None  # type: ignore[attr-defined]
    return waits and protocol_for(case).settled_by == EITHER and not case.assignments.filter(place=MEETING).exists()


def timeline(case: Case, user: User) -> list[dict[str, Any]]:
    """What happened, oldest first: steps only, never their outcome; by name who is known to `user`."""
    events = Event.objects.filter(case_id=str(case.pk), verb__in=STEPS, outcome="done").order_by("sequence")
    names = {str(each.pk): signature(each, guests_of(case)) for each in _people(case, user)}
    return [
        {"at": event.at, "say": gettext(STEPS[event.verb]), "who": names.get(event.actor_id, "")}
        for event in events[:100]
    ]


def _people(case: Case, user: User) -> QuerySet[User]:
    on = Q(pk__in=people_on(case))
    return User.objects.filter(
        on | Q(memberships__practice=case.practice) if works_in(user, case.practice) else on
    ).distinct()
