"""Searching the trail: one set of filters for the page, the export and the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.audit import names
from portal.audit.managers import EventQuerySet
from portal.audit.models import Event
from portal.base.ids import as_uuid

OUTCOMES = [
    ("done", pgettext_lazy("a filter of the trail", "Done")),
    ("refused", pgettext_lazy("a filter of the trail", "Refused")),
]


class EventFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Filters over the events of one practice; `chain` is that practice's identifier."""

    about = django_filters.CharFilter(method="is_about", label=gettext_lazy("Case, patient or identifier"))
    q = django_filters.CharFilter(method="mentions", label=gettext_lazy("Words"))
    person = django_filters.CharFilter(field_name="actor_id", label=gettext_lazy("Person"))
    case = django_filters.CharFilter(field_name="case_id", label=gettext_lazy("Case"))
    exam = django_filters.CharFilter(field_name="exam_id", label=gettext_lazy("Exam"))
    patient = django_filters.CharFilter(field_name="patient_id", label=gettext_lazy("Patient"))
    verb = django_filters.CharFilter(field_name="verb", lookup_expr="startswith", label=gettext_lazy("What"))
    outcome = django_filters.ChoiceFilter(choices=OUTCOMES, label=pgettext_lazy("a filter of the trail", "Outcome"))
    since = django_filters.DateFilter(
        field_name="at",
        lookup_expr="date__gte",
        label=pgettext_lazy("a filter of the trail", "From"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        field_name="at",
        lookup_expr="date__lte",
        label=pgettext_lazy("a filter of the trail", "To"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def __init__(self, *args: Any, chain: str = "", **kwargs: Any) -> None:
        """`chain`: where `about` looks words up; set by the API's backend through the request instead."""
        super().__init__(*args, **kwargs)
        self.chain = chain or getattr(self.request, "trail_chain", "")

    def is_about(self, events: EventQuerySet, _: str, words: str) -> EventQuerySet:
        """Events about a case number, a pseudonym, or any identifier."""
        words = words.strip()
        if as_uuid(words) is not None:
            columns = (*names.COLUMNS, "subject_id", "actor_id")
            return events.filter(_any(dict.fromkeys(columns, str(as_uuid(words)))))
        found = names.found(self.chain, words)
        return events.filter(_any(found)) if found else events.none()

    def mentions(self, events: EventQuerySet, _: str, words: str) -> EventQuerySet:
        """Events whose act, person or kind of subject holds the words."""
        told = Q(actor_name__icontains=words) | Q(subject_type__icontains=words)
        return events.filter(told | Q(verb__icontains=words.replace(" ", ".")) | Q(verb__icontains=words))


def _any(wanted: dict[str, str]) -> Q:
    query = Q()
    for column, value in wanted.items():
        query |= Q(**{column: value})
    return query
