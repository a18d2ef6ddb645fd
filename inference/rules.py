"""A release's tables, parsed once: what turns evidence into scores, bands, triage and a suggestion."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference.calibration import Calibrator, band, calibrator
from inference.comparison import Comparison
from inference.conformal import Cuts
from inference.preprocess import InputSpec
from inference.quality.distribution import Distribution
from inference.reference import Reference
from inference.release import Release, ReleaseError
from inference.suggestion import Scale

POOLINGS = ("max", "mean")
VIEWS = ("CC", "MLO")


@dataclass(frozen=True)
class Curves:
    """From raw logits to probabilities: of an image's two heads, and of an exam."""

    malignancy: Calibrator
    abnormality: Calibrator
    exam: Calibrator

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Curves":
        """Read a [calibration] table; the breast's curve stands in for the exam's where there is no other."""
        exam = table.get("exam", table["malignancy"])
        return cls(calibrator(table["malignancy"]), calibrator(table["abnormality"]), calibrator(exam))


@dataclass(frozen=True)
class Rules:
    """Parsed tables of one release. bands: 9 rising cut points of the exam score. threshold: of the saliency map.

    alone: for images judged by themselves, and exams of one breast; compared: for those held against the other breast, see
    `comparison`. confidence: coverage of the triage cuts where they are conformal. reference: exams that scores are held against.
    distribution: what the training images look like; None refuses no image for being unlike them. looked: whether a part of the
    scores comes from a look at the whole image, which is on no map.
    """

    spec: InputSpec
    views: tuple[str, ...]
    alone: Curves
    compared: Curves
    comparison: Comparison
    cells: Calibrator
    pooling: str
    bands: tuple[float, ...]
    intermediate: float
    elevated: float
    confidence: float | None
    threshold: float
    most_findings: int
    scale: Scale
    reference: Reference | None = None
    distribution: Distribution | None = None
    looked: bool = False

    @classmethod
    def of(cls, release: Release) -> "Rules":
        """Parse the tables; raises ReleaseError naming the table that is wrong."""
        try:
            return cls._parsed(release)
        except (KeyError, TypeError, ValueError) as error:
            raise ReleaseError(f"{release.name} {release.version}: release.toml: {error}") from error

    @classmethod
    def _parsed(cls, release: Release) -> "Rules":
        curves = release["calibration"]
        comparison = Comparison.of(release["pooling"])
        pooling = str(release["pooling"]["breast"])
        cuts = tuple(float(cut) for cut in release["bands"]["cuts"])
        if pooling not in POOLINGS:
            raise ValueError(f"[pooling] breast {pooling!r} is none of {', '.join(POOLINGS)}")
        if len(cuts) != 9 or list(cuts) != sorted(cuts):
            raise ValueError("[bands] cuts must be nine rising scores")
        return cls(
            spec=InputSpec.of(release["input"]),
            views=tuple(release["input"].get("views", VIEWS)),
            alone=Curves.of(curves),
            compared=Curves.of(curves["compared"] if comparison.other_breast else curves),
            comparison=comparison,
            cells=calibrator(curves.get("malignancy_map", curves["malignancy"])),
            pooling=pooling,
            bands=cuts,
            intermediate=float(release["triage"]["intermediate"]),
            elevated=float(release["triage"]["elevated"]),
            confidence=_confidence(release["triage"]),
            threshold=float(release["saliency"]["threshold"]),
            most_findings=int(release["saliency"].get("most_findings", 3)),
            scale=Scale.of(release["birads"]),
            distribution=Distribution.of(release.tables["distribution"]) if "distribution" in release.tables else None,
            reference=Reference.of(release.tables["reference"]) if "reference" in release.tables else None,
            looked=bool(release["network"].get("overview")),
        )

    def curves(self, compared: bool) -> Curves:
        """Those of an image, or a breast, that was held against the other breast, or was not."""
        return self.compared if compared else self.alone

    def band(self, score: float) -> int:
        """1..10 for an exam or breast score."""
        return band(score, self.bands)

    def triage(self, score: float) -> str:
        """Low, intermediate or elevated, for an exam score."""
        return triage_of(score, self.intermediate, self.elevated)

    def open(self, score: float) -> tuple[str, ...]:
        """The answers that an exam score leaves open at `confidence`; empty where the release states no coverage."""
        return () if self.confidence is None else Cuts(self.intermediate, self.elevated).open(score)


def triage_of(score: float, intermediate: float, elevated: float) -> str:
    """The band of a score between two cuts; a score at a cut lies over it."""
    if score >= elevated:
        return "elevated"
    return "intermediate" if score >= intermediate else "low"


def _confidence(triage: Mapping[str, object]) -> float | None:
    alpha = triage.get("alpha")
    if alpha is None:
        return None
    if not isinstance(alpha, float) or not 0.0 < alpha < 1.0:
        raise ValueError(f"[triage] alpha must lie between 0 and 1, not {alpha!r}")
    return 1.0 - alpha
