"""Reading exams: every query starts from who may see them."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from portal.base.queries import any_of, fits
from portal.exams.identity import Keyring
from portal.exams.managers import SEE_EXAMS
from portal.exams.models import Exam, Image, Patient
from portal.exams.naming import accession_code, pseudonym
from portal.practices.models import Practice
from portal.practices.selectors import practice_keys


def exams_of(user: Any) -> QuerySet[Exam]:
    """Exams that `user` may see, newest first, with patient and number of images (`image_count`).

    Counted for each row of a page: joined and grouped, the database would count every exam before showing 25.
    """
    images = Image.objects.filter(exam=OuterRef("pk")).order_by().values("exam").annotate(n=Count("pk")).values("n")
    return (
        Exam.objects.listed_for(user)
        .select_related("patient", "practice")
        .annotate(image_count=Coalesce(Subquery(images), 0))
        .order_by("-created_at")
    )


def practices_shown_to(user: Any) -> set[UUID]:
    """The practices of the exams that `user` may see."""
    lent = Exam.objects.lent(user).values_list("practice", flat=True)
    return {*practice_keys(user, *SEE_EXAMS), *lent}


def search(exams: QuerySet[Exam], text: str, practices: Collection[UUID]) -> QuerySet[Exam]:
    """Exams of `practices` found by pseudonym, replaced accession (see `fits`) or date: words that may stand in an address."""
    text = text.strip()
    if not text:
        return exams
    here = Exam.objects.filter(practice__in=practices)
    women = Patient.objects.filter(fits("pseudonym", text), practice__in=practices)
    found = [here.filter(patient__in=women), here.filter(fits("accession", text))]
    if day := _date(text):
        found.append(here.filter(study_date=day))
    return exams.filter(pk__in=any_of(*(each.values("pk") for each in found)))


def replaced(exams: QuerySet[Exam], practice: Practice, text: str) -> str:
    """What stands in this portal for an original Patient ID or accession typed in full, or `text` as it is.

    Originals are not stored in clear: what is typed is replaced the same way and then looked up.
    """
    text, keyring = text.strip(), Keyring(practice)
    known = exams.filter(patient__key=keyring.mac("patient", text)).values_list("patient__pseudonym", flat=True).first()
    if known:
        return known
    if exams.filter(patient__pseudonym=pseudonym(keyring, f":{text}")).exists():
        return pseudonym(keyring, f":{text}")
    accession = accession_code(keyring, text)
    return accession if text and exams.filter(accession=accession).exists() else text


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


SCREENING = ("RCC", "LCC", "RMLO", "LMLO")


def missing_views(images: list[Image]) -> list[str]:
    """Which of the four screening views an exam lacks, e.g. ["RMLO"]; tomosynthesis counts like a plain image."""
    there = {f"{image.laterality}{image.view}" for image in images}
    return [view for view in SCREENING if view not in there]
