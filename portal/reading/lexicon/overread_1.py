"""Version "overread-1": kind, words of our own, side, quadrant and size."""

from django.utils.translation import gettext_noop as _

from portal.reading.lexicon.shape import Kind, Lexicon

LEXICON = Lexicon(
    code="overread-1",
    says=_("The first version: kind, side, quadrant, size and words of our own."),
    kinds={
        "mass": Kind(
            _("Mass"),
            {
                "shape": (_("oval"), _("round"), _("irregular")),
                "margin": (_("sharp"), _("hidden in part"), _("lobed"), _("blurred"), _("spiculated")),
                "density": (_("fat"), _("lower than tissue"), _("as tissue"), _("higher than tissue")),
            },
        ),
        "calcifications": Kind(
            _("Calcifications"),
            {
                "form": (
                    _("typically benign"),
                    _("amorphous"),
                    _("coarse uneven"),
                    _("fine pleomorphic"),
                    _("fine linear"),
                ),
                "spread": (_("diffuse"), _("regional"), _("grouped"), _("linear"), _("segmental")),
            },
        ),
        "asymmetry": Kind(_("Asymmetry"), {"type": (_("one view only"), _("focal"), _("global"), _("developing"))}),
        "architectural-distortion": Kind(
            _("Architectural distortion"), {"cause": (_("unexplained"), _("after surgery"))}
        ),
        "other": Kind(
            _("Other"),
            {"type": (_("skin thickening"), _("nipple retraction"), _("lymph node"), _("duct"), _("foreign body"))},
        ),
    },
)
