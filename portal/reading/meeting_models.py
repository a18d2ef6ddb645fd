"""Consensus meetings: who met, on which cases, and the minutes of each. States are derived from times."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from portal.base.ids import new_id
from portal.cases.models import Case, Owed, OwedQuerySet
from portal.practices.models import Practice, Role, User


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings."""

    def visible_to(self, user: Any) -> MeetingQuerySet:
        """Those of the practices in which `user` reads or coordinates; what was said is shown by `meetings.minutes_for`."""
        return self.filter(practice__in=Practice.objects.of(user, Role.READER, Role.COORDINATOR))


class Meeting(models.Model):
    """One sitting: its chair, who attends, and an agenda of discordant cases. Nothing takes effect before it is closed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="meetings")
    at = models.DateTimeField()  # when it is held, as convened
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    attendees = models.ManyToManyField(User, related_name="+")  # the chair among them
    convened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    convened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["practice", "closed_at", "-at"])]

    def __str__(self) -> str:
        return f"meeting of {self.at:%Y-%m-%d %H:%M}"


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    """Items."""

    def current(self) -> AgendaItemQuerySet:
        """Those that were not taken off."""
        return self.filter(off_at=None)

    def pending(self) -> AgendaItemQuerySet:
        """Those that no closed meeting has settled yet."""
        return self.current().filter(settled_at=None)


class AgendaItem(models.Model):
    """One case on one agenda; its outcome is the read that the chair locks in the meeting's place, or "not agreed"."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField()
    present = models.ManyToManyField(User, related_name="+")  # who was there from its opening on, and saw it
    opened_at = models.DateTimeField(null=True)
    not_agreed_at = models.DateTimeField(null=True)
    off_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # the meeting was closed

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(off_at=None, settled_at=None), name="one_agenda_at_a_time"
            ),
            models.UniqueConstraint(fields=["meeting", "case"], condition=Q(off_at=None), name="once_on_an_agenda"),
        ]

    def __str__(self) -> str:
        return f"{self.case} on the agenda of {self.meeting_id}"


class Minutes(models.Model):
    """One version of what was said about a case; a correction is another version, never an edit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="minutes")
    version = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=4000)
    why = models.CharField(max_length=300, blank=True)  # of a correction after the closing
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)  # SHA-256 over item, version, text, why, who and when; also in the trail

    class Meta:
        ordering = ["version"]
        verbose_name_plural = "minutes"
        constraints = [models.UniqueConstraint(fields=["item", "version"], name="one_row_per_version")]

    def __str__(self) -> str:
        return f"version {self.version} of {self.item_id}"


class Summons(Owed):
    """The mail that somebody is owed who is asked to a meeting; see `meeting_mail`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="summonses")
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    objects = OwedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "summonses"
        indexes = [models.Index(fields=["tried_at"], condition=Q(sent_at=None), name="unsent_summonses")]

    def __str__(self) -> str:
        return f"summons to {self.meeting_id}"
