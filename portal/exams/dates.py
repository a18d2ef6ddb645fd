"""What a practice lets dates say: kept, moved by a patient's own number of days, or the year alone."""

from datetime import date, timedelta
from enum import StrEnum

from portal.practices.models import Practice


class Handling(StrEnum):
    """`Practice.settings["dates"]`; moved unless the practice chose otherwise."""

    KEEP = "keep"
    SHIFT = "shift"
    YEAR = "year"


def handling_of(practice: Practice) -> Handling:
    """The practice's choice; an unknown word is the strictest one."""
    chosen = practice.settings.get("dates", Handling.SHIFT)
    return Handling(chosen) if chosen in list(Handling) else Handling.YEAR


def parse(value: object) -> date | None:
    """A DICOM DA value (YYYYMMDD), None when empty or no date."""
    text = str(value or "").strip()
    if len(text) != 8 or not text.isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def handled(value: object, handling: Handling, days_back: int) -> date | None:
    """The date that may be kept of `value`."""
    original = parse(value)
    if original is None or handling is Handling.KEEP:
        return original
    if handling is Handling.YEAR:
        return original.replace(month=1, day=1)
    floor = date(1, 1, 1)
    return original - timedelta(days=days_back) if (original - floor).days > days_back else None


def name_of_earlier(day: date | None, practice: Practice) -> str:
    """An exam in words, by what the practice lets dates say: "exam of 2009-03-01", "exam of 2009", "undated exam"."""
    if day is None:
        return "undated exam"
    return f"exam of {day.year if handling_of(practice) is Handling.YEAR else day.isoformat()}"
