"""What people change about themselves, and what an admin changes about the practice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from django.conf import settings
from django.db import transaction

from portal.audit.services import record
from portal.base.stamp import refuse_overtaken
from portal.practices.models import Practice, User
from portal.practices.options import MAILS, Options, as_settings, chosen


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


def choose_language(*, user: User, language: str) -> None:
    """One of the portal's languages, or "" for the browser's; nothing for the trail."""
    user.language = language if language in dict(settings.LANGUAGES) else ""
    user.save(update_fields=["language"])


def choose_mails(*, user: User, wanted: Collection[str]) -> None:
    """Get these kinds of mail and no other; nothing for the trail. One that comes with a later version is wanted."""
    user.muted = sorted(kind for kind in MAILS if kind not in wanted)
    user.save(update_fields=["muted"])


@transaction.atomic
def change_password(*, user: User, password: str, practice: Practice) -> None:
    """Set a new password; every other session of the user ends with it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record(verb="password.changed", actor=user, practice_id=practice.pk, subject=user)


@transaction.atomic
def change_practice(*, practice: Practice, name: str, options: Options, actor: User, seen: str = "") -> None:
    """Rename the practice and store its choices; other settings stay as they are at this moment. The trail names what changed.

    seen: the `stamp` of `chosen` when the page showed it; Conflict where somebody saved other choices since.
    """
    held = Practice.objects.select_for_update().get(pk=practice.pk)
    before = chosen(held)
    if before != {"name": name.strip(), **asdict(options)}:
        refuse_overtaken(seen, before)
    held.name, held.settings = name.strip(), as_settings(options, held)
    held.save(update_fields=["name", "settings"])
    practice.name, practice.settings = held.name, held.settings
    after = {"name": held.name, **asdict(options)}
    changed = sorted(key for key in after if before[key] != after[key])
    if changed:
        detail = {"changed": changed, **{key: after[key] for key in ("protocol", "dates", "sharing", "share_days")}}
        record(verb="practice.changed", actor=actor, practice_id=practice.pk, subject=practice, detail=detail)
