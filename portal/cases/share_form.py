"""The form by which a case is shown to a reader of another practice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from portal.cases.models import Case, Share
from portal.practices.options import options_of

USUAL = timedelta(days=7)


class ShareForm(forms.Form):
    """To whom, what for, until when."""

    to = forms.CharField(
        label=gettext_lazy("Their e-mail address or guest code"),
        max_length=254,
        help_text=gettext_lazy(
            "Readers find their guest code on their account page. You are not told here whether there is such a reader."
        ),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("What for"), choices=Share.Purpose.choices, widget=forms.RadioSelect)
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, data: Any = None, *, case: Case) -> None:
        """Seven days, or what the practice allows."""
        days = options_of(case.practice).share_days
        until = timezone.localtime() + min(USUAL, timedelta(days=days) - timedelta(minutes=5))
        purpose = Share.Purpose.LOOK if case.closed_at else Share.Purpose.READ
        super().__init__(data, initial={"ends_at": until, "purpose": purpose})
        self.fields["ends_at"].help_text = gettext("At most %(days)s days ahead.") % {"days": days}

    def clean_ends_at(self) -> datetime:
        """A time that is still to come."""
        ends_at: datetime = self.cleaned_data["ends_at"]
        if ends_at <= timezone.now():
            raise forms.ValidationError(gettext("Choose a time that is still to come."))
        return ends_at
