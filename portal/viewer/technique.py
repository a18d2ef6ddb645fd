"""The technique lines at an image's corner (IHE RAD TF-2 4.16.4.2.2.1.1.7): only what the header states."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.formats import get_format
from django.utils.translation import gettext, gettext_noop

from portal.exams.elements import Elements

MATERIALS = {
    "TUNGSTEN": gettext_noop("Tungsten"), "MOLYBDENUM": gettext_noop("Molybdenum"), "RHODIUM": gettext_noop("Rhodium"),
    "ALUMINUM": gettext_noop("Aluminum"), "SILVER": gettext_noop("Silver"), "COPPER": gettext_noop("Copper"),
}  # fmt: skip


def lines(header: Elements) -> list[str]:
    """Short lines such as "29 kVp", in reading order; nothing is made up for an absent element."""
    found = [line(header) for line in LINES]
    return [text for text in found if text]


def _of(keyword: str, unit: str, factor: float = 1.0) -> Callable[[Elements], str]:
    def line(header: Elements) -> str:
        value = header.number(keyword)
        return "" if value is None else f"{_number(value * factor)} {unit}"

    return line


def _number(value: float) -> str:
    return f"{value:.3g}".replace(".", str(get_format("DECIMAL_SEPARATOR")))


def _exposure(header: Elements) -> str:
    fine = header.number("ExposureInuAs")
    value = fine / 1000 if fine is not None else header.number("Exposure")
    return "" if value is None else f"{_number(value)} mAs"


def _target(header: Elements) -> str:
    words = [_material(header.text(keyword)) for keyword in ("AnodeTargetMaterial", "FilterMaterial")]
    return "/".join(word for word in words if word)


def _material(term: str) -> str:
    """A defined term of PS3.3 C.8.7.10 in words; another one as it is written."""
    return gettext(MATERIALS[term.upper()]) if term.upper() in MATERIALS else term.capitalize()


def _force(header: Elements) -> str:
    value = header.number("CompressionForce")
    return "" if value is None else gettext("Force %(value)s N") % {"value": _number(value)}


def _thickness(header: Elements) -> str:
    value = header.number("BodyPartThickness")
    return "" if value is None else gettext("Thickness %(value)s mm") % {"value": _number(value)}


def _dose(header: Elements) -> str:
    value = header.number("OrganDose")  # decigray (PS3.3 C.8.11.5)
    return "" if value is None else gettext("Organ dose %(value)s mGy") % {"value": _number(value * 100)}


def _angle(header: Elements) -> str:
    value = header.number("PositionerPrimaryAngle")
    return "" if value is None else gettext("Angle %(value)s°") % {"value": _number(value)}


def _device(header: Elements) -> str:
    return " ".join(filter(None, (header.text("Manufacturer"), header.text("ManufacturerModelName"))))


def _flags(header: Elements) -> str:
    flags = {"PartialView": gettext("Partial view"), "BreastImplantPresent": gettext("Implant")}
    return ", ".join(words for keyword, words in flags.items() if header.text(keyword).upper() == "YES")


LINES = (_of("KVP", "kVp"), _exposure, _target, _force, _thickness, _dose, _angle, _device, _flags)
