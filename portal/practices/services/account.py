"""What people change about themselves, and what an admin changes about the practice."""

from __future__ import annotations

from django.db import transaction

from portal.audit.services import record
from portal.practices.models import Practice, User
from portal.practices.options import Options, as_settings


@transaction.atomic
def rename(*, user: User, name: str, practice: Practice) -> None:
    """Change one's own name; signed reads and the trail keep the name of their time."""
    user.name = name.strip()
    user.save(update_fields=["name"])
    record(verb="account.renamed", actor=user, practice_id=practice.pk, subject=user)


def choose_theme(*, user: User, theme: str) -> None:
    """Dark or light; nothing for the trail."""
    user.theme = "light" if theme == "light" else "dark"
    user.save(update_fields=["theme"])


@transaction.atomic
def change_password(*, user: User, password: str, practice: Practice) -> None:
    """Set a new password; every other session of the user ends with it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record(verb="password.changed", actor=user, practice_id=practice.pk, subject=user)


@transaction.atomic
def change_practice(*, practice: Practice, name: str, options: Options, actor: User) -> None:
    """Rename the practice and store its choices; the trail names which of them changed."""
    before = {"name": practice.name, **practice.settings}
    practice.name, practice.settings = name.strip(), as_settings(options, practice)
    practice.save(update_fields=["name", "settings"])
    after = {"name": practice.name, **practice.settings}
    changed = sorted(key for key in after if before.get(key) != after[key])
    if changed:
        detail = {"changed": changed, "protocol": options.protocol, "dates": options.dates}
        record(verb="practice.changed", actor=actor, practice_id=practice.pk, subject=practice, detail=detail)
