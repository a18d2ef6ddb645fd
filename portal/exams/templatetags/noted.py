"""What is stored of an exam or image, in the page's language."""

from django import template

from portal.exams.phrases import PHRASES

register = template.Library()


@register.filter
def noted(text: str | None) -> str:
    """A sentence that is stored in English; one that is not known stays as it is."""
    return PHRASES.said(text or "")
