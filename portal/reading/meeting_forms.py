"""Forms of a consensus meeting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from portal.cases.models import Case
from portal.practices.models import Practice, User
from portal.reading.agenda_lines import Line, lines_of
from portal.reading.meetings import readers_of
from portal.reading.services.meet import LIMIT, WHY

WIDGET = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class SeatForm(forms.Form):
    """Who chairs and who attends."""

    chair = forms.ModelChoiceField(User.objects.none(), empty_label=gettext_lazy("Choose a reader"))
    attendees = forms.ModelMultipleChoiceField(
        User.objects.none(), label=gettext_lazy("Attend"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=gettext_lazy("Two readers at least, the chair among them. Whoever reads one of its cases may be " "there, and sees every opinion on a case once the chair opens it."),
    )  # fmt: skip

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        """Offer the readers of `practice`."""
        super().__init__(*args, **kwargs)
        for name in ("chair", "attendees"):
            self.fields[name].queryset = readers_of(practice)  # type: ignore[attr-defined]


class CasesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Check boxes of cases, each labelled with its line."""

    lines: Mapping[UUID, Line] = {}

    def label_from_instance(self, obj: Case) -> Line:  # type: ignore[override]
        """What the template shows of it."""
        return self.lines[obj.pk]


class AgendaForm(forms.Form):
    """Cases to put on an agenda."""

    cases = CasesField(
        Case.objects.none(), label=gettext_lazy("Cases"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, waiting: list[Case], user: User, **kwargs: Any) -> None:
        """`waiting`: those that a meeting may settle; `user`: who chooses among them."""
        super().__init__(*args, **kwargs)
        field = self.fields["cases"]
        field.lines = lines_of(waiting, user)  # type: ignore[attr-defined]
        field.queryset = Case.objects.filter(pk__in=field.lines).by_urgency()  # type: ignore[attr-defined]


class MeetingForm(SeatForm, AgendaForm):
    """When, who, and what about."""

    at = forms.DateTimeField(label=gettext_lazy("When"), widget=WIDGET)
    field_order = ("at", "chair", "attendees", "cases")


class MinutesForm(forms.Form):
    """The minutes of one case, made from `version`."""

    text = forms.CharField(label=gettext_lazy("Minutes"), max_length=LIMIT, widget=forms.Textarea({"rows": 5}))
    why = forms.CharField(
        label=gettext_lazy("Why they are corrected"),
        max_length=WHY,
        required=False,
        help_text=gettext_lazy("Needed once the meeting is closed."),
    )
    version = forms.IntegerField(min_value=0, max_value=9999, widget=forms.HiddenInput)


class CloseForm(forms.Form):
    """The chair's password."""

    password = forms.CharField(
        label=gettext_lazy("Your password, to close"), max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )  # fmt: skip
