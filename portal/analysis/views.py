"""Pages: a run's live progress inside the exam page, another try, and a release's card."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from portal.analysis import say
from portal.analysis.card import Card
from portal.analysis.models import Release, Run
from portal.analysis.selectors import latest_run
from portal.analysis.services import request_run, retry_run
from portal.base.errors import Refused
from portal.exams.models import Exam
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import Role, User
from portal.practices.selectors import has_role

MAY_ASK = (Role.CLINICIAN, Role.COORDINATOR)


@login_required
@require_GET
def run_progress(request: HttpRequest, exam_id: UUID) -> HttpResponse:
    """The partial that htmx polls while the run goes on; it stops polling by itself at the end."""
    exam = visible_or_404(Exam.objects.visible_to(request.user), request.user, pk=exam_id)
    return _partial(request, exam, latest_run(exam))


@role_required(*MAY_ASK)
@require_POST
def ask(request: HttpRequest, exam_id: UUID) -> HttpResponse:
    """Ask for the analysis of the exam as it is now."""
    exam = visible_or_404(Exam.objects.visible_to(request.user), request.user, pk=exam_id)
    _of_its_practice(request, exam)
    try:
        return _partial(request, exam, request_run(exam=exam, actor=_user(request)))
    except Refused as refused:
        return _partial(request, exam, latest_run(exam), refused)


@role_required(*MAY_ASK)
@require_POST
def retry(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Try a failed run again."""
    run = visible_or_404(Run.objects.visible_to(request.user), request.user, pk=run_id)
    _of_its_practice(request, run.exam)
    try:
        return _partial(request, run.exam, retry_run(run=run, actor=_user(request)))
    except Refused as refused:
        return _partial(request, run.exam, latest_run(run.exam), refused)


@login_required
@require_GET
def release_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The release's card: what it is for, how it was measured and where it fails."""
    release = get_object_or_404(Release, pk=pk)
    return render(request, "analysis/release.html", {"release": release, "card": Card.of(release)})


def _partial(request: HttpRequest, exam: Exam, run: Run | None, refused: Refused | None = None) -> HttpResponse:
    """Where the run stands now; after a refusal with its sentence (as 200, because htmx swaps no other)."""
    context = {
        "exam": exam,
        "run": run,
        "say": say.state_of(run) if run else gettext("No analysis has been asked for."),
        "refused": refused,
        "stage": say.stage_of(run) if run else "",
        "percent": say.percent(run) if run else 0,
        "may_ask": has_role(request.user, exam.practice, *MAY_ASK),
        "outdated": run is not None and run.revision != exam.revision,
    }
    answer = render(request, "analysis/_run.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _of_its_practice(request: HttpRequest, exam: Exam) -> None:
    """A role in the practice that is active opens nothing in another one, where the person may hold a lesser role."""
    if not has_role(request.user, exam.practice, *MAY_ASK):
        raise PermissionDenied(
            gettext("Asking for an analysis needs the role clinician or coordinator in the exam's practice.")
        )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - role_required lets nobody else in
    return request.user
