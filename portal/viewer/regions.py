"""Ultrasound regions: where on the picture the scan lies, and how many millimetres a pixel of it is (PS3.3 C.8.5.5)."""

from __future__ import annotations

from typing import Any

from portal.exams.elements import Elements

CENTIMETRES, TISSUE = 3, 1  # Physical Units; Region Spatial Format 2D


def of(header: Elements) -> dict[str, Any]:
    """{"regions": [{"box": [x0, y0, x1, y1] in stored pixels, "mm": [down, across] a pixel or None}], "spacing": ...}.

    The image's own spacing is that of the largest region that has one; without any, {} leaves what the header's other
    elements say (an MR image has Pixel Spacing).
    """
    found = [region for item in header.items("SequenceOfUltrasoundRegions") if (region := _region(item))]
    measured = [region for region in found if region["mm"]]
    if not found:
        return {"regions": [], **_plain(header)}
    if not measured:
        return {"regions": found}
    largest = max(measured, key=lambda region: _area(region["box"]))
    spacing = {"mm": largest["mm"], "source": "Ultrasound region, Physical Delta", "calibrated": True}
    return {"regions": found, "spacing": spacing}


def _plain(header: Elements) -> dict[str, Any]:
    """Pixel Spacing of an MR image lies in the patient, where no magnification is to be corrected."""
    pair = header.group("PixelMeasuresSequence").numbers("PixelSpacing")
    if header.text("Modality") != "MR" or len(pair) != 2 or min(pair) <= 0:
        return {}
    return {"spacing": {"mm": pair, "source": "Pixel Spacing", "calibrated": True}}


def _region(item: Elements) -> dict[str, Any] | None:
    box = [item.number(f"RegionLocation{end}") for end in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
    if any(value is None for value in box) or box[0] >= box[2] or box[1] >= box[3]:  # type: ignore[operator]
        return None
    return {"box": box, "mm": _millimetres(item)}


def _millimetres(item: Elements) -> list[float] | None:
    """Of a two-dimensional picture of tissue; a trace over time or of velocities has no millimetres."""
    units = [item.number(f"PhysicalUnits{axis}Direction") for axis in "XY"]
    deltas = [item.number(f"PhysicalDelta{axis}") for axis in "YX"]
    if item.number("RegionSpatialFormat") != TISSUE or units != [CENTIMETRES] * 2 or not all(deltas):
        return None
    return [round(abs(delta or 0) * 10, 6) for delta in deltas]


def _area(box: list[float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
