"""How a page takes a form, and says on the next one that a service said no."""

from django.contrib import messages
from django.http import HttpRequest, QueryDict

from portal.base.errors import Refused


def sent(request: HttpRequest) -> QueryDict | None:
    """What a POST carries, be it empty; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def flash(request: HttpRequest, refused: Refused) -> None:
    """Say it on the next page."""
    messages.error(request, refused.say)
