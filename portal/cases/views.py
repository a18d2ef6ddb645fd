"""Pages: the worklist, a new case, taking a case back. The case's own page is the reading app's."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from portal.base.errors import Refused
from portal.base.language import spoken
from portal.base.refusals import show_in_form
from portal.cases.forms import CaseForm
from portal.cases.models import Case
from portal.cases.neighbours import remember
from portal.cases.people import user_of
from portal.cases.protocols import SECOND_READER
from portal.cases.saved_lists import address_of, saved_lists, wrong_in
from portal.cases.selectors import SORTS, Wanted, worklist
from portal.cases.services import open_case
from portal.cases.states import STATES
from portal.exams.models import Exam
from portal.exams.selectors import replaced
from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import Practice
from portal.practices.selectors import active_practice, roles_here


def wanted_of(asked: QueryDict) -> Wanted:
    """What the address line asks the worklist for; a page that is no number is the first."""
    page = asked.get("page", "1")
    return Wanted(
        tab=asked.get("tab", ""),
        query=asked.get("q", "").replace("\0", "").strip()[:40],  # a NUL is in no text that PostgreSQL holds
        state=asked.get("state", ""),
        urgency=asked.get("urgency", ""),
        sort=asked.get("sort", ""),
        page=int(page) if page.isdecimal() and len(page) < 9 else 1,
    )


@require_http_methods(["GET", "POST"])
@role_required("clinician", "reader", "coordinator")
def worklist_page(request: HttpRequest) -> HttpResponse:
    """Cases in tabs; htmx asks for the rows alone every few seconds.

    What is typed comes by POST, because it may be an original Patient ID: where it finds a case, an address with what
    stands for it shows the list, otherwise no address holds it.
    """
    user, practice = user_of(request), active_practice(request)
    roles = roles_here(request, practice)
    asked = (request.POST if request.method == "POST" else request.GET).copy()
    saved = list(saved_lists(user, practice))
    if not asked:
        first = next((each for each in saved if each.first), None)
        asked = QueryDict(address_of(first), mutable=True) if first else asked
    asked.pop("csrfmiddlewaretoken", None)
    if request.method == "POST":
        asked["q"] = replaced(Exam.objects.visible_to(user), practice, asked.get("q", "")[:64])
    partial, typed = bool(getattr(request, "htmx", False)), request.method == "POST"
    found = worklist(user, practice, wanted_of(asked), counted=partial, roles=roles)  # a page's first refresh counts
    if typed:
        if found.page.object_list or not asked["q"]:
            held = {name: value for name, value in asked.items() if value}
            return redirect(f"{reverse('worklist')}?{urlencode(held)}")
        found = worklist(user, practice, wanted_of(asked), roles=roles)  # this page is never refreshed
    asked.pop("page", None)
    asked["tab"] = found.tab.code  # the refresh keeps to the tab that is shown
    context = {
        "list": found,
        "states": dict(spoken(STATES.items())),
        "urgencies": Case.Urgency.choices,
        "sorts": spoken((code, words) for code, (words, _) in SORTS.items()),
        "query_string": asked.urlencode(),
        "may_ask": {"clinician", "coordinator"} & roles,
        "saved": [{"list": each, "address": address_of(each), "wrong": wrong_in(each)} for each in saved],
        "typed": typed,
    }
    if not typed and not partial:
        remember(request.session, found.wanted, found.tab)
    return render(request, "cases/_worklist.html" if partial else "cases/worklist.html", context)


@require_http_methods(["GET", "POST"])
@role_required("clinician", "coordinator")
def new_case(request: HttpRequest) -> HttpResponse:
    """Ask for a second opinion on the exam named in the address."""
    asking = Practice.objects.of(request.user, "clinician", "coordinator")
    exams = Exam.objects.visible_to(request.user).filter(practice__in=asking)
    asked_for = request.GET.get("exam") or request.POST.get("exam")
    if not asked_for:
        messages.info(request, gettext("Choose the exam first, then ask for a second opinion on it."))
        return redirect("/exams/")
    exam = visible_or_404(exams, request.user, pk=asked_for)
    default = exam.practice.settings.get("protocol", SECOND_READER.code)
    form = CaseForm(request.POST or None, exam=exam, initial={"protocol": default})
    if request.method == "POST" and form.is_valid():
        try:
            case = open_case(exam=exam, asked=form.asked(), actor=user_of(request))
        except Refused as refused:
            show_in_form(form, refused, inside="facts.")
        else:
            messages.success(
                request,
                gettext("Case %(number)s is open. %(seen)s") % {"number": case.number, "seen": _seen_by(form)},
            )
            return redirect(case_url(case))
    status = 400 if form.errors else 200
    return render(request, "cases/new.html", {"form": form, "exam": exam}, status=status)


def _seen_by(form: CaseForm) -> str:
    if form.cleaned_data["await_prior"]:
        return gettext("It waits for an earlier exam.")
    reader = form.cleaned_data["reader"]
    if reader is None:
        return gettext("Readers see it in their pool now.")
    return gettext("%(reader)s has it now.") % {"reader": reader}


def case_url(case: Case) -> str:
    """Where a case is shown."""
    return reverse("case", kwargs={"pk": case.pk})
