"""The technique lines at an image's corner (IHE RAD TF-2 4.16.4.2.2.1.1.7): only what the header states."""

from __future__ import annotations

from collections.abc import Callable

from portal.viewer.elements import Elements


def lines(header: Elements) -> list[str]:
    """Short lines such as "29 kVp", in reading order; nothing is made up for an absent element."""
    found = [line(header) for line in LINES]
    return [text for text in found if text]


def _of(keyword: str, unit: str, factor: float = 1.0) -> Callable[[Elements], str]:
    def line(header: Elements) -> str:
        value = header.number(keyword)
        return "" if value is None else f"{value * factor:.3g} {unit}"

    return line


def _exposure(header: Elements) -> str:
    fine = header.number("ExposureInuAs")
    value = fine / 1000 if fine is not None else header.number("Exposure")
    return "" if value is None else f"{value:.3g} mAs"


def _target(header: Elements) -> str:
    words = [header.text(keyword).capitalize() for keyword in ("AnodeTargetMaterial", "FilterMaterial")]
    return "/".join(word for word in words if word)


def _force(header: Elements) -> str:
    value = header.number("CompressionForce")
    return "" if value is None else f"Force {value:.3g} N"


def _thickness(header: Elements) -> str:
    value = header.number("BodyPartThickness")
    return "" if value is None else f"Thickness {value:.3g} mm"


def _dose(header: Elements) -> str:
    value = header.number("OrganDose")  # decigray (PS3.3 C.8.11.5)
    return "" if value is None else f"Organ dose {value * 100:.3g} mGy"


def _angle(header: Elements) -> str:
    value = header.number("PositionerPrimaryAngle")
    return "" if value is None else f"Angle {value:.3g}°"


def _device(header: Elements) -> str:
    return " ".join(filter(None, (header.text("Manufacturer"), header.text("ManufacturerModelName"))))


def _flags(header: Elements) -> str:
    flags = {"PartialView": "Partial view", "BreastImplantPresent": "Implant"}
    return ", ".join(words for keyword, words in flags.items() if header.text(keyword).upper() == "YES")


LINES = (_of("KVP", "kVp"), _exposure, _target, _force, _thickness, _dose, _angle, _device, _flags)
