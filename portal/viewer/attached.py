"""Presentation states and reports that came in with the exam, as the manifest shows them: sealed from whoever reads blind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext, gettext_noop

from portal.exams.models import Attached, Exam, Image
from portal.exams.phrases import PHRASES
from portal.practices.models import User
from portal.reading.selectors import still_blind

SEALED = gettext_noop("Sealed until your read is locked: it may hold another reader's or a machine's opinion.")


def of(exam: Exam, user: User | AnonymousUser, images: Iterable[Image]) -> list[dict[str, Any]]:
    """Every such object of the exam, in the order in which they came.

    Another reader's and a machine's marks sway a blind reader as much as our own model's would, so all of them wait.
    """
    found = list(Attached.objects.visible_to(user).filter(exam=exam))
    if not found:
        return []
    if still_blind(exam, user):
        return [_entry(one, say=gettext(SEALED)) for one in found]
    named = {image.sop_uid: str(image.pk) for image in images}
    return [
        _entry(
            one,
            say=_origin(one),
            lines=[PHRASES.said(line) for line in one.lines],
            graphics=[_placed(each, named) for each in one.graphics if each["image"] in named],
        )
        for one in found
    ]


def _entry(
    one: Attached, *, say: str, lines: list[str] | None = None, graphics: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "kind": one.kind,
        "title": PHRASES.said(one.title),
        "say": say,
        "sealed": lines is None,
        "lines": lines or [],
        "graphics": graphics or [],
    }


def _origin(one: Attached) -> str:
    if one.by_machine:
        return gettext("Made by another machine, not by this portal's release.")
    return gettext("Came in with the exam.")


def _placed(graphic: dict[str, Any], named: dict[str, str]) -> dict[str, Any]:
    return {**graphic, "image": named[graphic["image"]]}
