"""Words that a page takes from Python: marked there, said here in the page's language."""

from django import template
from django.utils.translation import gettext

from portal.base import language

register = template.Library()


@register.filter
def say(text: str | None) -> str:
    """A marked text in the page's language; what is not marked stays as it is."""
    return gettext(str(text)) if text else ""


@register.filter
def inside(text: str) -> str:
    """A word as it stands inside a sentence: lower case, but for German, whose nouns keep their capital."""
    return language.inside(str(text))
