"""Further inputs of a reading, any of which may be missing: age, density as somebody rated it, the prior exam's score."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

WIDTHS: Final = {"age": 1, "density": 4, "prior": 1}
"""Values that each input takes up, by name."""
LETTERS: Final = "ABCD"
MIDDLE_AGE, DECADE = 60.0, 10.0
EDGE: Final = 0.001
"""A prior's score is taken as a logit no further out than that of this probability."""


@dataclass(frozen=True)
class Context:
    """age: in years. density: A to D. prior: probability of malignancy that the same release gave the prior exam, 0..1.

    Raises ValueError for a value that cannot be one.
    """

    age: float | None = None
    density: str | None = None
    prior: float | None = None

    def __post_init__(self) -> None:
        if self.age is not None and not 0 <= self.age <= 120:
            raise ValueError(f"age {self.age:g} is not one in years, 0 to 120")
        if self.density is not None and self.density not in (*LETTERS,):
            raise ValueError(f"density {self.density!r} is not A, B, C or D")
        if self.prior is not None and not 0 <= self.prior <= 1:
            raise ValueError(f"the prior's score {self.prior:g} is not a probability, 0 to 1")

    def values(self, names: Sequence[str]) -> list[float]:
        """What a network that takes these inputs is given, in their order; NaN for what is missing."""
        given = {"age": self._age(), "density": self._density(), "prior": self._prior()}
        return [value for name in names for value in given[name]]

    def _age(self) -> list[float]:
        return [float("nan") if self.age is None else (self.age - MIDDLE_AGE) / DECADE]

    def _density(self) -> list[float]:
        if self.density is None:
            return [float("nan")] * len(LETTERS)
        return [float(letter == self.density) for letter in LETTERS]

    def _prior(self) -> list[float]:
        if self.prior is None:
            return [float("nan")]
        chance = min(max(self.prior, EDGE), 1 - EDGE)
        return [log(chance / (1 - chance))]


UNKNOWN: Final = Context()
