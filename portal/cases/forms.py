"""Forms of the cases pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.base.errors import Refused
from portal.base.language import spoken
from portal.cases import history
from portal.cases.desk import load_of
from portal.cases.models import Case, Pause
from portal.cases.opinion import CATEGORIES
from portal.cases.places import BRIEF_WAYS
from portal.cases.protocol_rules import BRIEFLY
from portal.cases.protocols import CHOICES
from portal.cases.services import Request, lies_ahead
from portal.exams.models import Exam
from portal.practices.models import User

_CATEGORY = [("", gettext_lazy("Not given")), *[(code, code) for code in CATEGORIES]]
_RECALL = [("", gettext_lazy("Not given")), ("yes", gettext_lazy("Recall")), ("no", gettext_lazy("No recall"))]


def _one(name: str) -> forms.ChoiceField:
    title, codes = history.ONE[name]
    choices = [("", gettext_lazy("Not given")), *spoken(codes.items())]
    return forms.ChoiceField(label=gettext_lazy(title), choices=choices, required=False)


def _many(name: str) -> forms.MultipleChoiceField:
    title, codes = history.MANY[name]
    return forms.MultipleChoiceField(
        label=gettext_lazy(title), choices=spoken(codes.items()), required=False, widget=forms.CheckboxSelectMultiple
    )


class CaseForm(forms.Form):
    """The request for a second opinion on `exam`."""

    question = forms.CharField(
        label=gettext_lazy("Clinical question"),
        min_length=3,
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "placeholder": gettext_lazy("What should the second opinion answer?")}),
    )
    age = forms.IntegerField(
        label=gettext_lazy("Age"),
        required=False,
        min_value=history.AGES[0],
        max_value=history.AGES[-1],
        help_text=gettext_lazy("In years."),
    )
    symptoms, symptom_side = _many("symptoms"), _one("symptom_side")
    family, hormones = _one("family"), _one("hormones")
    surgery, surgery_side, implants = _many("surgery"), _one("surgery_side"), _one("implants")
    history = forms.CharField(
        label=gettext_lazy("More of the history, in words"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy("No names or dates of birth."),
        widget=forms.Textarea({"rows": 2}),
    )
    category_r = forms.ChoiceField(label=gettext_lazy("Right breast"), choices=_CATEGORY, required=False)
    category_l = forms.ChoiceField(label=gettext_lazy("Left breast"), choices=_CATEGORY, required=False)
    recall = forms.ChoiceField(label=gettext_lazy("Recall"), choices=_RECALL, required=False)
    opinion = forms.CharField(
        label=gettext_lazy("First opinion in words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), choices=Case.Urgency.choices, initial=Case.Urgency.ROUTINE
    )
    due_at = forms.DateTimeField(
        label=gettext_lazy("Due"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    protocol = forms.ChoiceField(label=gettext_lazy("Protocol"), choices=spoken(CHOICES), required=False)
    reader = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Reader"), required=False, empty_label=gettext_lazy("Anyone in the pool"),
        help_text=gettext_lazy("A reader who is wished for may give the case back to the pool."),
    )  # fmt: skip
    discordance = forms.MultipleChoiceField(
        label=gettext_lazy("Two opinions are discordant by"), choices=spoken(BRIEFLY.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose none to follow the practice's protocol."),
    )  # fmt: skip
    settled_by = forms.ChoiceField(
        label=gettext_lazy("Discordant opinions are settled by"), required=False,
        choices=[("", gettext_lazy("As the practice's protocol says")), *spoken(BRIEF_WAYS.items())],
    )  # fmt: skip
    priors = forms.ModelMultipleChoiceField(
        Exam.objects.none(), label=gettext_lazy("Earlier exams that hang beside this one"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    await_prior = forms.BooleanField(
        label=gettext_lazy("An earlier exam will follow: nobody reads before it is here"), required=False
    )

    def __init__(self, data: Any = None, *, exam: Exam | None = None, initial: dict[str, Any] | None = None) -> None:
        """Offer the exam's own priors and the readers of its practice who do not pause; no exam: a batch asks for many."""
        super().__init__(data, initial=initial)
        if exam is not None:
            self._offer(exam)

    def _offer(self, exam: Exam) -> None:
        found = Exam.objects.earlier_than(exam)
        self.initial = {**({"age": exam.age} if exam.age else {}), "priors": list(found), **self.initial}
        self.fields["priors"].queryset = found  # type: ignore[attr-defined]
        readers = [reader.pk for reader, _ in load_of(exam.practice)]
        pausing = Pause.objects.filter(practice=exam.practice).values("user")
        free = User.objects.filter(pk__in=readers).exclude(pk__in=pausing)
        self.fields["reader"].queryset = free.order_by("name")  # type: ignore[attr-defined]

    def clean_due_at(self) -> datetime | None:
        """A due time lies ahead."""
        due: datetime | None = self.cleaned_data["due_at"]
        try:
            lies_ahead(due)
        except Refused as refused:
            raise forms.ValidationError(refused.say) from refused
        return due

    def asked(self) -> Request:
        """What the service takes."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("question", "history", "urgency", "due_at", "protocol", "reader")}
        return Request(
            **kept,
            facts=_facts(data),
            first_opinion=_first_opinion(data),
            discordance=tuple(data["discordance"]),
            settled_by=data["settled_by"],
            without=tuple(set(self.fields["priors"].queryset) - set(data["priors"])),  # type: ignore[attr-defined]
            await_prior=data["await_prior"],
        )


def _facts(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("age", *history.MANY, *history.ONE) if data.get(name)}


def _first_opinion(data: dict[str, Any]) -> dict[str, Any]:
    recall = {"yes": True, "no": False}.get(data["recall"])
    category = {side: data[f"category_{side.lower()}"] for side in "RL" if data[f"category_{side.lower()}"]}
    return {"category": category, "recall": recall, "text": data["opinion"]}
