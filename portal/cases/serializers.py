"""Cases as the REST API shows and takes them."""

from typing import Any

from rest_framework import serializers

from portal.cases.models import Case
from portal.cases.places import BRIEF_WAYS
from portal.cases.protocol_rules import DIFFERENCES
from portal.cases.protocols import CHOICES
from portal.cases.services import Request
from portal.cases.states import STATES
from portal.exams.models import Exam
from portal.practices.models import User


class CaseSerializer(serializers.ModelSerializer[Case]):
    """A case and where it stands; never a read, never a suggestion."""

    state = serializers.ChoiceField(choices=list(STATES.items()), read_only=True)
    held_by = serializers.CharField(read_only=True, allow_null=True, help_text="Who holds the open place.")
    waits_for = serializers.SerializerMethodField(help_text="Views that it was sent back for and that are wanting.")
    patient = serializers.CharField(source="exam.patient.pseudonym", read_only=True)
    opened_by = serializers.CharField(source="opened_by.name", read_only=True)

    class Meta:
        model = Case
        fields = (
            "id", "number", "exam", "patient", "protocol", "question", "history", "facts", "first_opinion", "urgency",
            "due_at", "opened_by", "opened_at", "withdrawn_at", "withdrawn_because", "closed_at", "state", "held_by",
            "waits_for",
        )  # fmt: skip
        read_only_fields = fields

    def get_waits_for(self, case: Any) -> list[str]:
        """Empty for a complete case."""
        return case.waits_for if case.state == "incomplete" else []


class CaseRequestSerializer(serializers.Serializer[Any]):
    """What opens a case."""

    exam = serializers.PrimaryKeyRelatedField(queryset=Exam.objects.none())
    question = serializers.CharField(min_length=3, max_length=2000)
    history = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    facts = serializers.DictField(
        required=False,
        default=dict,
        help_text='{"age": 52, "symptoms": ["lump"], "symptom_side": "L", "family": "first", "hormones": "past", '
        '"surgery": ["biopsy"], "surgery_side": "R", "implants": "none"}',
    )
    first_opinion = serializers.DictField(
        required=False,
        default=dict,
        help_text='{"category": {"R": "1", "L": "2"}, "recall": false, "text": ""}',
    )
    urgency = serializers.ChoiceField(choices=Case.Urgency.choices, default=Case.Urgency.ROUTINE)
    due_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    protocol = serializers.ChoiceField(choices=CHOICES, required=False, default="")
    discordance = serializers.ListField(
        child=serializers.ChoiceField(choices=list(DIFFERENCES)), required=False, default=list, max_length=4,
        help_text="Which differences are discordant in this case; empty: as the practice has set the protocol.",
    )  # fmt: skip
    settled_by = serializers.ChoiceField(
        choices=list(BRIEF_WAYS.items()), required=False, allow_blank=True, default="",
        help_text="Who settles discordant opinions in this case; empty: as the practice has set the protocol.",
    )  # fmt: skip
    reader = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text="Wished for; null: the pool.",
    )
    without = serializers.PrimaryKeyRelatedField(
        queryset=Exam.objects.none(), many=True, required=False, default=list, help_text="Earlier exams not to attach."
    )
    await_prior = serializers.BooleanField(
        required=False, default=False, help_text="Wait until an earlier exam is filed."
    )

    def get_fields(self) -> dict[str, Any]:
        """Narrow the exams to those that the asking person may see."""
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            seen = Exam.objects.visible_to(request.user)
            fields["exam"] = serializers.PrimaryKeyRelatedField(queryset=seen)
            fields["without"] = serializers.PrimaryKeyRelatedField(
                queryset=seen, many=True, required=False, default=list
            )
        return fields

    def asked(self) -> Request:
        """What the service takes."""
        data = {key: value for key, value in self.validated_data.items() if key != "exam"}
        discordance, without = tuple(data.pop("discordance")), tuple(data.pop("without"))
        return Request(**data, discordance=discordance, without=without)


class PriorSerializer(serializers.Serializer[Any]):
    """An earlier exam of the patient, and whether it hangs beside the case's own."""

    exam = serializers.UUIDField(source="pk", read_only=True)
    study_date = serializers.DateField(read_only=True, allow_null=True)
    attached = serializers.BooleanField()


class SetPriorSerializer(serializers.Serializer[Any]):
    """Which exam, and whether it is attached."""

    exam = serializers.UUIDField()
    attached = serializers.BooleanField()


class WithdrawSerializer(serializers.Serializer[Any]):
    """Why a case is taken back."""

    because = serializers.CharField(min_length=3, max_length=300)
