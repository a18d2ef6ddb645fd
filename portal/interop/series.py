"""Which series an object of one image belongs to: a series is of one side of a paired body part (PS3.3 C.7.3.1)."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import Dataset

from portal.interop.origin import Origin

LEFT = 10  # Series Numbers of left images lie this much above those of right ones


def side_of(image: Dataset) -> str:
    """The series' Laterality (Type 2C): R, L, or empty where the image is of neither."""
    side = str(image.get("ImageLaterality") or "")
    return side if side in ("R", "L") else ""


def series_of(image: Dataset, origin: Origin, kind: str, number: int) -> dict[str, Any]:
    """UID and number as highdicom asks for them. `kind`: of objects; `number`: of the series for right images and those of no side."""
    side = side_of(image)
    uid = origin.uid(f"{kind}-series", *([side] if side else []))
    return {"series_instance_uid": uid, "series_number": number + LEFT * (side == "L")}
