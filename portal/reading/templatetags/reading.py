"""The read panel and small words for templates of reads."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from portal.base.phrases import Phrases
from portal.cases.models import Case
from portal.reading.opinions import WHO
from portal.reading.panel import panel

register = template.Library()
VOICES = Phrases(
    (*WHO.values(), "First opinion", "Suggestion", gettext_noop("{who}, amended after the suggestion")), WHO.values()
)


@register.simple_tag(takes_context=True)
def read_panel(context: RequestContext, case: Case | None = None) -> SafeString:
    """The panel of the signed-in person at `case`, in whatever state their read is."""
    request = context["request"]
    shown: dict[str, Any] = panel(case or None, request.user)
    return render_to_string(f"reading/panel/{shown['panel']}.html", shown, request=request)


@register.filter
def voice(who: str) -> str:
    """Whose opinion it is; a report's draft names them in English, as it is signed."""
    return VOICES.said(who)


@register.filter
def yes_no(value: bool | None) -> str:
    """yes, no, or a dash for what was not said."""
    return {True: gettext("yes"), False: gettext("no")}.get(value, "–") if value is not None else "–"


@register.filter
def interval(value: tuple[float, float, float] | None) -> str:
    """A share with its interval, "12 % (5 to 26)"; empty without one."""
    if value is None:
        return ""
    share, low, high = (100 * each for each in value)
    said = {"share": f"{share:.0f}", "low": f"{low:.0f}", "high": f"{high:.0f}"}
    return gettext("%(share)s %% (%(low)s to %(high)s)") % said


@register.filter
def minutes(value: float | None) -> str:
    """Seconds as "2 min 05 s"; a dash for none."""
    if value is None:
        return "–"
    whole = round(value)
    return f"{whole // 60} min {whole % 60:02} s" if whole >= 60 else f"{whole} s"
