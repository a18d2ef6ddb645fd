"""The first opinion that comes with a case: a small structure checked at the door."""

from typing import Any

from django.utils.translation import gettext

from portal.base.errors import Refused
from portal.base.plain import plain

CATEGORIES = ("0", "1", "2", "3", "4A", "4B", "4C", "5", "6")
SIDES = ("R", "L")
TEXT_LIMIT = 4000


def parse_first_opinion(data: Any) -> dict[str, Any]:
    """`{"category": {"L": "2", "R": "1"}, "recall": false, "text": "..."}` with what was said; {} for nothing said.

    Raises Refused with the field that is malformed.
    """
    if data in (None, "", {}):
        return {}
    if not isinstance(data, dict) or set(data) - {"category", "recall", "text"}:
        raise Refused.at("first_opinion", gettext("Give an object with category, recall and text."))
    return {key: value for key, value in (_category(data), _recall(data), _text(data)) if value not in (None, "", {})}


def _category(data: dict[str, Any]) -> tuple[str, dict[str, str]]:
    given = data.get("category") or {}
    if not isinstance(given, dict) or set(given) - set(SIDES):
        raise Refused.at("first_opinion.category", gettext("Name the breasts R and L."))
    said = {side: str(value).upper() for side, value in given.items() if value}
    if set(said.values()) - set(CATEGORIES):
        raise Refused.at(
            "first_opinion.category",
            gettext("Choose a category from %(CATEGORIES)s.") % {"CATEGORIES": ", ".join(CATEGORIES)},
        )
    return "category", said


def _recall(data: dict[str, Any]) -> tuple[str, bool | None]:
    recall = data.get("recall")
    if recall is not None and not isinstance(recall, bool):
        raise Refused.at("first_opinion.recall", gettext("Write true, false or null."))
    return "recall", recall


def _text(data: dict[str, Any]) -> tuple[str, str]:
    text = plain(str(data.get("text") or ""))
    if len(text) > TEXT_LIMIT:
        raise Refused.at(
            "first_opinion.text", gettext("Keep the text under %(TEXT_LIMIT)s characters.") % {"TEXT_LIMIT": TEXT_LIMIT}
        )
    return "text", text


def in_words(opinion: dict[str, Any]) -> str:
    """What was said as one line, e.g. "R category 1, L category 2, no recall. Dense tissue."; empty for nothing."""
    said = [
        gettext("%(side)s category %(category)s") % {"side": side, "category": opinion["category"][side]}
        for side in SIDES
        if side in opinion.get("category", {})
    ]
    if opinion.get("recall") is not None:
        said.append(gettext("recall") if opinion["recall"] else gettext("no recall"))
    coded = f"{', '.join(said)}." if said else ""
    return " ".join(part for part in (coded, opinion.get("text", "")) if part)
