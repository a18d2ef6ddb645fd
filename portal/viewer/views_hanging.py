"""The pages on which a practice and a person arrange how exams hang."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from portal.audit.services import record
from portal.base.errors import Conflict
from portal.base.stamp import refuse_overtaken
from portal.cases.people import user_of
from portal.practices.guards import role_required
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import active_practice, has_role
from portal.viewer import desk
from portal.viewer.hanging_form import HangingForm, filled, kept_of, overtaken

PAGE = "viewer/hanging.html"
OWN = (Role.READER, Role.CLINICIAN, Role.COORDINATOR)
METHODS = require_http_methods(["GET", "HEAD", "POST"])


@METHODS
@role_required(*OWN)
def own_hanging(request: HttpRequest) -> HttpResponseBase:
    """One's own steps and layouts; without them exams hang as the practice has it."""
    user, practice = user_of(request), active_practice(request)
    kept = (desk.of(user) or {}).get("hanging")
    form = _form(request, kept or practice.settings.get("hanging"))
    if request.POST.get("forget") and kept:
        desk.arrange(user=user, hanging=None)
        messages.success(request, gettext("Exams hang as the practice has it."))
        return redirect("own-hanging")
    if request.POST.get("keep") and form.is_valid():
        desk.arrange(user=user, hanging=form.protocol())
        messages.success(request, gettext("Your hanging is kept. Exams opened from now on hang so."))
        return redirect("own-hanging")
    return _page(request, form, own=True, kept=bool(kept))


@METHODS
@role_required(Role.ADMIN, Role.COORDINATOR)
def practice_hanging(request: HttpRequest) -> HttpResponseBase:
    """The practice's steps and layouts, for everybody who has not arranged their own."""
    practice = active_practice(request)
    kept = practice.settings.get("hanging")
    form = _form(request, kept)
    forgets = bool(request.POST.get("forget") and kept)
    if not forgets and not (request.POST.get("keep") and form.is_valid()):
        return _page(request, form, own=False, kept=bool(kept))
    hanging, seen = None if forgets else form.protocol(), str(request.POST.get("seen", ""))
    try:
        arrange_practice(practice=practice, hanging=hanging, actor=user_of(request), seen=seen)
    except Conflict:
        now = Practice.objects.get(pk=practice.pk).settings.get("hanging")
        return _page(request, overtaken(form, now), own=False, kept=bool(now), status=409)
    kept_now = gettext("The practice's hanging is kept. Exams opened from now on hang so.")
    messages.success(request, gettext("Exams hang as Overread has it.") if forgets else kept_now)
    return redirect("practice-hanging")


@transaction.atomic
def arrange_practice(*, practice: Practice, hanging: dict[str, Any] | None, actor: User, seen: str = "") -> None:
    """Keep the practice's hanging, and tell the trail; other settings stay as they are at this moment.

    seen: the stamp of the hanging when the page showed it; Conflict where somebody kept another one since.
    """
    held = Practice.objects.select_for_update().get(pk=practice.pk)
    before = kept_of(held.settings.get("hanging"))
    if before != kept_of(hanging):
        refuse_overtaken(seen, before)
    others = {name: value for name, value in held.settings.items() if name != "hanging"}
    held.settings = {**others, **({"hanging": hanging} if hanging else {})}
    held.save(update_fields=["settings"])
    detail = {"changed": ["hanging"], "steps": (hanging or {}).get("steps", [])}
    record(verb="practice.changed", actor=actor, practice_id=held.pk, subject=held, detail=detail)


def _form(request: HttpRequest, kept: Any) -> HangingForm:
    form = HangingForm(request.POST if request.method == "POST" else filled(kept))
    form.full_clean()
    return form


def _page(request: HttpRequest, form: HangingForm, *, own: bool, kept: bool, status: int = 400) -> HttpResponseBase:
    """status: where the form has an error."""
    practice = active_practice(request)
    may_practice = has_role(request.user, practice, Role.ADMIN, Role.COORDINATOR)
    may_own = has_role(request.user, practice, *OWN)
    words = {
        "form": form,
        "own": own,
        "kept": kept,
        "may_practice": may_practice,
        "may_own": may_own,
        "moved": request.POST.get("move", ""),
    }
    return render(request, PAGE, words, status=status if form.errors else 200)
