"""Where a companion's image lies and what it is like, kept beside its row: a series of hundreds is sorted without its headers."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import Dataset

from portal.exams.elements import all_finite, finite


def of(dataset: Dataset) -> dict[str, Any]:
    """{"at", "turn": position (mm) and direction cosines, "number", "series": numbers, "form": photometric, "line": slope, intercept}.

    Absent or malformed values are [] or None.
    """
    return {
        "at": _numbers(dataset, "ImagePositionPatient", 3),
        "turn": _numbers(dataset, "ImageOrientationPatient", 6),
        "number": _number(dataset, "InstanceNumber"),
        "series": _number(dataset, "SeriesNumber"),
        "form": str(dataset.get("PhotometricInterpretation") or ""),
        "line": [_number(dataset, "RescaleSlope"), _number(dataset, "RescaleIntercept")],
    }


def _numbers(dataset: Dataset, keyword: str, count: int) -> list[float]:
    value = dataset.get(keyword)
    found = all_finite(value) if value is not None and not isinstance(value, str) else []
    return found if len(found) == count else []


def _number(dataset: Dataset, keyword: str) -> float | None:
    return finite(dataset.get(keyword))
