"""Forms of the cases pages."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from portal.cases.models import Case
from portal.cases.opinion import CATEGORIES
from portal.cases.protocols import CHOICES
from portal.cases.services import Request

_CATEGORY = [("", "Not given"), *[(code, code) for code in CATEGORIES]]
_RECALL = [("", "Not given"), ("yes", "Recall"), ("no", "No recall")]


class CaseForm(forms.Form):
    """The request for a second opinion."""

    question = forms.CharField(
        label="Clinical question",
        min_length=3,
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "placeholder": "What should the second opinion answer?"}),
    )
    history = forms.CharField(
        required=False,
        max_length=4000,
        help_text="Symptoms, family history, hormone use, earlier surgery, implants. No names or dates of birth.",
        widget=forms.Textarea({"rows": 3}),
    )
    category_r = forms.ChoiceField(label="Right breast", choices=_CATEGORY, required=False)
    category_l = forms.ChoiceField(label="Left breast", choices=_CATEGORY, required=False)
    recall = forms.ChoiceField(choices=_RECALL, required=False)
    opinion = forms.CharField(
        label="First opinion in words", required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    urgency = forms.ChoiceField(choices=Case.Urgency.choices, initial=Case.Urgency.ROUTINE)
    due_at = forms.DateTimeField(
        label="Due",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    protocol = forms.ChoiceField(choices=CHOICES, required=False)

    def clean_due_at(self) -> datetime | None:
        """A due time lies ahead."""
        due: datetime | None = self.cleaned_data["due_at"]
        if due is not None and due <= timezone.now():
            raise forms.ValidationError("Choose a time that is still to come, or leave it empty.")
        return due

    def asked(self) -> Request:
        """What the service takes."""
        data = self.cleaned_data
        return Request(
            question=data["question"],
            history=data["history"],
            first_opinion=_first_opinion(data),
            urgency=data["urgency"],
            due_at=data["due_at"],
            protocol=data["protocol"],
        )


def _first_opinion(data: dict[str, Any]) -> dict[str, Any]:
    recall = {"yes": True, "no": False}.get(data["recall"])
    category = {side: data[f"category_{side.lower()}"] for side in "RL" if data[f"category_{side.lower()}"]}
    return {"category": category, "recall": recall, "text": data["opinion"]}


class WithdrawForm(forms.Form):
    """Why a case is taken back."""

    because = forms.CharField(label="Reason", min_length=3, max_length=300)
