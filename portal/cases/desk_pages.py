"""Pages: who reads how much, and the acts by which cases move between people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from portal.base.errors import Refused
from portal.cases import desk
from portal.cases.incomplete import await_prior, go_on
from portal.cases.models import Case
from portal.cases.people import user_of
from portal.cases.priors import set_prior
from portal.cases.readers import reader_rows
from portal.exams.models import Exam
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import User
from portal.practices.selectors import active_practice


@require_GET
@role_required("coordinator")
def readers(request: HttpRequest) -> HttpResponse:
    """Each reader with what they hold, what is late, what they finished; and how much waits in the pool."""
    return render(request, "cases/readers.html", reader_rows(active_practice(request)))


@require_POST
@role_required("coordinator")
def balance(request: HttpRequest) -> HttpResponse:
    """Give the pool to those who hold least."""
    given, left = desk.balance(practice=active_practice(request), actor=user_of(request))
    messages.success(
        request, gettext("%(given)s given out, %(left)s left in the pool.") % {"given": given, "left": left}
    )
    return redirect("readers")


@require_POST
@role_required("coordinator")
def pause(request: HttpRequest, pk: object) -> HttpResponse:
    """Let a reader pause, or end it."""
    practice = active_practice(request)
    people = User.objects.filter(memberships__practice=practice).distinct()
    reader = visible_or_404(people, request.user, pk=pk)
    pauses = request.POST.get("pauses") == "yes"
    _try(request, lambda: desk.set_pause(practice=practice, reader=reader, actor=user_of(request), pauses=pauses),
         (gettext("%(reader)s pauses.") if pauses else gettext("%(reader)s takes cases again.")) % {"reader": reader})  # fmt: skip
    return redirect("readers")


@require_POST
@role_required("clinician", "reader", "coordinator")
def go_on_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Go on without the views."""
    case = _case(request, pk)
    _try(request, lambda: go_on(case=case, actor=user_of(request)), gettext("The case goes on without them."))
    return redirect("case", pk=case.pk)


@require_POST
@role_required("clinician", "reader", "coordinator")
def await_prior_of_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Let the case wait for an earlier exam."""
    case = _case(request, pk)
    _try(
        request, lambda: await_prior(case=case, actor=user_of(request)), gettext("The case waits for an earlier exam.")
    )
    return redirect("case", pk=case.pk)


@require_POST
@role_required("clinician", "coordinator")
def prior_of_case(request: HttpRequest, pk: object) -> HttpResponse:
    """Attach an earlier exam or take it off."""
    case = _case(request, pk)
    exams = Exam.objects.visible_to(request.user)
    exam = visible_or_404(exams, request.user, pk=request.POST.get("exam"))
    attached = request.POST.get("attached") == "yes"
    _try(request, lambda: set_prior(case=case, exam=exam, actor=user_of(request), attached=attached),
         gettext("The prior is attached.") if attached else gettext("The prior is taken off."))  # fmt: skip
    return redirect("case", pk=case.pk)


def _case(request: HttpRequest, pk: object) -> Case:
    return visible_or_404(Case.objects.visible_to(request.user).select_related("exam", "practice"), request.user, pk=pk)


def _try(request: HttpRequest, act: Callable[[], Any], done: str) -> None:
    try:
        act()
    except Refused as refused:
        messages.warning(request, refused.say)
    else:
        messages.success(request, done)
