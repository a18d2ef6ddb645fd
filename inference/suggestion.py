"""From a calibrated probability to a BI-RADS-like category in our own words, or an honest abstention."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from inference.results import Suggestion

CATEGORIES = ("1", "2", "3", "4A", "4B", "4C", "5")
TEXTS = {
    "1": "The model sees no sign of cancer that it would point out. It misses cancers: see its card.",
    "2": "What the model points out looks benign.",
    "3": "The model's probability lies where findings are called probably benign; it does not rule cancer out.",
    "4A": "The model's suspicion is low.",
    "4B": "The model's suspicion is moderate.",
    "4C": "The model's suspicion is high.",
    "5": "What the model sees is highly suggestive of malignancy.",
}
SUPPORTED = {
    "low": ("1", "2", "3"),
    "intermediate": ("3", "4A"),
    "elevated": ("4A", "4B", "4C", "5"),
}
"""Categories that each triage band can carry, so that band and category never say two things.

A low score rules malignancy out (at the release's coverage) and carries no suspicion; an elevated one rules out "not
malignant" and carries nothing else; between them both are open, which neither "nothing" nor a strong suspicion survives.
"""
WIDE = "The model's probability is too uncertain to name a category ({low} to {high} are possible)."
UNSUPPORTED = "The probability alone would mean category {category}, but {why}: the model names no category."
WHY = {
    "low": "cancers of the reference set hardly ever score this low",
    "intermediate": "exams with and without cancer both score like this",
    "elevated": "reference exams without cancer hardly ever score this high",
}


@dataclass(frozen=True)
class Scale:
    """A release's [birads] table: categories from low to high, each but the first with its least probability.

    max_span: how many categories the 95 % interval may touch before the model abstains.
    prevalence: share of exams with cancer for which the calibrated probabilities hold, reference: that for which the
    cut points hold; None where the release does not say.
    """

    categories: tuple[str, ...]
    cuts: tuple[float, ...]
    max_span: int = 3
    prevalence: float | None = None
    reference: float | None = None

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Scale":
        """Read the table; raises ValueError for an unknown category or cut points that do not rise."""
        categories = tuple(str(name) for name in table["categories"])
        cuts = tuple(float(cut) for cut in table["cuts"])
        if any(name not in CATEGORIES for name in categories) or len(cuts) != len(categories) - 1:
            raise ValueError(f"[birads] needs categories of {', '.join(CATEGORIES)} and one cut less than those")
        if list(cuts) != sorted(cuts):
            raise ValueError("[birads] cuts must rise")
        shares = [table.get(key) for key in ("prevalence", "reference_prevalence")]
        if any(share is not None and not 0.0 < float(share) < 1.0 for share in shares):
            raise ValueError("[birads] prevalence and reference_prevalence must lie between 0 and 1")
        return cls(categories, cuts, int(table.get("max_span", 3)), *(None if s is None else float(s) for s in shares))

    def suggest(self, probability: float, interval: tuple[float, float], triage: str | None = None) -> Suggestion:
        """The category of `probability`.

        Abstains where `interval` touches more than max_span categories, and where the band `triage` ("low",
        "intermediate", "elevated"; None: not asked) does not carry the category.
        """
        said = self._said(probability, interval, triage)
        if self.reference is None or self.prevalence is None:
            return said
        at, low, high = (moved(value, self.prevalence, self.reference) for value in (probability, *interval))
        return replace(said, reference_prevalence=self.reference, at_reference=at, at_reference_interval=(low, high))

    def _said(self, probability: float, interval: tuple[float, float], triage: str | None) -> Suggestion:
        low, high = (bisect_right(self.cuts, end) for end in interval)
        if high - low + 1 > self.max_span:
            text = WIDE.format(low=self.categories[low], high=self.categories[high])
            return Suggestion(None, interval, text, abstained=True, because="wide")
        category = self.categories[bisect_right(self.cuts, probability)]
        if triage is not None and category not in SUPPORTED[triage]:
            text = UNSUPPORTED.format(category=category, why=WHY[triage])
            return Suggestion(None, interval, text, abstained=True, because="unsupported")
        return Suggestion(category, interval, TEXTS[category], abstained=False)


def moved(probability: float, prevalence: float, reference: float) -> float:
    """A probability that holds at `prevalence`, moved to the prevalence `reference` by Bayes' rule on the odds."""
    odds = _odds(probability) * _odds(reference) / _odds(prevalence)
    return odds / (1.0 + odds)


def _odds(probability: float) -> float:
    within = min(max(probability, 1e-9), 1.0 - 1e-9)
    return within / (1.0 - within)
