"""Locking: the read's digest goes into the trail, and the read is never edited again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.base.errors import Refused
from portal.cases.incomplete import refuse_incomplete
from portal.cases.places import settles
from portal.cases.trail import note
from portal.practices.models import User
from portal.reading.body import digest_of
from portal.reading.key_images import order
from portal.reading.models import Read
from portal.reading.selectors import broken_rules
from portal.reading.services.draft import EditedElsewhere, hold_place
from portal.reading.services.reveal import open_marks
from portal.reading.services.settle import finish, hold_case

INCOMPLETE = gettext_noop("The read cannot be locked yet: see the sentences beside the fields.")


@transaction.atomic
def lock(*, read: Read, actor: User, version: int) -> Read:
    """Lock the draft as saved in `version`; locking a locked read returns it.

    Raises Refused with a sentence for each rule that the read breaks, EditedElsewhere for another version,
    Conflict where the place was lost. A read with the suggestion open is decided by its lock; one that was to have it open,
    but whose analysis had not ended by then, goes on as a blind one: reveal, then confirm or amend.
    """
    current = Read.objects.select_for_update().get(pk=read.pk)
    if current.locked_at:
        return current
    hold_case(current)
    hold_place(current)
    refuse_incomplete(current.case)
    if current.version != version:
        raise EditedElsewhere(current)
    broken = broken_rules(current, current.body)
    if broken:
        raise Refused("incomplete", gettext(INCOMPLETE), fields=broken)
    current.locked_at, current.digest = timezone.now(), digest_of(current.body)
    current.save(update_fields=["locked_at", "digest"])
    order(current, current.body)
    blind = not settles(current.place) and current.revealed_at is None
    note(
        "read.locked",
        actor=actor,
        case=current.case,
        subject=current,
        digest=current.digest,
        lexicon=current.lexicon,
        place=current.place,
        blind=blind,
        seconds=round((current.locked_at - current.started_at).total_seconds()),
    )
    if not blind:
        current.decided_at = current.locked_at
        current.save(update_fields=["decided_at"])
        open_marks(current)
        finish(current)
    return current
