"""Pages: an outcome by hand on the case page, and a table of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.base.errors import Refused
from portal.cases.people import user_of
from portal.practices.guards import role_required, visible_or_404
from portal.practices.selectors import active_practice
from portal.reading.models import Outcome, OutcomeTable
from portal.reading.outcome_table import BYTES, TEMPLATE
from portal.reading.outcome_trial import effects_of, keep_table, try_table
from portal.reading.outcomes import enter, parse_found
from portal.reading.selectors import sides_of
from portal.reading.views.case import case_or_404, refused_on


@require_POST
@role_required("clinician", "coordinator")
def enter_outcome(request: HttpRequest, pk: object) -> HttpResponse:
    """Keep what became of one breast."""
    case = case_or_404(request, pk)
    try:
        enter(exam=case.exam, found=[parse_found(request.POST.dict(), sides_of(case.exam))], actor=user_of(request))
    except Refused as refused:
        return refused_on(request, case, "outcome", refused)
    messages.success(request, gettext("The outcome is kept."))
    return redirect(f"{reverse('case', args=[case.pk])}#outcome")


@require_http_methods(["GET", "POST"])
@role_required("coordinator", "admin")
def import_outcomes(request: HttpRequest) -> HttpResponse:
    """The table's columns, and the way in for one: it is checked first, and nothing is written."""
    practice = active_practice(request)
    context: dict[str, object] = {"known": Outcome.objects.current().filter(exam__practice=practice).count()}
    if request.method == "POST":
        sent = request.FILES.get("table")
        data = sent.read(BYTES + 1) if sent else b""
        try:
            table = try_table(practice=practice, data=data, actor=user_of(request))
        except Refused as refused:
            context["says"] = refused.fields.get("table", [refused.say])
            return render(request, "reading/outcomes.html", context, status=400)
        return redirect("outcome-table", pk=table.pk)
    return render(request, "reading/outcomes.html", context)


@require_GET
@role_required("coordinator", "admin")
def outcome_template(request: HttpRequest) -> HttpResponse:
    """A table with the columns and three lines to write over."""
    headers = {"Content-Disposition": 'attachment; filename="outcomes.csv"'}
    return HttpResponse(TEMPLATE, content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
@role_required("coordinator", "admin")
def outcome_table(request: HttpRequest, pk: object) -> HttpResponse:
    """What each line of a checked table would do, wrong ones first to see; POST keeps exactly that table."""
    user = user_of(request)
    table = visible_or_404(OutcomeTable.objects.visible_to(user).select_related("practice"), user, pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            changed, exams = keep_table(table=table, digest=request.POST.get("digest", ""), actor=user)
        except Refused as error:
            refused = error.say
        else:
            messages.success(
                request,
                gettext("%(changed)s outcomes of %(exams)s exams are kept.") % {"changed": changed, "exams": exams},
            )
            return redirect("outcomes")
    only = request.GET.get("only") == "faults"
    lines = [line for line in table.lines if line["fault"] or not only]
    page = Paginator(lines, 100).get_page(request.GET.get("page"))
    rows = effects_of(table, list(page.object_list), user)
    context = {"table": table, "page": page, "rows": rows, "only": only, "refused": refused}
    return render(request, "reading/outcome_table.html", context, status=409 if refused else 200)
