"""Reading a filed header (DICOM JSON Model, PS3.18 annex F) by keyword, typed; what is absent or malformed is None."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydicom.datadict import tag_for_keyword

JSON = Mapping[str, Any]
SHARED, PER_FRAME = "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"


@dataclass(frozen=True)
class Elements:
    """The elements of one data set."""

    data: JSON

    def values(self, keyword: str) -> list[Any]:
        """All values of an element; [] where there is none."""
        found = self._element(keyword).get("Value")
        return list(found) if isinstance(found, list) else []

    def text(self, keyword: str) -> str:
        """The first value as text, stripped; "" where there is none."""
        value = next(iter(self.values(keyword)), "")
        return value.strip() if isinstance(value, str) else str(value)

    def numbers(self, keyword: str) -> list[float]:
        """Every value that is a finite number."""
        return [number for value in self.values(keyword) if (number := finite(value)) is not None]

    def number(self, keyword: str) -> float | None:
        """The first value as a number."""
        return next(iter(self.numbers(keyword)), None)

    def items(self, keyword: str) -> list[Elements]:
        """The items of a sequence."""
        return [Elements(item) for item in self.values(keyword) if isinstance(item, Mapping)]

    def words(self, keyword: str) -> list[int]:
        """Values of a US/SS/OW element, whether listed or held as little-endian 16-bit bytes."""
        inline = self._element(keyword).get("InlineBinary")
        if not isinstance(inline, str):
            return [round(number) for number in self.numbers(keyword)]
        data = base64.b64decode(inline)
        return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data) - 1, 2)]

    def group(self, keyword: str) -> Elements:
        """The functional group `keyword` of a multi-frame image (PS3.3 C.7.6.16): shared, else the first frame's.

        An image without functional groups answers itself, so that callers need not ask which it is.
        """
        for groups in (SHARED, PER_FRAME):
            for frame in self.items(groups)[:1]:
                for item in frame.items(keyword)[:1]:
                    return item
        return self

    def _element(self, keyword: str) -> JSON:
        tag = tag_for_keyword(keyword)
        found = self.data.get(f"{tag:08X}") if tag is not None else None
        return found if isinstance(found, Mapping) else {}


def all_finite(values: Iterable[Any]) -> list[float]:
    """Every value as a number; [] where one of them is none."""
    found = [finite(value) for value in values]
    return [number for number in found if number is not None] if None not in found else []


def finite(value: Any) -> float | None:
    """The value as a number; None where it is none, or is not finite."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
