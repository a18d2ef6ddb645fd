"""Millimetres per stored pixel, and where the number comes from: a length is only as good as its source."""

from __future__ import annotations

from typing import Any

from portal.viewer.elements import Elements


def spacing(header: Elements) -> dict[str, Any]:
    """{"mm": [between rows, between columns] or None, "source": sentence, "calibrated": bool}.

    Imager Pixel Spacing is measured at the detector: the breast lies closer to the tube, so it is divided by the
    Estimated Radiographic Magnification Factor (IHE RAD TF-2 4.16.4.2.2.1.1.3; PS3.3 10.7.1.1).
    """
    measures = _pair(header.group("PixelMeasuresSequence"), "PixelSpacing")
    if measures and header.items("SharedFunctionalGroupsSequence"):
        return _found(measures, "Pixel Spacing of the reconstructed slices")
    kind = header.text("PixelSpacingCalibrationType").upper()
    if kind in ("GEOMETRY", "FIDUCIAL") and (pair := _pair(header, "PixelSpacing")):
        return _found(pair, f"Pixel Spacing, calibrated by {kind.lower()}")
    if pair := _pair(header, "ImagerPixelSpacing"):
        return _at_detector(pair, header.number("EstimatedRadiographicMagnificationFactor"))
    for keyword, name in (
        ("NominalScannedPixelSpacing", "Nominal Scanned Pixel Spacing"),
        ("PixelSpacing", "Pixel Spacing"),
    ):
        if pair := _pair(header, keyword):
            return _found(pair, f"{name}: not corrected for magnification", calibrated=False)
    return {"mm": None, "source": "No pixel spacing in the header: lengths are in pixels", "calibrated": False}


def _at_detector(pair: list[float], factor: float | None) -> dict[str, Any]:
    if factor is None or factor <= 0:
        return _found(pair, "Imager Pixel Spacing, at the detector: no magnification factor in the header")
    divided = [value / factor for value in pair]
    return _found(divided, f"Imager Pixel Spacing, magnification {factor:g}")


def _pair(header: Elements, keyword: str) -> list[float]:
    pair = header.numbers(keyword)[:2]
    return pair if len(pair) == 2 and all(value > 0 for value in pair) else []


def _found(pair: list[float], source: str, *, calibrated: bool = True) -> dict[str, Any]:
    return {"mm": [round(value, 6) for value in pair], "source": source, "calibrated": calibrated}
