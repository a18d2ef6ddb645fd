"""Opinions brought to one shape, so that any two can be compared: first opinion, reads, suggestion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.reading.lexicon import TISSUE, rank


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one voice says; None or an empty mapping where it says nothing."""

    who: str  # "First opinion", "Reader", "Second reader", "Arbiter", "Suggestion"
    human: bool
    categories: Mapping[str, str] = field(default_factory=dict)  # by side
    overall: str | None = None  # of the exam, where the voice says no more; see `worst`
    recall: bool | None = None
    density: str | None = None
    findings: Mapping[str, int] | None = None  # how many by side; None: not stated
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


WHO = {"reader": "Reader", "reader2": "Second reader", "arbiter": "Arbiter"}


def of_first(first: Mapping[str, Any]) -> Opinion | None:
    """The opinion that came with the case; None where none came."""
    if not first.get("category") and first.get("recall") is None:
        return None
    return Opinion("First opinion", True, first.get("category", {}), recall=first.get("recall"))


def of_body(place: str, body: Mapping[str, Any]) -> Opinion:
    """A read's opinion."""
    said = {side: each["category"] for side, each in body["breasts"].items() if each["category"]}
    sides = [finding["laterality"] for finding in body["findings"]]
    return Opinion(
        WHO[place],
        True,
        said,
        recall=body["recall"],
        density=body["density"],
        findings={side: sides.count(side) for side in said},
        recall_sides=frozenset(body["recall_sides"]),
    )


def of_suggestion(result: Mapping[str, Any]) -> Opinion | None:
    """A run's opinion (`inference.results.ExamResult.to_dict()`); None where the exam was not scored.

    It has one category for the exam, so it is held against the reader's worse breast. Its outlines count as
    findings only where that category asks for more than nothing: a low score outlines its highest spot too.
    """
    if not result.get("scored"):
        return None
    suggestion = result.get("suggestion") or {}
    category = None if suggestion.get("abstained") else suggestion.get("category")
    return Opinion(
        "Suggestion",
        False,
        overall=category,
        recall=category in (*TISSUE, "0") if category else None,
        density=result.get("density_letter"),
        findings=_outlines(result) if category in (*TISSUE, "3") else None,
    )


def _outlines(result: Mapping[str, Any]) -> dict[str, int]:
    counts = dict.fromkeys(result.get("breasts") or {}, 0)
    for image in result.get("images") or []:
        side = image.get("laterality")
        if side in counts:
            counts[side] += len(image.get("findings") or [])
    return counts
