"""Pages: the worklist, a new case, taking a case back. The case's own page is the reading app's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.base.errors import Refused
from portal.cases.forms import CaseForm, WithdrawForm
from portal.cases.models import Case
from portal.cases.people import user_of
from portal.cases.protocols import SECOND_READER
from portal.cases.selectors import SORTS, Wanted, worklist
from portal.cases.services import open_case, withdraw
from portal.cases.states import STATES
from portal.exams.models import Exam
from portal.practices.guards import role_required, visible_or_404
from portal.practices.selectors import roles_of


def wanted_of(request: HttpRequest) -> Wanted:
    """What the address line asks the worklist for; a page that is no number is the first."""
    asked = request.GET
    page = asked.get("page", "1")
    return Wanted(
        tab=asked.get("tab", ""),
        query=asked.get("q", "").strip()[:40],
        state=asked.get("state", ""),
        urgency=asked.get("urgency", ""),
        sort=asked.get("sort", ""),
        page=int(page) if page.isdecimal() and len(page) < 9 else 1,
    )


@require_GET
@role_required("clinician", "reader", "coordinator")
def worklist_page(request: HttpRequest) -> HttpResponse:
    """Cases in tabs; htmx asks for the rows alone every few seconds."""
    practice = request.practice  # type: ignore[attr-defined]
    found = worklist(user_of(request), practice, wanted_of(request))
    asked = request.GET.copy()
    asked.pop("page", None)
    asked["tab"] = found.tab.code  # the refresh keeps to the tab that is shown
    context = {
        "list": found,
        "states": STATES,
        "urgencies": Case.Urgency.choices,
        "sorts": [(code, words) for code, (words, _) in SORTS.items()],
        "query_string": asked.urlencode(),
        "may_ask": {"clinician", "coordinator"} & roles_of(user_of(request), practice),
    }
    partial = bool(getattr(request, "htmx", False))
    return render(request, "cases/_worklist.html" if partial else "cases/worklist.html", context)


@require_http_methods(["GET", "POST"])
@role_required("clinician", "coordinator")
def new_case(request: HttpRequest) -> HttpResponse:
    """Ask for a second opinion on the exam named in the address."""
    exams = Exam.objects.visible_to(request.user)
    asked_for = request.GET.get("exam") or request.POST.get("exam")
    if not asked_for:
        messages.info(request, "Choose the exam first, then ask for a second opinion on it.")
        return redirect("/exams/")
    exam = visible_or_404(exams, request.user, pk=asked_for)
    default = exam.practice.settings.get("protocol", SECOND_READER.code)
    form = CaseForm(request.POST or None, exam=exam, initial={"protocol": default})
    if request.method == "POST" and form.is_valid():
        try:
            case = open_case(exam=exam, asked=form.asked(), actor=user_of(request))
        except Refused as refused:
            form.add_refused(refused)
        else:
            messages.success(request, f"Case {case.number} is open. {_seen_by(form)}")
            return redirect(case_url(case))
    status = 400 if form.errors else 200
    return render(request, "cases/new.html", {"form": form, "exam": exam}, status=status)


def _seen_by(form: CaseForm) -> str:
    if form.cleaned_data["await_prior"]:
        return "It waits for an earlier exam."
    reader = form.cleaned_data["reader"]
    return f"{reader} has it now." if reader else "Readers see it in their pool now."


@require_POST
@role_required("clinician", "coordinator")
def withdraw_case(request: HttpRequest, pk: str) -> HttpResponse:
    """Take a case back, with a reason."""
    case = visible_or_404(Case.objects.visible_to(request.user), request.user, pk=pk)
    form = WithdrawForm(request.POST)
    try:
        withdraw(case=case, actor=user_of(request), because=form.data.get("because", ""))
    except Refused as refused:
        messages.error(request, refused.say)
    else:
        messages.success(request, f"Case {case.number} is withdrawn.")
    return redirect(case_url(case))


def case_url(case: Case) -> str:
    """Where a case is shown."""
    return reverse("case", kwargs={"pk": case.pk})
