"""Cases that a practice shows to a named reader of another one, for a time. Nothing is copied: the row is the right."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal.base.ids import new_id
from portal.base.once import once
from portal.practices.models import Membership, Practice, Role, User

SHARING = ("coordinator", "clinician")  # what a practice that shares has chosen


def _still_read() -> Exists:
    """Whether the guest is an active reader of their own practice."""
    home = Membership.objects.filter(user=OuterRef("guest"), practice=OuterRef("home"), role=Role.READER)
    return Exists(home.filter(user__is_active=True))


def _ended() -> Q:
    """Withdrawn, out of time, of a practice that shares no more, or of a guest who has come and reads no more at home.

    Before a guest has come, what becomes of them at home ends nothing that anybody sees: it would tell that there is such a
    reader. The case is closed to them all the same.
    """
    shares = Exists(Practice.objects.filter(settings__sharing__in=SHARING, cases=OuterRef("case")))
    left = Q(opened_at__isnull=False) & ~Q(_still_read())
    return Q(withdrawn_at__isnull=False) | Q(ends_at__lte=timezone.now()) | ~Q(shares) | left


class ShareQuerySet(models.QuerySet["Share"]):
    """Shares."""

    def live(self) -> ShareQuerySet:
        """Those that open their case now.

        Not withdrawn, not over; the practice still shares, and the guest is still an active reader of their own.
        """
        shares = Q(case__practice__settings__sharing__in=SHARING)
        return self.filter(shares, _still_read(), withdrawn_at=None, ends_at__gt=timezone.now())

    def over(self) -> ShareQuerySet:
        """Those that have ended, for whatever reason."""
        return self.filter(_ended())

    def with_over(self) -> ShareQuerySet:
        """Each with `over`: whether it has ended."""
        return self.annotate(over=ExpressionWrapper(_ended(), output_field=models.BooleanField()))

    def open_to(self, user: Any) -> ShareQuerySet:
        """The live ones whose guest is `user`; none for somebody who is not signed in."""
        return self.live().filter(guest=user.pk) if maybe_guest(user) else self.none()


def maybe_guest(user: Any) -> bool:
    """False for somebody who is not signed in, and where it was looked up already that nothing is shared with `user`."""
    if user.pk is None:
        return False
    return once(("guest", user.pk), lambda: Share.objects.live().filter(guest=user.pk).exists()) is not False


class Share(models.Model):
    """One invitation of one guest to one case.

    `address` is what the inviting practice typed and all that it sees until the guest has opened the case: whether
    there is such a reader is told to nobody. `guest` and `home` (the guest's own practice) stay empty where there is none.
    """

    class Purpose(models.TextChoices):
        READ = "read", gettext_lazy("Read it, in a place of the protocol")
        LOOK = "look", gettext_lazy("Look and comment")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="shares")
    address = models.CharField(max_length=254)
    guest = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="shares")
    home = models.ForeignKey(Practice, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=4, choices=Purpose.choices)
    shared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)  # what the guest held was given back, once this was over

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["shared_at"]
        indexes = [
            models.Index(fields=["guest", "ends_at"], condition=Q(withdrawn_at=None), name="shares_of_a_guest"),
            models.Index(fields=["ends_at"], condition=Q(left_at=None), name="shares_not_left"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} to {self.address}"
