"""What a lexicon is made of, and what all versions share.

The codes (categories 0-6, densities A-D) follow the structure that readers know (BI-RADS, 5th edition); the
sentences are the project's own and do not quote the ACR's text.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

Words = Mapping[str, str]  # a sentence or name by its code, in the order of the form
SCALE = ("1", "2", "3", "4A", "4B", "4C", "5")  # of suspicion; 0 and 6 stand beside it
TISSUE = ("4A", "4B", "4C", "5")  # categories that advise tissue sampling
SIDES = {"R": _("Right"), "L": _("Left")}
DENSE = ("C", "D")  # densities about which laws ask for a notice
DENSITY = {
    "A": _("Almost all fat"),
    "B": _("Some scattered dense tissue"),
    "C": _("Dense in many places: small masses may hide"),
    "D": _("Very dense: sensitivity is low"),
}
CATEGORIES = {
    "0": _("Incomplete: more images or priors are needed"),
    "1": _("Negative: nothing to describe"),
    "2": _("Benign finding"),
    "3": _("Probably benign (up to 2%)"),
    "4A": _("Low suspicion (over 2 to 10%)"),
    "4B": _("Moderate suspicion (over 10 to 50%)"),
    "4C": _("High suspicion (over 50 to under 95%)"),
    "5": _("Very likely malignant (95% or more)"),
    "6": _("Malignancy already proven"),
}
MANAGEMENT = {
    "routine": _("Routine screening"),
    "short-interval": _("Short-interval follow-up"),
    "additional-views": _("Additional mammographic views"),
    "ultrasound": _("Ultrasound"),
    "mri": _("MRI"),
    "biopsy": _("Tissue sampling"),
    "treatment": _("Treatment as planned"),
}
COMPARISON = {
    "none": _("No priors to compare with"),
    "stable": _("Unchanged"),
    "changed": _("Changed"),
    "new": _("New finding"),
}
CONFIDENCE = {"1": _("Very unsure"), "2": _("Unsure"), "3": _("Neither"), "4": _("Sure"), "5": _("Very sure")}
QUADRANTS = {
    "UOQ": _("Upper outer"),
    "UIQ": _("Upper inner"),
    "LOQ": _("Lower outer"),
    "LIQ": _("Lower inner"),
    "central": _("Central, behind the nipple"),
    "axillary": _("Axillary tail"),
}


NAMES = (  # of descriptors, in every version: marked here, said where they are shown
    _("shape"), _("margin"), _("density"), _("form"), _("spread"), _("morphology"), _("distribution"), _("type"), _("cause"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding and the words that describe it."""

    title: str
    descriptors: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One version of the words. An empty mapping: this version does not ask."""

    code: str
    says: str  # what the version brought, for the page that shows it
    kinds: Mapping[str, Kind]
    depths: Words = field(default_factory=dict)
    hours: tuple[int, ...] = ()  # of the clock face, as seen from the front
    features: Words = field(default_factory=dict)  # what goes along with a finding
    changes: Words = field(default_factory=dict)  # of one finding since the named earlier exam
    density: Words = field(default_factory=lambda: DENSITY)
    categories: Words = field(default_factory=lambda: CATEGORIES)
    management: Words = field(default_factory=lambda: MANAGEMENT)
    comparison: Words = field(default_factory=lambda: COMPARISON)
    confidence: Words = field(default_factory=lambda: CONFIDENCE)
    quadrants: Words = field(default_factory=lambda: QUADRANTS)
    sides: Words = field(default_factory=lambda: SIDES)

    def as_json(self) -> dict[str, Any]:
        """The whole lexicon as JSON-able values."""
        return asdict(self)


def spoken(words: Lexicon) -> dict[str, Any]:
    """`words` as JSON-able values in the page's language; `words`: each descriptor and its name, by the code that is stored.

    Only for showing: what is stored, hashed or signed is made from the lexicon itself, which is English.
    """
    plain = words.as_json()
    said = {name: _said(value) for name, value in plain.items() if name not in ("code", "kinds", "hours")}
    kinds = {code: {**kind, "title": gettext(kind["title"])} for code, kind in plain["kinds"].items()}
    codes = {each for kind in words.kinds.values() for name, all_ in kind.descriptors.items() for each in (name, *all_)}
    return {**plain, **said, "kinds": kinds, "words": {code: gettext(code) for code in sorted(codes)}}


def _said(value: Any) -> Any:
    return {code: gettext(words) for code, words in value.items()} if isinstance(value, dict) else gettext(value)


def rank(category: str) -> int | None:
    """Steps above category 1; None for 0 and 6, which are no degree of suspicion."""
    return SCALE.index(category) if category in SCALE else None
