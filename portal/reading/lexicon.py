"""The read form's words, version "overread-1": BI-RADS-like codes with wording of our own.

The codes (categories 0-6, densities a-d) follow the structure that readers know; the sentences do not quote
the ACR's text. A read keeps the version's name, so a later version never rewords an old read.
"""

from typing import Any

CODE = "overread-1"

DENSITY = {
    "A": "Almost all fat",
    "B": "Some scattered dense tissue",
    "C": "Dense in many places: small masses may hide",
    "D": "Very dense: sensitivity is low",
}
CATEGORIES = {
    "0": "Incomplete: more images or priors are needed",
    "1": "Negative: nothing to describe",
    "2": "Benign finding",
    "3": "Probably benign (up to 2%)",
    "4A": "Low suspicion (over 2 to 10%)",
    "4B": "Moderate suspicion (over 10 to 50%)",
    "4C": "High suspicion (over 50 to under 95%)",
    "5": "Very likely malignant (95% or more)",
    "6": "Malignancy already proven",
}
MANAGEMENT = {
    "routine": "Routine screening",
    "short-interval": "Short-interval follow-up",
    "additional-views": "Additional mammographic views",
    "ultrasound": "Ultrasound",
    "mri": "MRI",
    "biopsy": "Tissue sampling",
    "treatment": "Treatment as planned",
}
COMPARISON = {
    "none": "No priors to compare with",
    "stable": "Unchanged",
    "changed": "Changed",
    "new": "New finding",
}
CONFIDENCE = {1: "Very unsure", 2: "Unsure", 3: "Neither", 4: "Sure", 5: "Very sure"}
QUADRANTS = {
    "UOQ": "Upper outer",
    "UIQ": "Upper inner",
    "LOQ": "Lower outer",
    "LIQ": "Lower inner",
    "central": "Central, behind the nipple",
    "axillary": "Axillary tail",
}
SIDES = {"R": "Right", "L": "Left"}
KINDS: dict[str, dict[str, Any]] = {
    "mass": {
        "title": "Mass",
        "descriptors": {
            "shape": ["oval", "round", "irregular"],
            "margin": ["sharp", "hidden in part", "lobed", "blurred", "spiculated"],
            "density": ["fat", "lower than tissue", "as tissue", "higher than tissue"],
        },
    },
    "calcifications": {
        "title": "Calcifications",
        "descriptors": {
            "form": ["typically benign", "amorphous", "coarse uneven", "fine pleomorphic", "fine linear"],
            "spread": ["diffuse", "regional", "grouped", "linear", "segmental"],
        },
    },
    "asymmetry": {
        "title": "Asymmetry",
        "descriptors": {"type": ["one view only", "focal", "global", "developing"]},
    },
    "architectural-distortion": {
        "title": "Architectural distortion",
        "descriptors": {"cause": ["unexplained", "after surgery"]},
    },
    "other": {
        "title": "Other",
        "descriptors": {"type": ["skin thickening", "nipple retraction", "lymph node", "duct", "foreign body"]},
    },
}
SCALE = ("1", "2", "3", "4A", "4B", "4C", "5")  # of suspicion; 0 and 6 stand beside it
TISSUE = ("4A", "4B", "4C", "5")  # categories that advise tissue sampling


def rank(category: str) -> int | None:
    """Steps above category 1; None for 0 and 6, which are no degree of suspicion."""
    return SCALE.index(category) if category in SCALE else None


def as_json() -> dict[str, Any]:
    """The lexicon for the read form."""
    return {
        "code": CODE,
        "density": DENSITY,
        "categories": CATEGORIES,
        "management": MANAGEMENT,
        "comparison": COMPARISON,
        "confidence": CONFIDENCE,
        "quadrants": QUADRANTS,
        "sides": SIDES,
        "kinds": KINDS,
    }
