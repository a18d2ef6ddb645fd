"""What a list says of a case, written in Python: a template of twenty conditions a row takes most of a page's time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext

register = template.Library()
MOODS = {  # state: the class of its badge
    "unread": "waiting", "being-read": "running", "locked": "locked", "incomplete": "waiting", "arbitration": "sealed",
    "meeting": "sealed", "to-sign": "ready", "signed": "signed", "withdrawn": "quiet",
}  # fmt: skip


class Stated(Protocol):
    """A case with its state: a row of the worklist, or a case of `CaseQuerySet.with_state`."""

    state: str
    held_by: str | None
    closed_at: datetime | None

    @property
    def waits_for(self) -> Sequence[str]:
        """Views that are wanting."""


@register.simple_tag
def state(case: Stated) -> SafeString:
    """Where the case stands, as a badge."""
    return format_html('<span class="state state-{}">{}</span>', MOODS[case.state], _words(case))


def _words(case: Stated) -> str:
    if case.state == "being-read":
        return gettext("%(held_by)s is reading") % {"held_by": case.held_by}
    if case.state == "locked":
        return gettext("Locked by %(held_by)s") % {"held_by": case.held_by}
    if case.state == "incomplete":
        return gettext("Incomplete: %(waits_for)s wanted") % {"waits_for": ", ".join(case.waits_for)}
    if case.state == "signed" and case.closed_at:
        return gettext("Signed %(closed_at)s") % {
            "closed_at": date_format(localtime(case.closed_at), "SHORT_DATE_FORMAT")
        }
    plain = {
        "unread": gettext("Unread"), "arbitration": gettext("Arbitration"), "meeting": gettext("Consensus meeting"),
        "to-sign": gettext("Report to sign"), "withdrawn": gettext("Withdrawn"),
    }[case.state]  # fmt: skip
    settles = case.state in ("arbitration", "meeting") and case.held_by
    return f"{plain}: {case.held_by}" if settles else plain


@register.simple_tag
def due(at: datetime | None) -> SafeString:
    """When it is due: how long that is, the moment itself on hover."""
    if at is None:
        return format_html('<span class="meta">{}</span>', gettext("no date"))
    here = localtime(at)
    whole = date_format(here, "SHORT_DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', here.isoformat(), whole, naturaltime(at))
