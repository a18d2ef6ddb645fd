"""Lists that a person keeps under a name: a tab with its filters and its order, never words that were searched for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.base.ids import new_id
from portal.practices.models import Practice, User


class SavedList(models.Model):
    """One list of one person in one practice; one of them may be what the worklist opens with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    tab = models.CharField(max_length=16)
    state = models.CharField(max_length=16, blank=True)
    urgency = models.CharField(max_length=8, blank=True)
    sort = models.CharField(max_length=16, blank=True)
    first = models.BooleanField(default=False)  # the worklist opens with it

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "practice", "name"], name="one_list_per_name"),
            models.UniqueConstraint(fields=["user", "practice"], condition=Q(first=True), name="one_list_opens"),
        ]

    def __str__(self) -> str:
        return self.name
