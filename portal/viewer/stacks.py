"""What the frames of a multi-frame image are: slices some millimetres apart, or moments of a clip."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from portal.exams.elements import PER_FRAME, Elements
from portal.viewer import planes


def stack(header: Elements, frames: int) -> dict[str, Any] | None:
    """{"kind", "spacing_mm", "thickness_mm", "source", "rate"} of an image of several frames; None of any other.

    kind: "clip" of ultrasound, "series" of MRI, else "tomosynthesis". Millimetres are between the centres of neighbouring slices and of
    one slice, None where the header gives none; source: where they come from; rate: frames a second of a clip.
    """
    if frames < 2:
        return None
    if header.text("Modality").upper() == "US":
        return _told("clip", None, None, "", rate(header))
    kind = "series" if header.text("Modality").upper() == "MR" else "tomosynthesis"
    measures = header.group("PixelMeasuresSequence")
    thickness = _positive(measures.number("SliceThickness"))
    if between := _between(header, frames):
        return _told(kind, between, thickness, gettext("the slices' positions"))
    if between := _positive(measures.number("SpacingBetweenSlices")):
        return _told(kind, between, thickness, "Spacing Between Slices")
    source = gettext("Slice Thickness, as if slices lay one beside the other") if thickness else ""
    return _told(kind, thickness, thickness, source)


def rate(header: Elements) -> float | None:
    """Frames a second (PS3.3 C.7.6.5): as recommended, as taken, or from the time of one frame in milliseconds."""
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        if found := _positive(header.number(keyword)):
            return found
    time = _positive(header.number("FrameTime"))
    return round(1000 / time, 3) if time else None


def _between(header: Elements, frames: int) -> float | None:
    """The distance between the slices' planes (PS3.3 C.7.6.16.2.3); None where they are not evenly apart or not all told."""
    cosines = header.group("PlaneOrientationSequence").numbers("ImageOrientationPatient")
    groups = header.items(PER_FRAME)
    corners = [
        next(iter(one.items("PlanePositionSequence")), Elements({})).numbers("ImagePositionPatient") for one in groups
    ]
    return planes.apart([planes.place(cosines, corner) for corner in corners]) if len(corners) == frames else None


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None


def _told(
    kind: str, spacing: float | None, thickness: float | None, source: str, per_second: float | None = None
) -> dict[str, Any]:
    return {"kind": kind, "spacing_mm": spacing, "thickness_mm": thickness, "source": source, "rate": per_second}
