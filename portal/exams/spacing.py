"""Millimetres per stored pixel, and where the number comes from: a length is only as good as its source."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop

from portal.exams.elements import Elements

CALIBRATED = {  # Pixel Spacing Calibration Type
    "GEOMETRY": gettext_noop("Pixel Spacing, calibrated by geometry"),
    "FIDUCIAL": gettext_noop("Pixel Spacing, calibrated by fiducial"),
}


def spacing(header: Elements) -> dict[str, Any]:
    """{"mm": [between rows, between columns] or None, "source": sentence, "calibrated": bool}.

    Imager Pixel Spacing is measured at the detector: the breast lies closer to the tube, so it is divided by the
    Estimated Radiographic Magnification Factor (IHE RAD TF-2 4.16.4.2.2.1.1.3; PS3.3 10.7.1.1).
    """
    measures = _pair(header.group("PixelMeasuresSequence"), "PixelSpacing")
    if measures and header.items("SharedFunctionalGroupsSequence"):
        return _found(measures, gettext("Pixel Spacing of the reconstructed slices"))
    kind = header.text("PixelSpacingCalibrationType").upper()
    if kind in CALIBRATED and (pair := _pair(header, "PixelSpacing")):
        return _found(pair, gettext(CALIBRATED[kind]))
    if pair := _pair(header, "ImagerPixelSpacing"):
        return _at_detector(pair, header.number("EstimatedRadiographicMagnificationFactor"))
    for keyword, name in (
        ("NominalScannedPixelSpacing", "Nominal Scanned Pixel Spacing"),
        ("PixelSpacing", "Pixel Spacing"),
    ):
        if pair := _pair(header, keyword):
            return _found(pair, gettext("%(name)s: not corrected for magnification") % {"name": name}, calibrated=False)
    return {"mm": None, "source": gettext("No pixel spacing in the header: lengths are in pixels"), "calibrated": False}


def _at_detector(pair: list[float], factor: float | None) -> dict[str, Any]:
    if factor is None or factor <= 0:
        return _found(pair, gettext("Imager Pixel Spacing, at the detector: no magnification factor in the header"))
    divided = [value / factor for value in pair]
    return _found(divided, gettext("Imager Pixel Spacing, magnification %(factor)s") % {"factor": f"{factor:g}"})


def _pair(header: Elements, keyword: str) -> list[float]:
    pair = header.numbers(keyword)[:2]
    return pair if len(pair) == 2 and all(value > 0 for value in pair) else []


def _found(pair: list[float], source: str, *, calibrated: bool = True) -> dict[str, Any]:
    return {"mm": [round(value, 6) for value in pair], "source": source, "calibrated": calibrated}
