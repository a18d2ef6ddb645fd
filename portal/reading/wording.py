"""A read's fields as the report's sentences, in the words of the lexicon that the read was made with."""

from __future__ import annotations

from typing import Any

from portal.cases.models import Case
from portal.exams.dates import name_of_earlier
from portal.exams.models import Exam
from portal.reading.lexicon import SIDES, Lexicon

Body = dict[str, Any]


def finding(at: int, found: Body, words: Lexicon, compared_with: str) -> list[str]:
    """One finding: kind, place, size, descriptors, what goes along, change, category; its note on a line of its own."""
    title = words.kinds[found["kind"]].title
    side = f"{SIDES[found['laterality']].lower()} breast"
    size = f"{found['size_mm']:g} mm" if found["size_mm"] else ""
    descriptors = [f"{name} {value}" for name, value in found["descriptors"].items()]
    category = f"category {found['category']}" if found["category"] else ""
    parts = [side, *_place(found, words), size, *descriptors, _features(found, words)]
    said = ", ".join(each for each in (*parts, _change(found, words, compared_with), category) if each)
    return [f"{at}. {title}: {said}.", *([found["note"]] if found["note"] else [])]


def _place(found: Body, words: Lexicon) -> list[str]:
    clock, distance = found.get("clock"), found.get("nipple_mm")
    return [
        words.quadrants.get(found["quadrant"], "").lower(),
        f"{clock} o'clock" if clock else "",
        words.depths.get(found.get("depth") or "", "").lower(),
        f"{distance:g} mm from the nipple" if distance is not None else "",
    ]


def _features(found: Body, words: Lexicon) -> str:
    named = [words.features[code].lower() for code in found.get("features", ())]
    return f"with {' and '.join([', '.join(named[:-1]), named[-1]] if named[:-1] else named)}" if named else ""


def _change(found: Body, words: Lexicon, compared_with: str) -> str:
    change = words.changes.get(found.get("change") or "", "").lower()
    since = f" since the {compared_with}" if compared_with else ""
    return f"{change}{since}" if change else ""


def comparison(body: Body, words: Lexicon, compared_with: str) -> str:
    """What the comparison shows, and with which exam."""
    said = words.comparison.get(body["comparison"], "Not stated")
    return f"With the {compared_with}: {said.lower()}." if compared_with else f"{said}."


def assessment(body: Body, words: Lexicon) -> list[str]:
    """One line for each breast that has a category."""
    given = [(word, body["breasts"][side]["category"]) for side, word in SIDES.items()]
    return [f"{word} breast: category {code}. {words.categories[code]}." for word, code in given if code]


def exam_named(case: Case, prior: str | None) -> str:
    """The earlier exam that a read names, as "exam of 2009-03-01"; empty where it names none."""
    found = (
        Exam.objects.select_related("practice").filter(patient=case.exam.patient_id, pk=prior).first()
        if prior
        else None
    )
    return name_of_earlier(found.study_date, found.practice) if found else ""
