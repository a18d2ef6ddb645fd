"""A read's body as the door takes it: which fields there are, their words and their limits, by lexicon."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext
from rest_framework import serializers

from portal.base.plain import plain
from portal.reading.lexicon import LEXICONS, SIDES, Lexicon
from portal.reading.lexicon.overread_2 import renamed

NONE: dict[str, Any] = {"required": False, "allow_null": True, "default": None}
FIRST, SECOND = LEXICONS["overread-1"], LEXICONS["overread-2"]


def _one_of(words: Mapping[str, str]) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=list(words), **NONE)


class WordsField(serializers.CharField):
    """Free words, plain before their length is looked at."""

    def to_internal_value(self, data: Any) -> str:
        """As `plain` has them."""
        return plain(super().to_internal_value(data))


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
    # of a stack: the slice it was drawn on, from 1; absent where it is of the image as a whole, as in older reads
    frame = serializers.IntegerField(min_value=1, max_value=1000, required=False)


class LandmarkSerializer(MarkSerializer):
    """The nipple, or the pectoral muscle along its edge, on an image; `proposed`: by the pixels, and not touched yet."""

    tool = serializers.ChoiceField(choices=["nipple", "pectoral"])
    proposed = serializers.BooleanField(required=False)


class FindingSerializer(serializers.Serializer[Any]):
    """One finding in the words of overread-1."""

    words = FIRST
    id = serializers.RegexField(r"^[\w-]{1,40}$")
    kind = serializers.ChoiceField(choices=list(FIRST.kinds), **NONE)
    laterality = _one_of(SIDES)
    descriptors = serializers.DictField(child=serializers.CharField(max_length=40), required=False, default=dict)
    quadrant = _one_of(FIRST.quadrants)
    size_mm = serializers.FloatField(min_value=0.1, max_value=300, **NONE)
    category = _one_of(FIRST.categories)
    note = WordsField(max_length=500, required=False, allow_blank=True, default="")
    marks = serializers.ListField(child=MarkSerializer(), required=False, default=list, max_length=12)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Descriptors belong to the finding's kind and come from the lexicon."""
        known: Mapping[str, tuple[str, ...]] = self.words.kinds[attrs["kind"]].descriptors if attrs["kind"] else {}
        for name, value in attrs["descriptors"].items():
            if value not in known.get(name, ()):
                words = ", ".join(known.get(name, ())) or gettext("none for this kind")
                say = gettext("Choose %(name)s from: %(words)s.") % {"name": name, "words": words}
                raise serializers.ValidationError({"descriptors": say})
        return attrs


class PlacedFindingSerializer(FindingSerializer):
    """One finding in the words of overread-2; descriptors in those of overread-1 are taken over."""

    words = SECOND
    kind = serializers.ChoiceField(choices=list(SECOND.kinds), **NONE)
    clock = serializers.IntegerField(min_value=1, max_value=12, **NONE)
    depth = _one_of(SECOND.depths)
    nipple_mm = serializers.FloatField(min_value=0, max_value=300, **NONE)
    size_mark = serializers.RegexField(r"^[\w-]{1,40}$", **NONE)
    features = serializers.ListField(
        child=serializers.ChoiceField(choices=list(SECOND.features)), required=False, default=list, max_length=7
    )
    change = _one_of(SECOND.changes)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Each feature once, in the lexicon's order; a size tied to a measurement is that measurement's."""
        attrs["descriptors"] = renamed(attrs["kind"], attrs["descriptors"])
        attrs["features"] = [code for code in SECOND.features if code in attrs["features"]]
        tied = next((mark for mark in attrs["marks"] if mark["id"] == attrs["size_mark"]), None)
        if attrs["size_mark"] is not None:
            if tied is None or tied["tool"] != "length" or tied["mm"] is None:
                say = gettext("The size is tied to a measurement that this finding does not have: measure it again.")
                raise serializers.ValidationError({"size_mark": say})
            if attrs["size_mm"] is None or abs(attrs["size_mm"] - tied["mm"]) > 0.051:  # kept to a tenth
                say = gettext("The size is tied to a measurement of %(mm)s mm: measure again, or type it untied.")
                raise serializers.ValidationError({"size_mm": say % {"mm": localize(round(tied["mm"], 1))}})
        return super().validate(attrs)


class KeyImageSerializer(serializers.Serializer[Any]):
    """A picture for the report: an image of the exam as the reader sees it. `lut`: the header's curve instead of a window.

    Window in modality units, as the header's; `frame` counts from 1.
    """

    image = serializers.UUIDField(format="hex_verbose")
    frame = serializers.IntegerField(min_value=1, max_value=1000, required=False, default=1)
    center = serializers.FloatField(min_value=-1e6, max_value=1e6)
    width = serializers.FloatField(min_value=0.01, max_value=1e6)
    function = serializers.ChoiceField(choices=["LINEAR", "LINEAR_EXACT", "SIGMOID"], required=False, default="LINEAR")
    lut = serializers.IntegerField(min_value=0, max_value=15, **NONE)
    invert = serializers.BooleanField(required=False, default=False)


class BreastSerializer(serializers.Serializer[Any]):
    """One breast's assessment."""

    category = _one_of(SECOND.categories)


class BreastsSerializer(serializers.Serializer[Any]):
    """Both breasts."""

    R = BreastSerializer(required=False, default=lambda: {"category": None})
    L = BreastSerializer(required=False, default=lambda: {"category": None})


def _no_breasts() -> dict[str, Any]:
    return {side: {"category": None} for side in SIDES}


class FirstBodySerializer(serializers.Serializer[Any]):
    """The whole read in overread-1, as the form keeps it."""

    density = _one_of(FIRST.density)
    breasts = BreastsSerializer(required=False, default=_no_breasts)
    recall = serializers.BooleanField(**NONE)
    recall_sides = serializers.ListField(
        child=serializers.ChoiceField(choices=list(SIDES)), required=False, default=list, max_length=2
    )
    management = _one_of(FIRST.management)
    comparison = _one_of(FIRST.comparison)
    confidence = serializers.IntegerField(min_value=1, max_value=5, **NONE)
    text = WordsField(max_length=4000, required=False, allow_blank=True, default="")
    findings = serializers.ListField(child=FindingSerializer(), required=False, default=list, max_length=20)


class BodySerializer(FirstBodySerializer):
    """The whole read in overread-2.

    `prior`: the earlier exam that it was compared with; `landmarks`: absent where none was marked.
    """

    prior = serializers.UUIDField(format="hex_verbose", **NONE)
    findings = serializers.ListField(child=PlacedFindingSerializer(), required=False, default=list, max_length=20)
    key_images = serializers.ListField(child=KeyImageSerializer(), required=False, default=list, max_length=8)

    landmarks = serializers.ListField(child=LandmarkSerializer(), required=False, max_length=40)

    def validate_key_images(self, chosen: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each image, or slice of one, once."""
        if len({(each["image"], each["frame"]) for each in chosen}) != len(chosen):
            raise serializers.ValidationError(gettext("An image is chosen twice for the report: take one of them off."))
        return chosen


SHAPES: dict[str, type[FirstBodySerializer]] = {FIRST.code: FirstBodySerializer, SECOND.code: BodySerializer}


def shape_of(lexicon: Lexicon) -> type[FirstBodySerializer]:
    """The door for reads in `lexicon`."""
    return SHAPES[lexicon.code]
