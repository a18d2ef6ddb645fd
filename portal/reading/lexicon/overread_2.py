"""Version "overread-2": the descriptors by the names that the 5th edition of BI-RADS gives them, place and change.

`RENAMED` takes a finding of overread-1 over without loss: a word that is not in it is the same in both.
"""

from typing import Any

from django.utils.translation import gettext_noop as _

from portal.reading.lexicon.shape import Kind, Lexicon

LEXICON = Lexicon(
    code="overread-2",
    says=_("The descriptors by their usual names; clock face, depth, distance from the nipple, what goes along, and what "
    "became of each finding since a named earlier exam."),
    kinds={
        "mass": Kind(
            _("Mass"),
            {
                "shape": (_("oval"), _("round"), _("irregular")),
                "margin": (_("circumscribed"), _("obscured"), _("microlobulated"), _("indistinct"), _("spiculated")),
                "density": (_("fat-containing"), _("low"), _("equal"), _("high")),
            },
        ),
        "calcifications": Kind(
            _("Calcifications"),
            {
                "morphology": (
                    _("typically benign"), _("skin"), _("vascular"), _("coarse"), _("large rod-like"), _("round"), _("rim"), _("dystrophic"),
                    _("milk of calcium"), _("suture"), _("amorphous"), _("coarse heterogeneous"), _("fine pleomorphic"), _("fine linear"),
                ),
                "distribution": (_("diffuse"), _("regional"), _("grouped"), _("linear"), _("segmental")),
            },
        ),
        "asymmetry": Kind(_("Asymmetry"), {"type": (_("one view only"), _("focal"), _("global"), _("developing"))}),
        "architectural-distortion": Kind(_("Architectural distortion"), {"cause": (_("unexplained"), _("after surgery"))}),
        "other": Kind(
            _("Other"),
            {
                "type": (
                    _("lymph node"), _("skin lesion"), _("duct"), _("skin thickening"), _("nipple retraction"), _("foreign body"),
                )
            },
        ),
    },
    depths={"anterior": _("Anterior third"), "middle": _("Middle third"), "posterior": _("Posterior third")},
    hours=tuple(range(1, 13)),
    features={
        "skin-retraction": _("Skin retraction"),
        "nipple-retraction": _("Nipple retraction"),
        "skin-thickening": _("Skin thickening"),
        "trabecular-thickening": _("Trabecular thickening"),
        "axillary-adenopathy": _("Axillary adenopathy"),
        "architectural-distortion": _("Architectural distortion"),
        "calcifications": _("Calcifications"),
    },
    changes={
        "stable": _("Unchanged"),
        "new": _("New"),
        "larger": _("Larger"),
        "smaller": _("Smaller"),
        "more": _("More suspicious"),
        "less": _("Less suspicious"),
    },
)  # fmt: skip

RENAMED_NAMES = {"calcifications": {"form": "morphology", "spread": "distribution"}}
RENAMED = {
    ("mass", "margin"): {
        "sharp": "circumscribed",
        "hidden in part": "obscured",
        "lobed": "microlobulated",
        "blurred": "indistinct",
    },
    ("mass", "density"): {
        "fat": "fat-containing",
        "lower than tissue": "low",
        "as tissue": "equal",
        "higher than tissue": "high",
    },
    ("calcifications", "morphology"): {"coarse uneven": "coarse heterogeneous"},
}


def renamed(kind: str | None, descriptors: dict[str, str]) -> dict[str, str]:
    """The descriptors of a finding of `kind` in this version's words; those that are in them already stay."""
    names = RENAMED_NAMES.get(kind or "", {})
    made = {names.get(name, name): value for name, value in descriptors.items()}
    return {name: RENAMED.get((kind or "", name), {}).get(value, value) for name, value in made.items()}


ASKED_NEWLY: dict[str, Any] = {
    "clock": None, "depth": None, "nipple_mm": None, "size_mark": None, "features": [], "change": None,
}  # fmt: skip


def carried(body: dict[str, Any]) -> dict[str, Any]:
    """A whole body of overread-1 in this version: every word by its new name, what is asked newly left open."""
    findings = [
        {**ASKED_NEWLY, **found, "descriptors": renamed(found["kind"], found["descriptors"])}
        for found in body["findings"]
    ]
    return {"prior": None, "key_images": [], **body, "findings": findings}
