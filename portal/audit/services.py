"""Writing the trail."""

from typing import Any, Protocol

from django.db import models, transaction
from django.utils import timezone

from portal.audit.chain import digest_of, plain
from portal.audit.models import ChainHead, Event
from portal.audit.seals import salted

SYSTEM = "system"


class Actor(Protocol):
    """Whoever acts: a signed-in user (or None for the system itself)."""

    pk: Any

    def get_username(self) -> str:
        """The name that the trail keeps."""


def hold(*practice_ids: object) -> None:
    """Take the ends of several practices' chains before events go to more than one of them.

    In one order, so that two practices that tell each other at once do not wait for each other for ever.
    """
    chains = sorted({str(each) for each in practice_ids})
    for chain in chains:
        ChainHead.objects.get_or_create(chain=chain)
    list(ChainHead.objects.select_for_update().filter(chain__in=chains).order_by("chain"))


def record(
    *,
    verb: str,
    actor: Actor | None,
    practice_id: object = None,
    subject: models.Model | None = None,
    exam_id: object = "",
    case_id: object = "",
    patient_id: object = "",
    outcome: str = "done",
    detail: dict[str, Any] | None = None,
) -> Event:
    """Append one event to the practice's chain, in the transaction of the act itself.

    `detail` holds codes and numbers, never names or free text of a patient.
    Raises RuntimeError outside a transaction: no change commits without its trail.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit.record() must run in the transaction of the act that it records.")
    chain = str(practice_id) if practice_id else SYSTEM
    ChainHead.objects.get_or_create(chain=chain)
    head = ChainHead.objects.select_for_update().get(chain=chain)
    event = Event(
        chain=chain,
        sequence=head.sequence + 1,
        at=timezone.now(),
        actor_id=str(actor.pk) if actor else "",
        actor_name=actor.get_username() if actor else "",
        verb=verb,
        outcome=outcome,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        exam_id=str(exam_id or ""),
        case_id=str(case_id or ""),
        patient_id=str(patient_id or ""),
        detail=plain(salted(verb, detail or {})),
        before=head.digest,
    )
    event.digest = digest_of(event)
    event.save(force_insert=True)
    head.sequence, head.digest = event.sequence, event.digest
    head.save(update_fields=["sequence", "digest"])
    return event
