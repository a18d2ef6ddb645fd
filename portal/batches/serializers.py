"""Batches as the REST API shows and takes them."""

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from portal.batches.models import Batch
from portal.cases.models import Case
from portal.cases.protocols import CHOICES
from portal.cases.states import STATES
from portal.exams.models import Exam


class BatchSerializer(serializers.ModelSerializer[Batch]):
    """A batch and how far it is."""

    total = serializers.IntegerField(read_only=True)
    signed = serializers.IntegerField(read_only=True)
    withdrawn = serializers.IntegerField(read_only=True)

    class Meta:
        model = Batch
        fields = ("id", "name", "due_at", "created_at", "total", "signed", "withdrawn")
        read_only_fields = fields


class ResultSerializer(serializers.Serializer[Any]):
    """What the reader signed for one exam."""

    report = serializers.UUIDField()
    signed_at = serializers.DateTimeField()
    digest = serializers.CharField()
    text = serializers.CharField()
    categories = serializers.DictField(child=serializers.CharField(allow_null=True))
    density = serializers.CharField()
    recall = serializers.BooleanField()
    recall_sides = serializers.ListField(child=serializers.CharField())
    management = serializers.CharField()


class BatchItemSerializer(serializers.Serializer[Any]):
    """One exam of a batch; `result` is null until its report is signed."""

    exam = serializers.UUIDField(source="exam.pk")
    patient = serializers.CharField(source="exam.patient.pseudonym")
    case = serializers.UUIDField(source="case.pk")
    number = serializers.CharField(source="case.number")
    state = serializers.ChoiceField(source="case.state", choices=list(STATES.items()))
    result = ResultSerializer(allow_null=True)


class BatchDetailSerializer(serializers.Serializer[Any]):
    """A batch with its exams."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    total = serializers.IntegerField()
    signed = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    items = BatchItemSerializer(many=True)


class BatchRequestSerializer(serializers.Serializer[Any]):
    """What opens a batch."""

    name = serializers.CharField(max_length=120)
    exams = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)
    question = serializers.CharField(min_length=3, max_length=2000)
    history = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    urgency = serializers.ChoiceField(choices=Case.Urgency.choices, default=Case.Urgency.ROUTINE)
    due_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    protocol = serializers.ChoiceField(choices=CHOICES, required=False, default="")

    def validate_exams(self, asked: list[Any]) -> list[Exam]:
        """The exams in the order asked, of those that the person may see."""
        seen = Exam.objects.visible_to(self.context["request"].user).in_bulk(asked)
        unknown = [str(pk) for pk in asked if pk not in seen]
        if unknown:
            raise serializers.ValidationError(
                gettext("There is no such exam: %(exams)s.") % {"exams": ", ".join(unknown[:5])}
            )
        return [seen[pk] for pk in asked]
