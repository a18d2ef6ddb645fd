"""Query sets of people and practices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from portal.practices.models import Practice, User  # noqa: F401 (named in strings)


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are compared in lower case."""

    def create_user(self, email: str, name: str, password: str | None = None, **extra: Any) -> User:
        """A user with this address; without a password nobody can sign in as them."""
        user = self.model(email=email.strip().lower(), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class PracticeQuerySet(models.QuerySet["Practice"]):
    """Practices, by who belongs to them."""

    def of(self, user: Any, *roles: str) -> PracticeQuerySet:
        """Those in which `user` is an active member, with one of `roles` where any are named."""
        if not getattr(user, "is_active", False) or user.pk is None:
            return self.none()
        wanted = {"role__in": roles} if roles else {}
        held = user.memberships.model._default_manager.filter(user=user.pk, practice=models.OuterRef("pk"), **wanted)
        return self.filter(models.Exists(held))
