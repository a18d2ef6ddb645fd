"""The form that opens a batch."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from portal.cases.forms import CaseForm
from portal.exams.models import Exam


class BatchForm(CaseForm):
    """A case's question, urgency, due time and protocol, asked of many exams."""

    name = forms.CharField(label=gettext_lazy("Name of the batch"), max_length=120)

    def __init__(self, *args: Any, ready: list[Exam], **kwargs: Any) -> None:
        """`ready`: the exams on offer."""
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {"name", "question", "urgency", "due_at", "protocol"}:
            del self.fields[name]
        offered = Exam.objects.filter(pk__in=[exam.pk for exam in ready]).select_related("patient")
        self.fields["exams"] = forms.ModelMultipleChoiceField(
            queryset=offered,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": gettext("Choose at least one exam.")},
        )
        self.order_fields(("name", "exams", "question", "urgency", "due_at", "protocol"))
