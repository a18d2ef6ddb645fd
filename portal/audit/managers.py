"""Query sets of the trail: they read and append, and refuse everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models

if TYPE_CHECKING:
    from portal.audit.models import Event  # noqa: F401 (named in a string)

SEE_THE_TRAIL = ("auditor", "admin")
REFUSAL = "The trail is append-only: events are added with portal.audit.services.record() and never changed."


class AppendOnly(TypeError):
    """Somebody tried to change or remove an event."""

    def __init__(self) -> None:
        """One sentence for every way of trying."""
        super().__init__(REFUSAL)


class EventQuerySet(models.QuerySet["Event"]):
    """Events. The database's triggers hold what this class says (see triggers.py)."""

    def visible_to(self, user: Any) -> EventQuerySet:
        """Those of the practices in which `user` is an auditor or an admin."""
        if not getattr(user, "is_active", False) or user.pk is None:
            return self.none()
        practices = user.memberships.filter(role__in=SEE_THE_TRAIL).values_list("practice_id", flat=True)
        return self.filter(chain__in=[str(practice) for practice in practices])

    def update(self, **_: Any) -> NoReturn:
        """Refused: AppendOnly."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refused: AppendOnly."""
        raise AppendOnly

    def bulk_create(self, *_: Any, **__: Any) -> NoReturn:
        """Refused: an event outside record() would break the chain."""
        raise AppendOnly

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        """Refused: AppendOnly."""
        raise AppendOnly
