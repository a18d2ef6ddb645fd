"""People and the practices they belong to."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.base.ids import new_id, short_code
from portal.practices.managers import PracticeQuerySet, UserManager


class Role(models.TextChoices):
    """What a member may do in a practice; one person may hold several."""

    CLINICIAN = "clinician", _("Clinician")
    READER = "reader", _("Reader")
    COORDINATOR = "coordinator", _("Coordinator")
    ADMIN = "admin", _("Admin")
    AUDITOR = "auditor", _("Auditor")


ROLE_WORDS = [  # the codes, as they stand in the menu: `translate` finds them
    gettext_noop("clinician"),
    gettext_noop("reader"),
    gettext_noop("coordinator"),
    gettext_noop("admin"),
    gettext_noop("auditor"),
]


def new_guest_code() -> str:
    """A code to give to another practice in place of one's address, e.g. "G-7F3KQ2MN"."""
    return f"G-{short_code()}"


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField("full name", max_length=120)
    theme = models.CharField(max_length=5, choices=[("dark", "Dark"), ("light", "Light")], default="dark")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="", blank=True)  # "": the browser's
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    guest_code = models.CharField(max_length=10, unique=True, default=new_guest_code, editable=False)
    muted = models.JSONField(default=list, blank=True)  # kinds of mail (options.MAILS) that the person does not want
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email


class Practice(models.Model):
    """An organisation: the tenant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)
    settings = models.JSONField(default=dict, blank=True)  # read through portal.practices.options
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PracticeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of one user in one practice."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "practice", "role"], name="one_row_per_role")]

    def __str__(self) -> str:
        return f"{self.user} as {self.role} of {self.practice}"


class Invitation(models.Model):
    """A link that lets one address join a practice; only the hash of its key is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE)
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    roles = models.JSONField(default=list)
    key_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation of {self.email}"


class ApiToken(models.Model):
    """A bearer token for programs; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    scopes = models.JSONField(default=list)  # e.g. ["exams:write", "cases:read"]
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
