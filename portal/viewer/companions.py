"""Ultrasound and MRI of the same woman in the same practice, to be opened beside the mammograms. Never scored, never hung by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from portal.exams.elements import Elements
from portal.exams.models import Exam, Image
from portal.practices.models import User
from portal.viewer import planes, regions
from portal.viewer.images import entry
from portal.viewer.priors import when

KINDS = {"US": gettext_noop("Ultrasound"), "MR": gettext_noop("MRI")}
LIMIT = 6  # studies, the newest
MOST_IMAGES = 1_000  # of one study: a dynamic MRI has more, and its first series say what it shows


@dataclass(frozen=True)
class Plane:
    """One single-frame object of a series, as far as sorting and grouping need it; `place` in mm along the normal."""

    pk: Any
    alike: tuple[Any, ...]
    place: tuple[float, ...]
    number: float
    series_uid: str
    sop_uid: str


def of(exam: Exam, user: User | AnonymousUser) -> list[dict[str, Any]]:
    """The companions that `user` may see, newest first; of an exam that is a companion itself, none."""
    if exam.modality != Exam.Modality.MG:
        return []
    found = Exam.objects.visible_to(user).companions_of(exam).select_related("practice")[:LIMIT]
    return [_one(companion, exam) for companion in found]


def alone(companion: Exam) -> list[dict[str, Any]]:
    """The pictures of a companion that is opened by itself."""
    told = {"name": gettext(KINDS[companion.modality]), "say": "", "modality": companion.modality}
    return [shown | {"companion": told} for shown in pictures(companion)]


def _one(companion: Exam, exam: Exam) -> dict[str, Any]:
    date, say = when(companion, exam)
    told = {"name": f"{gettext(KINDS[companion.modality])} {date}", "say": say, "modality": companion.modality}
    return {
        "id": str(companion.pk), **told, "url": reverse("exam-view", args=[companion.pk]),
        "images": [shown | {"companion": told} for shown in pictures(companion)],
    }  # fmt: skip


def pictures(companion: Exam) -> list[dict[str, Any]]:
    """Entries of the manifest: a clip or volume each by itself, single images of one series and shape as one stack."""
    planes_found = sorted(_planes(companion), key=lambda plane: plane.alike)
    groups = [list(group) for _, group in groupby(planes_found, key=lambda plane: plane.alike)]
    heads = Image.objects.in_bulk([group[0].pk for group in groups])
    return [_picture(companion, heads[group[0].pk], group) for group in groups]


def _planes(companion: Exam) -> Iterable[Plane]:
    rows = Image.objects.filter(exam=companion).order_by("created_at", "pk").values(
        "pk", "series_uid", "sop_uid", "rows", "columns", "frames", "transfer_syntax_uid", "pixel_stats",
    )[:MOST_IMAGES]  # fmt: skip
    for row in rows:
        plane = row["pixel_stats"]  # `portal/exams/plane.py`
        turn = planes.numbers(plane.get("turn"))
        shape = (
            row["rows"],
            row["columns"],
            row["transfer_syntax_uid"],
            str(plane.get("form")),
            str(plane.get("line")),
        )
        alone = str(row["pk"]) if row["frames"] > 1 else ""
        alike = (plane.get("series") or 0, row["series_uid"], *shape, *(round(value, 3) for value in turn), alone)
        yield Plane(
            pk=row["pk"], alike=tuple(str(part).rjust(12) for part in alike),
            place=planes.place(turn, planes.numbers(plane.get("at"))), number=plane.get("number") or 0,
            series_uid=row["series_uid"], sop_uid=row["sop_uid"],
        )  # fmt: skip


def _picture(companion: Exam, head: Image, group: Sequence[Plane]) -> dict[str, Any]:
    header = Elements(head.header)
    told = entry(head, companion.study_uid)
    number = header.text("SeriesNumber")
    told |= {
        "label": f"{companion.modality} {gettext('series %(number)s') % {'number': number} if number else ''}".strip(), "view_source": "",
        "letters": planes.letters(header.numbers("ImageOrientationPatient")), **regions.of(header),
    }  # fmt: skip
    if len(group) == 1:
        return told
    ordered = sorted(group, key=lambda plane: (plane.place, plane.number))
    urls = [
        reverse("wado-frames", args=[companion.study_uid, plane.series_uid, plane.sop_uid, "1"]) for plane in ordered
    ]
    return told | {
        "frames": len(urls),
        "frame_urls": urls,
        "stack": planes.stack(header, [plane.place for plane in ordered]),
    }
