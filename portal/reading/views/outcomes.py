"""Pages: an outcome by hand on the case page, and a table of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from portal.base.errors import Refused
from portal.cases.people import user_of
from portal.practices.guards import role_required
from portal.practices.selectors import active_practice
from portal.reading.models import Outcome
from portal.reading.outcome_table import BYTES, import_table
from portal.reading.outcomes import enter, parse_found
from portal.reading.selectors import sides_of
from portal.reading.views.case import case_or_404


@require_POST
@role_required("clinician", "coordinator")
def enter_outcome(request: HttpRequest, pk: object) -> HttpResponse:
    """Keep what became of one breast."""
    case = case_or_404(request, pk)
    try:
        enter(exam=case.exam, found=[parse_found(request.POST.dict(), sides_of(case.exam))], actor=user_of(request))
    except Refused as refused:
        messages.warning(request, refused.say)
    else:
        messages.success(request, "The outcome is kept.")
    return redirect(f"{reverse('case', args=[case.pk])}#outcome")


@require_http_methods(["GET", "POST"])
@role_required("coordinator", "admin")
def import_outcomes(request: HttpRequest) -> HttpResponse:
    """The table's columns, and the way in for one."""
    practice = active_practice(request)
    context: dict[str, object] = {"known": Outcome.objects.current().filter(exam__practice=practice).count()}
    if request.method == "POST":
        sent = request.FILES.get("table")
        try:
            changed, exams = import_table(
                practice=practice, data=sent.read(BYTES + 1) if sent else b"", actor=user_of(request)
            )
        except Refused as refused:
            context |= {"refused": refused.say, "says": refused.fields.get("table", [refused.say])}
            return render(request, "reading/outcomes.html", context, status=400)
        messages.success(request, f"{changed} outcomes of {exams} exams are kept.")
        return redirect("outcomes")
    return render(request, "reading/outcomes.html", context)
