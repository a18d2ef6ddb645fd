"""From a calibrated probability to a BI-RADS-like category in our own words, or an honest abstention."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference.results import Suggestion

CATEGORIES = ("1", "2", "3", "4A", "4B", "4C", "5")
TEXTS = {
    "1": "The model found nothing at the level at which it points something out. It misses cancers: see its card.",
    "2": "What the model points out looks benign.",
    "3": "What the model sees is probably benign.",
    "4A": "The model's suspicion is low.",
    "4B": "The model's suspicion is moderate.",
    "4C": "The model's suspicion is high.",
    "5": "What the model sees is highly suggestive of malignancy.",
}
ABSTAINED = "The model's probability is too uncertain to name a category ({low} to {high} are possible)."


@dataclass(frozen=True)
class Scale:
    """A release's [birads] table: categories from low to high, each but the first with its least probability.

    max_span: how many categories the 95 % interval may touch before the model abstains.
    """

    categories: tuple[str, ...]
    cuts: tuple[float, ...]
    max_span: int = 3

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Scale":
        """Read the table; raises ValueError for an unknown category or cut points that do not rise."""
        categories = tuple(str(name) for name in table["categories"])
        cuts = tuple(float(cut) for cut in table["cuts"])
        if any(name not in CATEGORIES for name in categories) or len(cuts) != len(categories) - 1:
            raise ValueError(f"[birads] needs categories of {', '.join(CATEGORIES)} and one cut less than those")
        if list(cuts) != sorted(cuts):
            raise ValueError("[birads] cuts must rise")
        return cls(categories, cuts, int(table.get("max_span", 3)))

    def suggest(self, probability: float, interval: tuple[float, float]) -> Suggestion:
        """The category of `probability`; abstains where `interval` touches more than max_span categories."""
        low, high = (bisect_right(self.cuts, end) for end in interval)
        if high - low + 1 > self.max_span:
            text = ABSTAINED.format(low=self.categories[low], high=self.categories[high])
            return Suggestion(None, interval, text, abstained=True)
        category = self.categories[bisect_right(self.cuts, probability)]
        return Suggestion(category, interval, TEXTS[category], abstained=False)
