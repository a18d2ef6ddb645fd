"""What a reading says: frozen values without torch, JSON-able by `to_dict`.

Points and boxes are in stored pixels, (0, 0) at the centre of the first one. Scores are probabilities in
[0, 1]; bands run from 1 (lowest) to 10. None stands for "not known", never for zero.
"""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]


@dataclass(frozen=True)
class Reason:
    """Why something was not scored or what is missing: a stable code and a sentence for a radiologist."""

    code: str
    text: str


@dataclass(frozen=True)
class Finding:
    """One outlined region of one image.

    box: x0, y0, x1, y1. pairs_with: id of the finding thought to be the same one in the breast's other view.
    score_100: the score as 1..100. size_mm: longest diameter of the outline and the extent across it.
    height: "upper", "lower" or "level" with the nipple; across: "outer", "inner" or "level"; depth: "anterior",
    "middle" or "posterior" third. None where the view or the header does not say.
    """

    id: str
    score: float
    polygon: tuple[Point, ...]
    box: tuple[float, float, float, float]
    area_mm2: float | None
    laterality: str | None
    view: str | None
    pairs_with: str | None = None
    score_100: int | None = None
    size_mm: tuple[float, float] | None = None
    height: str | None = None
    across: str | None = None
    depth: str | None = None


@dataclass(frozen=True)
class ImageResult:
    """One image: scored, or the reasons why not; a scored image's reasons are notes to read it with care.

    key: the caller's id. saliency: uint8 (ceil(rows / 8), ceil(cols / 8)), 255 = probability 1; cell (i, j)
    covers stored pixels [8i, 8i + 8) x [8j, 8j + 8). pixel_hash: sha256 over stored pixel values, shape and turn.
    benign: probability of a benign finding, where the release tells it apart. kinds: probabilities, not calibrated, of what
    the image mainly shows, "normal" among them, where the release says so. frame_number: of a tomosynthesis stack, the
    slice (from 1, as DICOM counts) in the middle of the slab that decided, whose map and findings these are.
    """

    key: str
    laterality: str | None
    view: str | None
    scored: bool
    reasons: tuple[Reason, ...] = ()
    malignancy: float | None = None
    abnormality: float | None = None
    density: dict[str, float] | None = None
    findings: tuple[Finding, ...] = ()
    saliency: NDArray[np.uint8] | None = field(default=None, compare=False)
    pixel_hash: str | None = None
    benign: float | None = None
    frame_number: int | None = None
    kinds: dict[str, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-able values; the saliency map stays out (`inference.saliency.encode_png` carries it)."""
        values: dict[str, Any] = _plain(self)
        return values


@dataclass(frozen=True)
class BreastScore:
    """The probability of one breast and its band, 1..10 (None for a release without bands)."""

    score: float
    band: int | None


@dataclass(frozen=True)
class ReleaseRef:
    """Which release read the exam."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True)
class Suggestion:
    """A BI-RADS-like category, or none and why.

    interval: 95 % interval of the exam's probability, from the uncertainty of the calibration.
    because: "wide" (that interval touches too many categories) or "unsupported" (the triage band does not carry the
    category) where the model abstained. open: answers ("malignant", "not malignant") that the score does not rule out at
    the coverage `confidence`. at_reference: the probability where a share reference_prevalence of exams has cancer.
    """

    category: str | None
    interval: tuple[float, float]
    text: str
    abstained: bool
    because: str | None = None
    open: tuple[str, ...] = ()
    confidence: float | None = None
    reference_prevalence: float | None = None
    at_reference: float | None = None
    at_reference_interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class SimilarCase:
    """A reference image that the release's training knew, near one of the exam's images by the network's embedding.

    dataset, image: the public set and its own name of the image, by which it can be looked up; no pixels are shipped.
    label: "malignant", "benign" or "normal" as the set says. similarity: cosine, -1..1. to: key of the exam's image.
    """

    dataset: str
    image: str
    label: str
    similarity: float
    to: str


@dataclass(frozen=True)
class ExamResult:
    """One exam read by one release.

    input_hash: sha256 over the images' keys, sides, views and pixel hashes, in order.
    triage: "low", "intermediate" or "elevated". band_reference: the exams whose deciles the bands are.
    explanation: what was marked where, and what the scores mean, in sentences. risk: probability of cancer within that
    many years, by "1" to "5", where the release predicts it. seconds: wall time of each stage.
    """

    release: ReleaseRef
    input_hash: str
    scored: bool
    reasons: tuple[Reason, ...]
    exam_score: float | None
    score_band: int | None
    triage: str | None
    breasts: dict[str, BreastScore]
    density: dict[str, float] | None
    density_letter: str | None
    suggestion: Suggestion | None
    images: tuple[ImageResult, ...]
    band_reference: str | None = None
    explanation: str | None = None
    similar: tuple[SimilarCase, ...] = ()
    risk: dict[str, float] | None = None
    seconds: dict[str, float] = field(default_factory=dict, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able values, each image by its `to_dict`."""
        values: dict[str, Any] = _plain(self)
        return values


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name != "saliency"}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
