"""Earlier exams of the same woman in the same practice, as far as the asker may see them. Nothing of their analysis."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext

from portal.base.language import day
from portal.exams.dates import Handling, handling_of
from portal.exams.models import Exam, Image
from portal.practices.models import User
from portal.viewer import hanging
from portal.viewer.images import entry

LIMIT = 4  # the newest ones; how many older ones there are is said


@dataclass(frozen=True)
class Prior:
    """One earlier exam with its images; `say`: how much earlier it was made."""

    exam: Exam
    name: str
    say: str
    images: Sequence[Image]

    def as_json(self) -> dict[str, Any]:
        """For the manifest; each image says of which earlier exam it is."""
        told = {"name": self.name, "say": self.say}
        return {
            "id": str(self.exam.pk),
            "study_date": self.exam.study_date.isoformat() if self.exam.study_date else None,
            **told,
            "missing": hanging.missing(self.images),
            "url": reverse("exam-view", args=[self.exam.pk]),
            "images": [entry(image, self.exam.study_uid) | {"prior": told} for image in self.images],
        }


def of(exam: Exam, user: User | AnonymousUser, detached: Collection[UUID] = frozenset()) -> tuple[list[Prior], str]:
    """The exams before `exam`, newest first, and a sentence where older ones are left out; not those `detached` by hand.

    An exam without a date comes last and is called undated: it may not be earlier at all.
    """
    others = Exam.objects.visible_to(user).earlier_than(exam).exclude(pk__in=detached)
    found = list(others.filter(images__isnull=False).distinct().select_related("practice"))
    kept = found[:LIMIT]
    images = list(Image.objects.visible_to(user).filter(exam__in=kept).order_by("created_at", "pk")) if kept else []
    left = len(found) - len(kept)
    words = gettext("Only the %(kept)s newest earlier exams hang here; %(left)s more on the exams page.")
    say = words % {"kept": LIMIT, "left": left} if left else ""
    return [_prior(exam, one, [image for image in images if image.exam_id == one.pk]) for one in kept], say


def _prior(exam: Exam, one: Exam, images: Sequence[Image]) -> Prior:
    if one.study_date is None or exam.study_date is None:
        name = gettext("Undated %(day)s") % {"day": _day(one)}
        return Prior(one, name.strip(), gettext("without a date it may not be earlier"), images)
    years_only = handling_of(exam.practice) is Handling.YEAR
    name = str(one.study_date.year) if years_only else day(one.study_date)
    return Prior(
        one,
        gettext("Prior %(day)s") % {"day": name},
        apart(one.study_date, exam.study_date, years_only=years_only),
        images,
    )


def when(one: Exam, exam: Exam) -> tuple[str, str]:
    """The date of `one` and how it lies to `exam`'s: ("2009-03-01", "2 y 1 m earlier"), ("undated", ...)."""
    if one.study_date is None or exam.study_date is None:
        return (_day(one) or gettext("undated"), gettext("without a date"))
    years_only = handling_of(exam.practice) is Handling.YEAR
    said = str(one.study_date.year) if years_only else day(one.study_date)
    if one.study_date == exam.study_date:
        return said, gettext("the same year") if years_only else gettext("the same day")
    first, then = sorted((one.study_date, exam.study_date))
    return said, apart(first, then, years_only=years_only, later=one.study_date > exam.study_date)


def _day(exam: Exam) -> str:
    return day(exam.study_date) if exam.study_date else ""


def apart(then: date, now: date, *, years_only: bool = False, later: bool = False) -> str:
    """Such as "2 y 1 m earlier"; of dates cut down to their year only "about 2 y earlier"."""
    if years_only:
        words = gettext("about %(time)s later") if later else gettext("about %(time)s earlier")
        return words % {"time": gettext("%(years)s y") % {"years": now.year - then.year}}
    words = gettext("%(time)s later") if later else gettext("%(time)s earlier")
    months = (now.year - then.year) * 12 + now.month - then.month - (now.day < then.day)
    if months < 1:
        return words % {"time": gettext("%(days)s d") % {"days": (now - then).days}}
    years, months = divmod(months, 12)
    parts = [gettext("%(years)s y") % {"years": years}] * bool(years)
    parts += [gettext("%(months)s m") % {"months": months}] * bool(months)
    return words % {"time": " ".join(parts)}
