"""What a practice chooses for itself: typed readers of `Practice.settings`, with their defaults in one place."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext_noop

from portal.practices.models import Practice

DATES = (
    ("shift", gettext_noop("Moved: each patient's dates by the same secret number of days")),
    ("year", gettext_noop("Year only: every date becomes 1 January of its year")),
    ("keep", gettext_noop("Kept as they are")),
)
SHARING = (
    ("off", gettext_noop("Nobody")),
    ("coordinator", gettext_noop("Coordinators")),
    ("clinician", gettext_noop("Clinicians and coordinators")),
)
SHARE_DAYS = range(1, 366)
PROTOCOLS: dict[str, str] = {}  # code -> title; filled by offer_protocol


def offer_protocol(code: str, title: str) -> None:
    """Let practices choose this reading protocol as their default; called by the app that knows it."""
    PROTOCOLS[code] = title


MAILS: dict[str, str] = {}  # kind -> when it is sent; filled by offer_mail


def offer_mail(kind: str, title: str) -> None:
    """Let people choose whether they get this kind of mail; called by the app that sends it."""
    MAILS[kind] = title


@dataclass(frozen=True)
class Options:
    """One practice's choices."""

    protocol: str = "second-reader"  # of new cases
    dates: str = "shift"  # what de-identification does to dates: shift | year | keep
    density_notice: str = ""  # added to every report about dense breasts, as local law words it
    sharing: str = "off"  # who shares a case with a reader of another practice: off | coordinator | clinician
    share_days: int = 30  # at most


def options_of(practice: Practice) -> Options:
    """The practice's choices over the defaults; a key that is not ours is left out."""
    kept: dict[str, Any] = practice.settings
    return Options(**{field.name: kept[field.name] for field in fields(Options) if field.name in kept})


def chosen(practice: Practice) -> dict[str, Any]:
    """The practice's name and choices by the names that its form gives them."""
    return {"name": practice.name, **asdict(options_of(practice))}


def as_settings(options: Options, practice: Practice) -> dict[str, Any]:
    """What to store: other keys stay as they are."""
    return {**practice.settings, **asdict(options)}
