"""The read panel and small words for templates of reads."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.cases.models import Case
from portal.reading.panel import panel

register = template.Library()


@register.simple_tag(takes_context=True)
def read_panel(context: RequestContext, case: Case | None = None) -> SafeString:
    """The panel of the signed-in person at `case`, in whatever state their read is."""
    request = context["request"]
    shown: dict[str, Any] = panel(case or None, request.user)
    return render_to_string(f"reading/panel/{shown['panel']}.html", shown, request=request)


@register.filter
def yes_no(value: bool | None) -> str:
    """yes, no, or a dash for what was not said."""
    return {True: "yes", False: "no"}.get(value, "–") if value is not None else "–"


@register.filter
def interval(value: tuple[float, float, float] | None) -> str:
    """A share with its interval, "12 % (5 to 26)"; empty without one."""
    if value is None:
        return ""
    share, low, high = (100 * each for each in value)
    return f"{share:.0f} % ({low:.0f} to {high:.0f})"


@register.filter
def minutes(value: float | None) -> str:
    """Seconds as "2 min 05 s"; a dash for none."""
    if value is None:
        return "–"
    whole = round(value)
    return f"{whole // 60} min {whole % 60:02} s" if whole >= 60 else f"{whole} s"
