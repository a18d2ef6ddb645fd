"""Opinions brought to one shape, so that any two can be compared: first opinion, reads, suggestion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from portal.reading.findings import Finding, of_read, of_result
from portal.reading.lexicon import TISSUE, rank
from portal.reading.nipple import Frames


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one voice says; None or an empty mapping where it says nothing."""

    who: str  # "First opinion", "Reader", "Second reader", "Arbiter", "Consensus meeting", "Suggestion"
    human: bool
    categories: Mapping[str, str] = field(default_factory=dict)  # by side
    overall: str | None = None  # of the exam, where the voice says no more; see `worst`
    recall: bool | None = None
    density: str | None = None
    findings: tuple[Finding, ...] | None = None  # None: not stated
    sides: frozenset[str] = frozenset()  # the breasts that it speaks of
    recall_sides: frozenset[str] = frozenset()

    @property
    def worst(self) -> str | None:
        """The exam's category: proven or incomplete first, then the most suspicious breast's."""
        if self.overall or not self.categories:
            return self.overall
        return max(self.categories.values(), key=lambda code: {"0": 98, "6": 99}.get(code, rank(code) or 0))

    @property
    def suspicious_sides(self) -> frozenset[str]:
        """Sides recalled, or with a category that advises more than watching."""
        return self.recall_sides | {side for side, said in self.categories.items() if said in (*TISSUE, "0")}


WHO = {
    "reader": gettext_noop("Reader"),
    "reader2": gettext_noop("Second reader"),
    "arbiter": gettext_noop("Arbiter"),
    "meeting": gettext_noop("Consensus meeting"),
}


def of_first(first: Mapping[str, Any]) -> Opinion | None:
    """The opinion that came with the case; None where none came."""
    if not first.get("category") and first.get("recall") is None:
        return None
    return Opinion(gettext_noop("First opinion"), True, first.get("category", {}), recall=first.get("recall"))


def of_body(place: str, body: Mapping[str, Any], frames: Frames | None = None) -> Opinion:
    """A read's opinion; `frames` (see `selectors.frames_of`) place its marks, which without them tell nothing."""
    said = {side: each["category"] for side, each in body["breasts"].items() if each["category"]}
    return Opinion(
        WHO[place],
        True,
        said,
        recall=body["recall"],
        density=body["density"],
        findings=of_read(body, frames or {}),
        sides=frozenset(said),
        recall_sides=frozenset(body["recall_sides"]),
    )


def of_suggestion(result: Mapping[str, Any], frames: Frames | None = None) -> Opinion | None:
    """A run's opinion (`inference.results.ExamResult.to_dict()`); None where the exam was not scored.

    It has one category for the exam, so it is held against the reader's worse breast. Its outlines count as
    findings only where that category asks for more than nothing: a low score outlines its highest spot too.
    """
    if not result.get("scored"):
        return None
    suggestion = result.get("suggestion") or {}
    category = None if suggestion.get("abstained") else suggestion.get("category")
    return Opinion(
        gettext_noop("Suggestion"),
        False,
        overall=category,
        recall=category in (*TISSUE, "0") if category else None,
        density=result.get("density_letter"),
        findings=of_result(result, frames or {}) if category in (*TISSUE, "3") else None,
        sides=frozenset(result.get("breasts") or {}),
    )
