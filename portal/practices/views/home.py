"""The start page, the practice switch and the theme."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.practices.guards import role_required, visible_or_404
from portal.practices.models import Practice
from portal.practices.selectors import CHOSEN, active_practice, home_of, roles_of
from portal.practices.services.account import choose_theme


@role_required()
def home(request: HttpRequest) -> HttpResponse:
    """Where this person's day begins: the worklist, the members or the trail."""
    return redirect(home_of(roles_of(request.user, active_practice(request))))


@login_required
@require_POST
def switch_practice(request: HttpRequest) -> HttpResponse:
    """Work in another of one's practices; a stranger's practice is not found."""
    mine = Practice.objects.of(request.user)
    practice = visible_or_404(mine, request.user, pk=request.POST.get("practice", ""))
    request.session[CHOSEN] = str(practice.pk)
    return redirect("home")


@login_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Dark or light, then back to the page where the button was."""
    choose_theme(user=request.user, theme=request.POST.get("theme", ""))  # type: ignore[arg-type]
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "home")
