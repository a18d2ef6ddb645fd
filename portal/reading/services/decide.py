"""After the reveal: the reader stands by the read, or amends it with a reason. Both stay."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.base.errors import Refused
from portal.base.plain import plain
from portal.cases.trail import note
from portal.practices.models import User
from portal.reading.body import digest_of, parse_body
from portal.reading.changes import changes
from portal.reading.key_images import order
from portal.reading.models import Amendment, Read
from portal.reading.selectors import against_suggestion, broken_rules
from portal.reading.services.draft import what_it_names
from portal.reading.services.lock import INCOMPLETE
from portal.reading.services.settle import finish, hold_case


@transaction.atomic
def confirm(*, read: Read, actor: User) -> Read:
    """Stand by the read as locked. Raises Refused before the reveal; confirming again changes nothing."""
    current = _undecided(read)
    if current.decided_at:
        return current
    return _decide(current, actor, "read.confirmed", {})


@transaction.atomic
def amend(*, read: Read, actor: User, reason: str, data: Any) -> Read:
    """Keep a changed read beside the locked one, with the reason and the direction of each change.

    Raises Refused before the reveal, after a decision, without a reason or a change, or for a body that could
    not be locked either.
    """
    current = _undecided(read)
    if current.decided_at:
        raise Refused("decided", gettext("This read is already decided. The report can carry an addendum instead."))
    why = plain(reason)
    if not 3 <= len(why) <= 1000:
        raise Refused.at("reason", gettext("Say in 3 to 1000 characters why you change your read."))
    body = parse_body(data, current.lexicon)
    what_it_names(current, body)
    broken = broken_rules(current, body)
    if broken:
        raise Refused("incomplete", gettext(INCOMPLETE), fields=broken)
    made = changes(current.body, body)
    if not made:
        raise Refused("unchanged", gettext("Nothing is changed: confirm the read instead."))
    Amendment.objects.create(read=current, body=body, reason=why, changes=made)
    order(current, body)
    directions = {row["field"]: row["direction"] for row in made}
    return _decide(current, actor, "read.amended", {"changes": directions, "digest": digest_of(body)})


def _undecided(read: Read) -> Read:
    current = Read.objects.select_for_update().get(pk=read.pk)
    hold_case(current)
    if not current.locked_at:
        raise Refused("not-locked", gettext("Lock the read first."))
    if not current.revealed_at:
        raise Refused("not-revealed", gettext("Open the suggestion first, then confirm or amend your read."))
    if current.case.withdrawn_at:
        raise Refused("withdrawn", gettext("This case was withdrawn, so there is nothing left to decide."))
    return current


def _decide(read: Read, actor: User, verb: str, detail: dict[str, Any]) -> Read:
    read.decided_at = timezone.now()
    read.save(update_fields=["decided_at"])
    differs = sorted({found.field for found in against_suggestion(read)})
    seconds = round((read.decided_at - (read.revealed_at or read.decided_at)).total_seconds())
    note(
        verb,
        actor=actor,
        case=read.case,
        subject=read,
        seconds_after_reveal=seconds,
        differs_from_suggestion=differs,
        **detail,
    )
    finish(read)
    return read
