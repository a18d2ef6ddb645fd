"""Grey values: the header's windows and VOI LUTs by their explanations, and a window over the breast."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext

from portal.exams.elements import Elements

FUNCTIONS = {"LINEAR", "LINEAR_EXACT", "SIGMOID"}  # PS3.3 C.11.2.1.3


def windows(header: Elements) -> list[dict[str, Any]]:
    """The header's windows in its order; a window narrower than its function allows is left out."""
    group = header.group("FrameVOILUTSequence")
    stated = group.text("VOILUTFunction").upper()
    function = stated if stated in FUNCTIONS else "LINEAR"
    narrowest = 1.0 if function == "LINEAR" else 0.0
    centers, widths = group.numbers("WindowCenter"), group.numbers("WindowWidth")
    labels = group.values("WindowCenterWidthExplanation")[: len(centers)]
    return [
        {
            "label": _label(label, gettext("Window %(n)s") % {"n": n}),
            "center": center,
            "width": width,
            "function": function,
        }
        for n, (center, width, label) in enumerate(zip_longest(centers, widths, labels), 1)
        if center is not None and width is not None and width >= narrowest and width > 0
    ]


def luts(header: Elements) -> list[dict[str, Any]]:
    """The VOI LUT Sequence (PS3.3 C.11.2.1.1); a table whose data do not fit its descriptor is left out."""
    found = []
    for n, item in enumerate(header.group("FrameVOILUTSequence").items("VOILUTSequence"), 1):
        descriptor = [round(value) for value in item.numbers("LUTDescriptor")]
        data = item.words("LUTData")
        if len(descriptor) != 3 or len(data) != (descriptor[0] or 65536):
            continue
        label = _label(item.text("LUTExplanation"), gettext("Curve %(n)s") % {"n": n})
        found.append({"label": label, "first": descriptor[1], "bits": descriptor[2], "data": data})
    return found


def rescale(header: Elements) -> dict[str, float]:
    """The modality transformation: output = stored * slope + intercept (PS3.3 C.11.1)."""
    group = header.group("PixelValueTransformationSequence")
    slope, intercept = group.number("RescaleSlope"), group.number("RescaleIntercept")
    return {"slope": slope or 1.0, "intercept": intercept or 0.0}


def auto(header: Elements, stats: dict[str, Any]) -> dict[str, float]:
    """A window from the 1st to the 99th percentile over the breast, else over all values that the bits can hold.

    In modality units: stored values rescaled.
    """
    line = rescale(header)
    low, high = sorted(v * line["slope"] + line["intercept"] for v in _stored_range(header, stats))
    return {"center": (low + high) / 2, "width": max(high - low, 1.0)}


def _stored_range(header: Elements, stats: dict[str, Any]) -> tuple[float, float]:
    if "p1" in stats and "p99" in stats:
        return float(stats["p1"]), float(stats["p99"])
    bits = int(header.number("BitsStored") or 12)
    if header.number("PixelRepresentation"):
        return -float(2 ** (bits - 1)), float(2 ** (bits - 1))
    return 0.0, float(2**bits)


def _label(value: Any, otherwise: str) -> str:
    return str(value).strip() if value else otherwise
