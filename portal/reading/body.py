"""A read's body at the door: incomplete is welcome, malformed is refused with the field's name."""

import hashlib
import json
from typing import Any, cast

from rest_framework import serializers

from portal.base.errors import Refused
from portal.reading import lexicon

EMPTY: dict[str, Any] = {
    "density": None,
    "breasts": {"R": {"category": None}, "L": {"category": None}},
    "recall": None,
    "recall_sides": [],
    "management": None,
    "comparison": None,
    "confidence": None,
    "text": "",
    "findings": [],
}
NONE: dict[str, Any] = {"required": False, "allow_null": True, "default": None}


class MarkSerializer(serializers.Serializer[Any]):
    """A mark on an image: points in stored pixels, (0, 0) the centre of the first one."""

    id = serializers.RegexField(r"^[\w-]{1,40}$")
    image = serializers.UUIDField(format="hex_verbose")
    tool = serializers.ChoiceField(choices=["point", "ellipse", "length", "arrow", "angle", "pencil"])
    points = serializers.ListField(
        child=serializers.ListField(
            child=serializers.FloatField(min_value=-64, max_value=65536),  # stored pixels
            min_length=2,
            max_length=2,
        ),
        min_length=1,
        max_length=64,
    )
    mm = serializers.FloatField(min_value=0, max_value=500, **NONE)


class FindingSerializer(serializers.Serializer[Any]):
    """One finding in the words of the lexicon."""

    id = serializers.RegexField(r"^[\w-]{1,40}$")
    kind = serializers.ChoiceField(choices=list(lexicon.KINDS), **NONE)
    laterality = serializers.ChoiceField(choices=list(lexicon.SIDES), **NONE)
    descriptors = serializers.DictField(child=serializers.CharField(max_length=40), required=False, default=dict)
    quadrant = serializers.ChoiceField(choices=list(lexicon.QUADRANTS), **NONE)
    size_mm = serializers.FloatField(min_value=0.1, max_value=300, **NONE)
    category = serializers.ChoiceField(choices=list(lexicon.CATEGORIES), **NONE)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    marks = serializers.ListField(child=MarkSerializer(), required=False, default=list, max_length=12)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Descriptors belong to the finding's kind and come from the lexicon."""
        known = lexicon.KINDS[attrs["kind"]]["descriptors"] if attrs["kind"] else {}
        for name, value in attrs["descriptors"].items():
            if value not in known.get(name, ()):
                words = ", ".join(known.get(name, ())) or "none for this kind"
                raise serializers.ValidationError({"descriptors": f"Choose {name} from: {words}."})
        return attrs


class BreastSerializer(serializers.Serializer[Any]):
    """One breast's assessment."""

    category = serializers.ChoiceField(choices=list(lexicon.CATEGORIES), **NONE)


class BreastsSerializer(serializers.Serializer[Any]):
    """Both breasts."""

    R = BreastSerializer(required=False, default=lambda: {"category": None})
    L = BreastSerializer(required=False, default=lambda: {"category": None})


class BodySerializer(serializers.Serializer[Any]):
    """The whole read, as the form keeps it."""

    density = serializers.ChoiceField(choices=list(lexicon.DENSITY), **NONE)
    breasts = BreastsSerializer(required=False, default=lambda: dict(EMPTY["breasts"]))
    recall = serializers.BooleanField(**NONE)
    recall_sides = serializers.ListField(
        child=serializers.ChoiceField(choices=list(lexicon.SIDES)), required=False, default=list, max_length=2
    )
    management = serializers.ChoiceField(choices=list(lexicon.MANAGEMENT), **NONE)
    comparison = serializers.ChoiceField(choices=list(lexicon.COMPARISON), **NONE)
    confidence = serializers.IntegerField(min_value=1, max_value=5, **NONE)
    text = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    findings = serializers.ListField(child=FindingSerializer(), required=False, default=list, max_length=20)


def parse_body(data: Any) -> dict[str, Any]:
    """The body with every field present and nothing unknown; Refused names each malformed field."""
    door = BodySerializer(data=data)
    if not door.is_valid():
        raise Refused("malformed", "Some fields cannot be read.", fields=flat(door.errors))
    body = cast("dict[str, Any]", json.loads(json.dumps(door.validated_data, default=str)))
    ids = [finding["id"] for finding in body["findings"]]
    if len(ids) != len(set(ids)):
        raise Refused.at("findings", "Two findings share one id.", code="malformed")
    return body


def flat(errors: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested errors as `{"findings.0.size_mm": [sentence]}`."""
    if isinstance(errors, dict):
        pairs = [(str(key), value) for key, value in errors.items()]
    elif errors and all(isinstance(each, dict) for each in errors):
        pairs = [(str(at), value) for at, value in enumerate(errors)]
    else:
        return {path or "body": [str(each) for each in errors]}
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        step = path if key == "non_field_errors" else f"{path}.{key}".strip(".")
        found.update(flat(value, step))
    return found


def digest_of(body: dict[str, Any]) -> str:
    """SHA-256 (hex) of the body as canonical JSON: sorted keys, no spaces, ASCII."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
