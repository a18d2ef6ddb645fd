"""How a form shows that a service said no."""

from django import forms

from portal.base.errors import Refused


def show_in_form(form: forms.Form, refused: Refused, inside: str = "") -> None:
    """Put each sentence beside the field that it is about, and the focus into the first; those of no field stand above the form.

    inside: the name of an object ("facts.") whose parts are fields of this form.
    """
    named = {name.removeprefix(inside): says for name, says in refused.fields.items()}
    beside = {name: says for name, says in named.items() if name in form.fields}
    for name, says in named.items():
        form.add_error(name if name in beside else None, says)
    if not named:
        form.add_error(None, refused.say)
    for name in list(beside)[:1]:
        form.fields[name].widget.attrs["autofocus"] = True
