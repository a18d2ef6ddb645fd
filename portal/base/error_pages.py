"""Pages for a broken request and for our own failure: they ask neither the database nor the session for anything."""

from django.http import HttpRequest, HttpResponse
from django.template import loader

from portal.base.requests import current


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, without a word of what was sent."""
    return HttpResponse(loader.get_template("400.html").render({"reference": current()}), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with the identifier under which the log tells the rest."""
    return HttpResponse(loader.get_template("500.html").render({"reference": current()}), status=500)
