"""Pages: writing and signing the report; reading it, as a page and as PDF; addenda."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from portal.base.errors import Refused
from portal.base.language import SOURCE
from portal.base.refusals import show_in_form
from portal.cases.models import Case
from portal.cases.people import user_of
from portal.practices.guards import visible_or_404
from portal.reading import pdf
from portal.reading.draft_report import as_text, compose, pictures_of
from portal.reading.forms import AddendumForm, SignForm
from portal.reading.key_images import picture_of
from portal.reading.models import Report
from portal.reading.selectors import may_sign
from portal.reading.services.show import open_report
from portal.reading.services.sign import add, digest_of_report, reauthenticate, sign
from portal.reading.views.case import case_or_404, members


@require_http_methods(["GET", "POST"])
@members
def write_report(request: HttpRequest, pk: object) -> HttpResponse:
    """The draft from the agreed read, edited and signed with one's password."""
    case = case_or_404(request, pk)
    user = user_of(request)
    if not may_sign(case, user):
        messages.warning(request, gettext("The report is signed by the last reader, once every read is decided."))
        return redirect("case", pk=case.pk)
    body, pictures = compose(case, user), pictures_of(case)
    form = SignForm(request.POST or None, initial={"text": as_text(body)})
    if any(each.state != "drawn" for each in pictures):
        form.offer_without()
    if request.method == "POST" and form.is_valid():
        report = _signed(form, case, request)
        if report is not None:
            messages.success(
                request,
                gettext("The report of case %(case_number)s is signed. The clinician has been told.")
                % {"case_number": case.number},
            )
            return redirect("report", pk=report.pk)
    context = {"form": form, "case": case, "body": body, "pictures": pictures}
    return render(request, "reading/report_edit.html", context, status=400 if form.errors else 200)


def _signed(form: SignForm, case: Case, request: HttpRequest) -> Report | None:
    user = user_of(request)
    try:
        reauthenticate(user=user, password=form.cleaned_data["password"], case=case)
        data = form.cleaned_data
        return sign(case=case, actor=user, text=data["text"], without_pictures=data["without_pictures"])
    except Refused as refused:
        show_in_form(form, refused)
        return None


def report_or_404(request: HttpRequest, pk: object) -> Report:
    """A signed report among those that the person may see; never an addendum by itself."""
    reports = Report.objects.visible_to(request.user).filter(addendum_to=None)
    return visible_or_404(
        reports.select_related("case__exam__patient", "case__practice", "signed_by"), request.user, pk=pk
    )


@require_GET
@members
def show_report(request: HttpRequest, pk: object) -> HttpResponse:
    """The signed report with its addenda."""
    report = report_or_404(request, pk)
    return _opened(request, report) or render(request, "reading/report.html", _context(request, report))


@require_GET
@members
def report_pdf(request: HttpRequest, pk: object) -> HttpResponse:
    """The same as PDF; where the machine lacks Pango, the page says which package brings it."""
    report = report_or_404(request, pk)
    sealed = _opened(request, report)
    if sealed is not None:
        return sealed
    try:
        context = _context(request, report)
        context["pictures"], files = shown_pictures(report)
        with translation.override(SOURCE):  # signed words, and what stands around them, whoever looks
            page = render_to_string("reading/report_print.html", context)
        made = pdf.to_pdf(page, files)
    except Refused as refused:
        messages.warning(request, refused.say)
        return redirect("report", pk=report.pk)
    headers = {"Content-Disposition": f'attachment; filename="report-{report.case.number}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


@require_GET
@members
def report_picture(request: HttpRequest, pk: object, number: int) -> HttpResponse:
    """A key image of the report, `number` from 1. Seeing it is seeing the report: written down, and a reveal."""
    report = report_or_404(request, pk)
    entries = report.body.get("key_images", [])
    if not 1 <= number <= len(entries):
        raise Http404(gettext("This report has no such picture."))
    try:
        open_report(report=report, user=user_of(request))
    except Refused:
        raise Http404(gettext("This picture is sealed.")) from None
    picture = picture_of(entries[number - 1])
    if picture is None:
        raise Http404(gettext("This picture is gone, or no longer matches its fingerprint."))
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


def shown_pictures(report: Report) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """The report's key images for the page (each with `there`), and the bytes of those that are whole, by their name."""
    files: dict[str, bytes] = {}
    for entry in report.body.get("key_images", []):
        picture = picture_of(entry)
        if picture is not None:
            files[f"key-image:{entry['id']}"] = picture
    entries = report.body.get("key_images", [])
    return [{**entry, "there": f"key-image:{entry['id']}" in files} for entry in entries], files


@require_http_methods(["GET", "POST"])
@members
def add_to_report(request: HttpRequest, pk: object) -> HttpResponse:
    """An addendum, signed with one's password."""
    report = report_or_404(request, pk)
    user = user_of(request)
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reauthenticate(user=user, password=form.cleaned_data["password"], case=report.case)
            add(report=report, actor=user, text=form.cleaned_data["text"])
        except Refused as refused:
            show_in_form(form, refused)
        else:
            messages.success(request, gettext("The addendum is signed and shown below the report."))
            return redirect("report", pk=report.pk)
    context = {"form": form, "report": report, "case": report.case}
    return render(request, "reading/addendum.html", context, status=400 if form.errors else 200)


def _opened(request: HttpRequest, report: Report) -> HttpResponse | None:
    try:
        open_report(report=report, user=user_of(request))
    except Refused as refused:
        messages.warning(request, refused.say)
        return redirect("case", pk=report.case_id)
    return None


def _context(request: HttpRequest, report: Report) -> dict[str, Any]:
    return {
        "report": report,
        "case": report.case,
        "body": report.body,
        "release": report.body.get("release"),
        "addenda": report.addenda.select_related("signed_by").order_by("signed_at"),
        "intact": digest_of_report(report) == report.digest,
        "pictures": shown_pictures(report)[0],
        "may_add": report.signed_by_id == user_of(request).pk,
        "pdf": pdf.available(),
    }
