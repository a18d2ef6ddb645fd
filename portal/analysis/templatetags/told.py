"""What a run says, in the page's language."""

from django import template

from portal.analysis.phrases import PHRASES

register = template.Library()


@register.filter
def told(text: str | None) -> str:
    """A sentence that is stored in English; one that is not known stays as it is."""
    return PHRASES.said(text or "")
