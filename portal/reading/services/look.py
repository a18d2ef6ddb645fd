"""Opening a case's page: written down, and what was on it is no longer new to this person."""

from django.db import transaction
from django.utils import timezone

from portal.cases.models import Case, Seen
from portal.cases.sharing import arrive
from portal.cases.trail import note
from portal.practices.models import User
from portal.reading.comments import mark_seen


@transaction.atomic
def look(*, case: Case, user: User) -> None:
    """Keep that `user` looked at `case` now and that the comments open to them were shown."""
    mark_seen(case, user)
    Seen.objects.update_or_create(case=case, user=user, defaults={"at": timezone.now()})
    arrive(case=case, user=user)
    note("case.viewed", actor=user, case=case)
