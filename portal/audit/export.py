"""The trail as CSV, row by row, with the columns that let anybody recompute the chain."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from portal.audit.models import Event

COLUMNS = (
    "sequence", "at", "actor_id", "actor_name", "verb", "outcome", "subject_type", "subject_id",
    "exam_id", "case_id", "patient_id", "detail", "before", "digest",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def rows(events: Iterable[Event]) -> Iterator[str]:
    """CSV lines, the header first."""
    writer: Any = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for event in events:
        yield writer.writerow([_cell(event, column) for column in COLUMNS])


def _cell(event: Event, column: str) -> str:
    value = getattr(event, column)
    if column == "at":
        return str(value.astimezone(UTC).isoformat(timespec="microseconds"))
    text = json.dumps(value, sort_keys=True) if column == "detail" else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text  # a spreadsheet would run it
