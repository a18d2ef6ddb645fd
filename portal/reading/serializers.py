"""Reads as the REST API shows and takes them."""

from typing import Any

from rest_framework import serializers

from portal.cases.models import Case
from portal.reading.body import BodySerializer
from portal.reading.models import Amendment, Read


class DecisionSerializer(serializers.Serializer[Any]):
    """What the reader decided after the reveal."""

    kind = serializers.ChoiceField(choices=["confirmed", "amended", "with-suggestion-open", "stands"])
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)
    changes = serializers.ListField(child=serializers.DictField())


class ReadSerializer(serializers.ModelSerializer[Read]):
    """One's own read. `body` is what was locked; `decision` what became of it after the reveal."""

    state = serializers.ChoiceField(choices=["draft", "locked", "revealed", "closed"], read_only=True)
    body = BodySerializer(read_only=True)
    decision = serializers.SerializerMethodField()

    class Meta:
        model = Read
        fields = (
            "id", "case", "place", "state", "lexicon", "version", "body", "started_at", "saved_at",
            "locked_at", "digest", "revealed_at", "decided_at", "decision",
        )  # fmt: skip
        read_only_fields = fields

    def get_decision(self, read: Read) -> dict[str, Any] | None:
        """None until decided."""
        return decision_of(read)

    def to_representation(self, read: Read) -> dict[str, Any]:
        """The body as it is kept, without a second look at every field."""
        values = super().to_representation(read)
        return {**values, "body": read.body}


def decision_of(read: Read) -> dict[str, Any] | None:
    """Confirmed, amended (with reason and changes), locked with the suggestion open, or a guest's that stands; None until then."""
    if read.decided_at is None:
        return None
    amendment = Amendment.objects.filter(read=read).first()
    if amendment is not None:
        kind, reason, changes = "amended", amendment.reason, amendment.changes
    else:
        kind = "confirmed" if read.decided_at != read.locked_at else "with-suggestion-open"
        kind = kind if read.revealed_at or read.decided_at == read.locked_at else "stands"
        reason, changes = "", []
    return {"kind": kind, "at": read.decided_at, "reason": reason, "changes": changes}


class BeginSerializer(serializers.Serializer[Any]):
    """Which case to read."""

    case = serializers.PrimaryKeyRelatedField(queryset=Case.objects.none())

    def get_fields(self) -> dict[str, Any]:
        """Narrow the cases to those that the asking person may see."""
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            fields["case"] = serializers.PrimaryKeyRelatedField(queryset=Case.objects.visible_to(request.user))
        return fields


class DraftSerializer(serializers.Serializer[Any]):
    """A draft and the version that it was made from."""

    version = serializers.IntegerField(min_value=0)
    body = BodySerializer()


class SavedSerializer(serializers.Serializer[Any]):
    """The version that a save made; `broken`: sentences by field path for each rule that keeps it from being locked."""

    version = serializers.IntegerField()
    saved_at = serializers.DateTimeField()
    broken = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class LockSerializer(serializers.Serializer[Any]):
    """The version that the reader saw."""

    version = serializers.IntegerField(min_value=0)


class RevealSerializer(serializers.Serializer[Any]):
    """`without`: go on where there is no analysis."""

    without = serializers.BooleanField(default=False)


class RevealedSerializer(serializers.Serializer[Any]):
    """When the suggestion was opened, and whether there is one."""

    revealed_at = serializers.DateTimeField()
    suggestion = serializers.BooleanField()


class AmendSerializer(serializers.Serializer[Any]):
    """The changed read and why."""

    reason = serializers.CharField(max_length=1000)
    body = BodySerializer()
