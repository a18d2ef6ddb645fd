"""Writing a case's events into the trail, and what a guest's own practice is told of them."""

from typing import Any

from django.db import models

from portal.audit.models import Event
from portal.audit.services import Actor, hold, record
from portal.cases.models import Case, Share

# What the practice of a guest learns: that its member read outside, and nothing of whom.
OUTSIDE = {
    "case.shared": "outside-case.offered",
    "case.share-opened": "outside-case.opened",
    "case.share-withdrawn": "outside-case.withdrawn",
    "case.share-ended": "outside-case.ended",
    "read.begun": "outside-read.begun",
    "read.locked": "outside-read.locked",
    "report.signed": "outside-report.signed",
}


def note(
    verb: str,
    *,
    actor: Actor | None,
    case: Case,
    subject: models.Model | None = None,
    outcome: str = "done",
    share: Share | None = None,
    **detail: Any,
) -> Event:
    """Append `verb` to the chain of the case's practice; `detail` holds codes and numbers only.

    What a guest does is marked with their practice, which is told of it too. `share`: the one that the event is about.
    """
    theirs = share or (_share_of(actor, case) if actor else None)
    if theirs and theirs.home_id:
        hold(case.practice_id, theirs.home_id)
    if theirs and theirs.home and actor and actor.pk == theirs.guest_id:
        detail["guest_of"] = theirs.home.name
    event = record(
        verb=verb,
        actor=actor,
        practice_id=case.practice_id,
        subject=subject or case,
        exam_id=case.exam_id,
        case_id=case.pk,
        patient_id=case.exam.patient_id,
        outcome=outcome,
        detail=detail,
    )
    if theirs and theirs.guest and outcome == "done" and verb in OUTSIDE:
        told = {"practice": case.practice.name, "member": theirs.guest.email, "purpose": theirs.purpose}
        record(verb=OUTSIDE[verb], actor=actor, practice_id=theirs.home_id, subject=theirs, detail=told)
    return event


def _share_of(actor: Actor, case: Case) -> Share | None:
    shares = Share.objects.filter(case=case, guest=actor.pk).select_related("home", "guest")
    return shares.order_by("-shared_at").first()
