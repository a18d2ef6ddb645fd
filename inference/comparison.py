"""An image's logits beside those of the other breast: what both breasts share speaks for tissue, not for disease."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

EVIDENCE: Final = ("malignancy", "mean")
COMPARED: Final = ("both", "abnormality")
OPPOSITE: Final = {"L": "R", "R": "L", "one": "other", "other": "one"}
"""The other breast's name; "one" and "other" where a set says that two images show both breasts and not which is the left."""


@dataclass(frozen=True)
class Raw:
    """One scored image of an exam: where it is from, and the network's two logits. breast: a key of OPPOSITE, else unknown."""

    breast: str | None
    view: str | None
    malignancy: float
    abnormality: float


@dataclass(frozen=True)
class Logits:
    """What an image is judged by. compared: the other breast's share was taken off."""

    malignancy: float
    abnormality: float
    compared: bool = False


@dataclass(frozen=True)
class Comparison:
    """Of a release's [pooling] table: what an image's malignancy is told from, and how much of the other breast is taken off.

    evidence: "malignancy" is that head's logit alone, "mean" the mean of both heads'. other_breast: the share, 0 to 1, of
    the other breast's mean logit; 0 judges every image by itself. compares: "both" logits, or "abnormality" alone.
    """

    evidence: str = "malignancy"
    other_breast: float = 0.0
    compares: str = "both"

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Comparison":
        """Read a [pooling] table; ValueError for a value that is unknown."""
        found = cls(
            str(table.get("evidence", cls.evidence)),
            float(table.get("other_breast", cls.other_breast)),
            str(table.get("compares", cls.compares)),
        )
        for name, value, known in (("evidence", found.evidence, EVIDENCE), ("compares", found.compares, COMPARED)):
            if value not in known:
                raise ValueError(f"[pooling] {name} {value!r} is none of {', '.join(known)}")
        if not 0.0 <= found.other_breast <= 1.0:
            raise ValueError(f"[pooling] other_breast must lie between 0 and 1, not {found.other_breast}")
        return found

    def table(self) -> dict[str, Any]:
        """The keys of [pooling] that say so; none for what every release did before."""
        if self == Comparison():
            return {}
        said = {"evidence": self.evidence, "other_breast": self.other_breast}
        return said if self.compares == Comparison.compares else {**said, "compares": self.compares}

    @property
    def of_malignancy(self) -> float:
        """The share of the other breast that is taken off malignancy's logit."""
        return self.other_breast if self.compares == "both" else 0.0

    def alone(self, image: Raw) -> Logits:
        """An image by itself."""
        both = (image.malignancy + image.abnormality) / 2
        return Logits(image.malignancy if self.evidence == "malignancy" else both, image.abnormality)

    def of_exam(self, images: Sequence[Raw]) -> list[Logits]:
        """The logits of one exam's scored images, in their order; those of an image whose other breast is not there are its own.

        The other breast is that of the same view where it was imaged so, else any of its images.
        """
        own = [self.alone(image) for image in images]
        if not self.other_breast:
            return own
        return [
            self._less(mine, [own[n] for n in self._others(images, image)])
            for image, mine in zip(images, own, strict=True)
        ]

    def _others(self, images: Sequence[Raw], image: Raw) -> list[int]:
        over = [
            n for n, other in enumerate(images) if other.breast and other.breast == OPPOSITE.get(image.breast or "")
        ]
        return [n for n in over if images[n].view == image.view] or over

    def _less(self, mine: Logits, others: Sequence[Logits]) -> Logits:
        if not others:
            return mine
        return Logits(
            mine.malignancy - self.of_malignancy * sum(other.malignancy for other in others) / len(others),
            mine.abnormality - self.other_breast * sum(other.abnormality for other in others) / len(others),
            compared=True,
        )
