"""What a person has set up for themselves in the viewer; it follows them to every browser."""

from __future__ import annotations

from django.db import models

from portal.practices.models import User


class Desk(models.Model):
    """One person's keys, displays and hanging; read and changed through `portal.viewer.desk`."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="desk")
    settings = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"desk of {self.user}"
