"""Pages: batches, one batch, a new one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from portal.base.errors import Refused
from portal.batches.forms import BatchForm
from portal.batches.models import Batch
from portal.batches.selectors import counted, ready_exams
from portal.batches.services import open_batch, show_results
from portal.cases.people import user_of
from portal.cases.protocols import SECOND_READER
from portal.cases.services import Request
from portal.practices.guards import role_required, visible_or_404

members = role_required("clinician", "coordinator")


@require_GET
@members
def list_batches(request: HttpRequest) -> HttpResponse:
    """The practice's batches with their progress."""
    practice = request.practice  # type: ignore[attr-defined]
    batches = counted(Batch.objects.visible_to(user_of(request)).filter(practice=practice)).order_by("-created_at")
    page = request.GET.get("page")
    return render(request, "batches/list.html", {"page": Paginator(batches, 25).get_page(page)})


@require_GET
@members
def show_batch(request: HttpRequest, pk: object) -> HttpResponse:
    """Each exam's state, and its result once signed."""
    batch = visible_or_404(counted(Batch.objects.visible_to(user_of(request))), request.user, pk=pk)
    partial = bool(getattr(request, "htmx", False))
    template = "batches/_rows.html" if partial else "batches/detail.html"
    return render(request, template, {"batch": batch, "rows": show_results(batch=batch, user=user_of(request))})


@require_http_methods(["GET", "POST"])
@members
def new_batch(request: HttpRequest) -> HttpResponse:
    """Choose exams and ask one question of all."""
    practice = request.practice  # type: ignore[attr-defined]
    ready = ready_exams(practice, user_of(request))
    default = practice.settings.get("protocol", SECOND_READER.code)
    form = BatchForm(request.POST or None, ready=ready, initial={"protocol": default})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = Request(
            question=data["question"], urgency=data["urgency"], due_at=data["due_at"], protocol=data["protocol"]
        )
        try:
            batch = open_batch(
                practice=practice, name=data["name"], exams=data["exams"], asked=asked, actor=user_of(request)
            )
        except Refused as refused:
            form.add_error("exams", refused.fields.get("exams", [refused.say]))
        else:
            messages.success(request, gettext("The batch is open: each exam's case is in the readers' pool."))
            return redirect("batch", pk=batch.pk)
    status = 400 if form.errors else 200
    return render(request, "batches/new.html", {"form": form, "ready": ready}, status=status)
