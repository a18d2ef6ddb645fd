"""How a page takes a form and shows that a service said no."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict

from portal.base.errors import Refused


def sent(request: HttpRequest) -> QueryDict | None:
    """What a POST carries, be it empty; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def show_in_form(form: forms.Form, refused: Refused) -> None:
    """Put the refusal beside the field it is about, or above the form."""
    for field, sentences in refused.fields.items():
        form.add_error(field if field in form.fields else None, sentences)
    if not refused.fields:
        form.add_error(None, refused.say)


def flash(request: HttpRequest, refused: Refused) -> None:
    """Say it on the next page."""
    messages.error(request, refused.say)
