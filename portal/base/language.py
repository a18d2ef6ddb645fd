"""The language of one request, and the words that the browser's scripts are given in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Answer = Callable[..., HttpResponse]
SOURCE = settings.LANGUAGE_CODE  # the language that the messages are written in: it needs no catalogue
YEAR = 365 * 24 * 3600  # seconds


def one_request(get_response: Answer) -> Answer:
    """Begin every request in the source language and leave none of its own behind for the next one of this thread."""

    def answer(request: HttpRequest) -> HttpResponse:
        with translation.override(SOURCE):
            return get_response(request)

    return answer


def inside(text: str) -> str:
    """A word as it stands inside a sentence: lower case, but for German, whose nouns keep their capital."""
    return text if (translation.get_language() or "").startswith("de") else text.lower()


def day(date: date) -> str:
    """A date as the page's language writes it; in English year first."""
    return date_format(date, "SHORT_DATE_FORMAT")


def spoken(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, StrPromise]]:
    """Choices of a form whose words are marked where they stand: said in the language of the page that shows them."""
    return [(code, translation.gettext_lazy(words)) for code, words in pairs]


def words_address() -> str:
    """Where the scripts' words of the present language are; empty for the language that they are written in."""
    language = translation.get_language() or SOURCE
    version = _version(language)
    return reverse("words", args=[language, version]) if version else ""


def in_english(view: Answer) -> Answer:
    """A view whose answer is for programs and their makers."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with translation.override(SOURCE):
            return view(request, *args, **kwargs)

    return answer


@require_safe
@cache_control(public=True, immutable=True, max_age=YEAR)
def words(request: HttpRequest, language: str, version: str) -> HttpResponseBase:
    """The scripts' words as a script. The address holds their digest, so that a browser keeps them until they change."""
    if not version or version != _version(language):
        raise Http404
    with translation.override(language):
        return JavaScriptCatalog.as_view(packages=["portal.base"])(request)


@lru_cache(maxsize=len(settings.LANGUAGES))
def _version(language: str) -> str:
    """The digest of a language's compiled words; empty where it has none."""
    if language == SOURCE or language not in dict(settings.LANGUAGES):
        return ""
    file = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "djangojs.mo"
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
