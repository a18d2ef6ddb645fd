"""Planes in the patient: where each image of a series lies, how far they are apart, which way its edges point (PS3.3 C.7.6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from django.utils.translation import gettext

from portal.exams.elements import Elements, all_finite

UNEVEN = 0.05  # share of their median by which distances may differ and still be called one distance
AXES = (("R", "L"), ("A", "P"), ("F", "H"))  # towards less and more of x, y, z in the patient
SLANT = 0.2  # a direction's share along another axis that adds a second letter; below it the eye sees none


def numbers(values: Any) -> list[float]:
    """Every value of a DICOM JSON list that is a finite number; [] of anything else."""
    return all_finite(values) if isinstance(values, list) else []


def normal(cosines: Sequence[float]) -> list[float]:
    """The direction across the plane; [] unless there are six cosines."""
    if len(cosines) != 6:
        return []
    (a, b, c), (d, e, f) = cosines[:3], cosines[3:]
    return [b * f - c * e, c * d - a * f, a * e - b * d]


def place(cosines: Sequence[float], corner: Sequence[float]) -> tuple[float, ...]:
    """(mm along the normal,); () where the header does not say, which sorts first."""
    across = normal(cosines)
    if not across or len(corner) != 3:
        return ()
    return (sum(one * other for one, other in zip(across, corner, strict=True)),)


def apart(places: Sequence[tuple[float, ...]]) -> float | None:
    """The one distance between neighbours; None where it is uneven, zero or not told of all."""
    if len(places) < 2 or not all(places):
        return None
    steps = [abs(after[0] - before[0]) for before, after in pairwise(places)]
    usual = median(steps)
    even = usual > 0 and all(abs(step - usual) <= UNEVEN * usual for step in steps)
    return round(usual, 6) if even else None


def stack(header: Elements, places: Sequence[tuple[float, ...]]) -> dict[str, Any]:
    """What the manifest says of a series: "series" of planes in order, "stills" where nothing says where they lie."""
    spacing = apart(places)
    thickness = header.number("SliceThickness")
    return {
        "kind": "series" if all(places) else "stills", "spacing_mm": spacing,
        "thickness_mm": thickness if thickness and thickness > 0 else None,
        "source": gettext("the slices' positions") if spacing else "", "rate": None,
    }  # fmt: skip


def letters(cosines: Sequence[float]) -> dict[str, str] | None:
    """Which way the edges of the stored image point: {"left", "right", "top", "bottom"}; None where the header does not say."""
    if len(cosines) != 6:
        return None
    right, bottom = _direction(cosines[:3]), _direction(cosines[3:])
    return {"left": _opposite(right), "right": right, "top": _opposite(bottom), "bottom": bottom}


def _direction(vector: Sequence[float]) -> str:
    parts = [(abs(share), AXES[axis][share > 0]) for axis, share in enumerate(vector) if abs(share) > SLANT]
    return "".join(letter for _, letter in sorted(parts, reverse=True))


def _opposite(word: str) -> str:
    return word.translate(str.maketrans("RLAPFH", "LRPAHF"))
