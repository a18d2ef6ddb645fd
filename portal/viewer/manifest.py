"""The one JSON that the viewer needs (docs/manifest.md): images, hanging, the person's read, and what they may know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext, gettext_noop

from portal.base.language import day
from portal.cases.history import lines_of
from portal.cases.models import Case
from portal.cases.opinion import in_words
from portal.cases.places import settles
from portal.cases.protocols import protocol_of
from portal.exams.elements import Elements
from portal.exams.models import Exam, Image
from portal.exams.phrases import PHRASES
from portal.practices.models import User
from portal.reading.models import Read
from portal.reading.selectors import open_read
from portal.viewer import arrangement, attached, companions, desk, hanging, priors, protocol, suggestion
from portal.viewer.images import entry, pose_of
from portal.viewer.slots import Cell, label_of
from portal.viewer.steps import layout

VERSION = 1
TITLES = {"MG": gettext_noop("Mammography"), "US": gettext_noop("Ultrasound"), "MR": gettext_noop("MRI")}


def of_case(case: Case, user: User | AnonymousUser) -> dict[str, Any]:
    """The manifest of a case: its exam, the question, and the asker's own read."""
    detached = frozenset(case.detached.values_list("pk", flat=True))
    return {**_base(case.exam, user, detached), "case": _case(case), "read": _read(open_read(case, user))}


def of_exam(exam: Exam, user: User | AnonymousUser) -> dict[str, Any]:
    """The manifest of an exam that is only looked at."""
    return {**_base(exam, user), "case": None, "read": None}


def _base(exam: Exam, user: User | AnonymousUser, detached: frozenset[UUID] = frozenset()) -> dict[str, Any]:
    if exam.modality != Exam.Modality.MG:
        return _companion(exam, user)
    images = list(Image.objects.visible_to(user).filter(exam=exam).order_by("created_at", "pk"))
    earlier, left_out = priors.of(exam, user, detached)
    before = [hanging.Earlier(prior.name, prior.images) for prior in earlier]
    found = hanging.layouts(images, before)
    person = (desk.of(user) or {}) if isinstance(user, User) else {}
    chosen = protocol.combined(exam.practice.settings.get("hanging"), person.get("hanging"))
    added = arrangement.own(chosen, images, before)
    layouts, start = protocol.arranged([*found, *added], hanging.initial(found, images), chosen)
    return {
        "version": VERSION,
        "notice": gettext(settings.NOTICE),
        "exam": _exam(exam, images, left_out),
        "images": [entry(image, exam.study_uid) for image in images],
        "priors": [prior.as_json() for prior in earlier],
        "companions": companions.of(exam, user),
        "hanging": {"initial": start, "layouts": layouts},
        "objects": attached.of(exam, user, images),
        **suggestion.parts(exam, user),
    }


def _companion(exam: Exam, user: User | AnonymousUser) -> dict[str, Any]:
    """Ultrasound or MRI opened by itself: each picture alone, nothing hung by views."""
    shown = companions.alone(exam)
    layouts = [layout(f"single:{one['id']}", one["label"], [[Cell(one["id"])]]) for one in shown]
    return {
        "version": VERSION,
        "notice": gettext(settings.NOTICE),
        "exam": {**_exam(exam, [], ""), "missing": []},
        "images": shown,
        "priors": [],
        "companions": [],
        "hanging": {"initial": layouts[0]["id"] if layouts else "", "layouts": layouts},
        "objects": [],
        **suggestion.parts(exam, user),
    }


def _exam(exam: Exam, images: list[Image], left_out: str) -> dict[str, Any]:
    return {
        "id": str(exam.pk),
        "patient": exam.patient.pseudonym,
        "study_date": exam.study_date.isoformat() if exam.study_date else None,
        "age": exam.age,
        "title": f"{gettext(TITLES[exam.modality])} {day(exam.study_date) if exam.study_date else gettext('(undated)')}",
        "missing": hanging.missing(images),
        "notes": [*(PHRASES.said(note) for note in exam.notes), *_doubts(images), *([left_out] if left_out else [])],
    }


def _doubts(images: list[Image]) -> list[str]:
    poses = [(label_of(image), pose_of(image, Elements(image.header))) for image in images]
    return [f"{name}: {hung.doubt}" for name, hung in poses if hung.doubt]


def _case(case: Case) -> dict[str, Any]:
    protocol = protocol_of(case.protocol)
    return {
        "id": str(case.pk),
        "number": case.number,
        "question": case.question,
        "history": "\n".join(lines_of(case.facts, case.history)),
        "first_opinion": in_words(case.first_opinion),
        "urgency": case.urgency,
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "protocol": {"code": protocol.code, "title": gettext(protocol.title), "blind": protocol.blind},
        "url": f"/cases/{case.pk}/",
    }


def _read(read: Read | None) -> dict[str, Any] | None:
    if read is None:
        return None
    kind = read.place if settles(read.place) else "reader"
    return {"id": str(read.pk), "url": f"/api/v1/reads/{read.pk}/", "state": read.state, "kind": kind}
