"""Pages: the list of exams, one exam, and who she is (opened on purpose and written down)."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.audit.services import record
from portal.base.errors import Refused
from portal.base.paging import Reachable
from portal.exams.managers import SEE_EXAMS
from portal.exams.models import Exam, Image
from portal.exams.reidentify import reidentify
from portal.exams.selectors import exams_of, missing_views, replaced, search
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import Practice, User
from portal.practices.selectors import has_role

PAGE = 25


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _practice(request: HttpRequest) -> Practice:
    return cast(Practice, request.practice)  # type: ignore[attr-defined]


def _exam(request: HttpRequest, pk: object) -> Exam:
    exams = Exam.objects.visible_to(request.user).select_related("patient", "practice", "handed_in_by")
    return visible_or_404(exams, request.user, pk=pk)


@require_http_methods(["GET", "POST"])
@role_required("clinician", "reader", "coordinator")
def exam_list(request: HttpRequest) -> HttpResponse:
    """Exams of the active practice, newest first; htmx asks for the rows alone while somebody types.

    What is typed comes by POST, because it may be an original Patient ID; addresses carry what stands for it.
    """
    exams = exams_of(request.user).filter(practice=_practice(request))
    typed = request.POST.get("q", "")[:64]
    text = replaced(exams, _practice(request), typed) if typed else request.GET.get("q", "")[:64]
    found = search(exams, text, [_practice(request).pk]).prefetch_related("images")
    page = Reachable(found, PAGE).get_page(request.GET.get("page"))
    may_hand_in = has_role(_user(request), _practice(request), "clinician", "coordinator")
    address = request.GET.copy()
    if page.object_list:  # words that found an exam are this portal's own, so they may stand in a link
        address["q"] = text
    context = {"page": page, "q": text, "may_hand_in": may_hand_in, "address": address}
    partial = bool(getattr(request, "htmx", False))
    return render(request, "exams/_rows.html" if partial else "exams/list.html", context)


@require_GET
@role_required("clinician", "reader", "coordinator")
def exam_page(request: HttpRequest, pk: str) -> HttpResponse:
    """One exam: its images, notes, and what is being done with them."""
    exam = _exam(request, pk)
    with transaction.atomic():
        record(
            verb="exam.shown", actor=_user(request), practice_id=exam.practice_id, subject=exam, exam_id=exam.pk,
            patient_id=exam.patient_id,
        )  # fmt: skip
    others = exams_of(request.user).filter(patient=exam.patient_id).exclude(pk=exam.pk)[:20]
    context = _images(exam) | {"others": others}
    context |= {"own": has_role(_user(request), exam.practice, *SEE_EXAMS)}
    context |= {"may_ask": has_role(_user(request), exam.practice, "clinician", "coordinator")}
    return render(request, "exams/exam.html", context)


@require_GET
@role_required("clinician", "reader", "coordinator")
def exam_images(request: HttpRequest, pk: str) -> HttpResponse:
    """The images of an exam with the state of their transcoding; polled until all are done."""
    return render(request, "exams/_images.html", _images(_exam(request, pk)))


def _images(exam: Exam) -> dict[str, object]:
    images = list(exam.images.all())
    busy = any(image.transcoding == Image.Transcoding.WAITING for image in images)
    return {
        "exam": exam,
        "images": images,
        "busy": busy,
        "missing": missing_views(images) if exam.modality == Exam.Modality.MG else [],
    }


@require_POST
@role_required("clinician", "coordinator")
def exam_identity(request: HttpRequest, pk: str) -> HttpResponse:
    """Who the patient is: the sealed originals, opened for a clinician or coordinator of the exam's own practice."""
    exam = _exam(request, pk)
    if not has_role(_user(request), exam.practice, "clinician", "coordinator"):
        raise PermissionDenied(gettext("Opening an identity needs the role clinician or coordinator in this practice."))
    try:
        opened = reidentify(exam=exam, actor=_user(request))
    except Refused as refused:
        return render(request, "exams/_identity.html", {"say": refused.say})
    return render(request, "exams/_identity.html", {"identity": opened})
