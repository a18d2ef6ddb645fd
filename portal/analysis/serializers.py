"""How the API words releases and runs; a suggestion leaves only where `opened` says that it was revealed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from portal.analysis import say
from portal.analysis.models import Release, Run


@extend_schema_serializer(component_name="ModelRelease")
class ReleaseSerializer(serializers.ModelSerializer[Release]):
    """A release with its whole card."""

    url = serializers.HyperlinkedIdentityField("release")

    class Meta:
        model = Release
        fields = ["id", "name", "version", "digest", "active", "created_at", "url", "card"]


class RunSerializer(serializers.ModelSerializer[Run]):
    """A run from `RunQuerySet.with_reveal`: its state for everybody, its result for whom it was opened to."""

    state = serializers.CharField(read_only=True)
    say = serializers.SerializerMethodField()
    sealed = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = ["id", "exam", "release", "revision", "requested_at", "state", "progress", "stage",
                  "say", "sealed", "result"]  # fmt: skip

    def get_say(self, run: Run) -> str:
        """The state as a sentence, and that the suggestion is sealed."""
        words = say.state_of(run)
        return f"{words} {gettext(say.SEALED)}" if self.get_sealed(run) and run.state == "ready" else words

    def get_sealed(self, run: Any) -> bool:
        """Sealed is the default: only a Reveal opens."""
        return not run.opened

    def get_result(self, run: Any) -> dict[str, Any] | None:
        """The exam's result with its images', or None while sealed or unfinished."""
        if self.get_sealed(run) or run.result is None:
            return None
        images = [found.result for found in run.image_results.order_by("pk")]
        if run.marked:
            return {**run.result, "images": images}
        return {**untold(run.result), "images": [without_marks(each) for each in images]}


def without_marks(image: dict[str, Any]) -> dict[str, Any]:
    """An image's result without its outlines and its map."""
    return {**image, "findings": [], "saliency": None}


def untold(result: dict[str, Any]) -> dict[str, Any]:
    """An exam's result without its sentences and its similar cases, which speak of what is marked."""
    return {**result, "explanation": None, "similar": []}
