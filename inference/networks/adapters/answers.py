"""What a brought model says of an exam, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from inference.calibration import Calibrator, band, calibrator
from inference.geometry import Frame
from inference.networks.adapters.opened import Opened
from inference.release import Release
from inference.results import BreastScore, ExamResult, ImageResult, Reason
from inference.saliency import to_cells

LETTERS: Final = ("A", "B", "C", "D")
UNCALIBRATED: Final = Reason(
    "uncalibrated",
    "These are the model's own numbers. They were not calibrated for this place: compare them with each other only.",
)


@dataclass(frozen=True)
class ImageAnswer:
    """Of one image: the chance of a malignant and of a benign finding; a map (h, w) in [0, 1] and where it lies."""

    malignant: float | None = None
    benign: float | None = None
    map: NDArray[np.float32] | None = None
    frame: Frame | None = None
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Answers:
    """Of an exam. images: by key; one with a Reason instead was not scored after all. density: a to d. risk: year 1 to 5."""

    images: Mapping[str, ImageAnswer | Reason] = field(default_factory=dict)
    density: Sequence[float] | None = None
    risk: Sequence[float] | None = None


class Scale:
    """The release's own calibration and bands, where an administrator has put them in; else scores stay as they are."""

    def __init__(self, release: Release) -> None:
        tables = release.tables
        curve = tables.get("calibration", {}).get("malignancy")
        self.curve: Calibrator | None = calibrator(curve) if curve else None
        self.cuts: tuple[float, ...] = tuple(float(cut) for cut in tables.get("bands", {}).get("cuts", ()))
        if list(self.cuts) != sorted(self.cuts) or len(self.cuts) not in (0, 9):
            raise ValueError("[bands] cuts must be nine rising scores")

    def score(self, chance: float) -> float:
        """The model's chance, calibrated on its logit where there is a curve."""
        return chance if self.curve is None else self.curve.probability(float(logit(min(max(chance, 1e-6), 1 - 1e-6))))

    def band(self, score: float) -> int | None:
        """1..10, or None where the release has no bands."""
        return band(score, self.cuts) if self.cuts else None


def image_result(image: Opened, answer: ImageAnswer | Reason | None, scale: Scale) -> ImageResult:
    """One opened image with what was said of it; none of it is None where the model only speaks of the exam."""
    if isinstance(answer, Reason):
        return image.judged.refused([answer])
    told, decoded = answer or ImageAnswer(), image.judged.decoded
    return ImageResult(
        key=image.key,
        laterality=image.laterality,
        view=image.view,
        scored=True,
        reasons=(*image.judged.notes, *told.notes),
        malignancy=None if told.malignant is None else scale.score(told.malignant),
        benign=told.benign,
        saliency=None if told.map is None or told.frame is None else to_cells(told.map, told.frame, decoded.turn),
        pixel_hash=decoded.pixel_hash,
    )


def exam_result(
    release: Release, scale: Scale, images: Sequence[ImageResult], answers: Answers, missing: Sequence[Reason]
) -> ExamResult:
    """The exam: each breast is the mean of its views, as these models' papers have it, and the exam the higher breast."""
    breasts = _breasts(images, answers, scale)
    exam = max((score.score for score in breasts.values()), default=None)
    density = None if answers.density is None else dict(zip(LETTERS, map(float, answers.density), strict=True))
    risk = None if answers.risk is None else {str(year): float(p) for year, p in enumerate(answers.risk, start=1)}
    scored = exam is not None or density is not None or risk is not None
    raw = exam is not None and scale.curve is None
    return ExamResult(
        release=release.ref,
        input_hash=_input_hash(images),
        scored=scored,
        reasons=(*missing, *([UNCALIBRATED] if raw else [])),
        exam_score=exam,
        score_band=None if exam is None else scale.band(exam),
        triage=None,
        breasts=breasts,
        density=density,
        density_letter=None if density is None else max(density, key=lambda letter: density[letter]),
        suggestion=None,
        images=tuple(images),
        risk=risk,
    )


def _breasts(images: Sequence[ImageResult], answers: Answers, scale: Scale) -> dict[str, BreastScore]:
    found = {}
    for side in ("L", "R"):
        told = [answers.images.get(image.key) for image in images if image.scored and image.laterality == side]
        chances = [
            answer.malignant for answer in told if isinstance(answer, ImageAnswer) and answer.malignant is not None
        ]
        if chances:
            score = scale.score(float(np.mean(chances)))
            found[side] = BreastScore(score, scale.band(score))
    return found


def _input_hash(images: Sequence[ImageResult]) -> str:
    """sha256 over key, side, view and pixel hash of every image, in order."""
    lines = [f"{i.key}\t{i.laterality}\t{i.view}\t{i.pixel_hash}" for i in images]
    return sha256("\n".join(lines).encode()).hexdigest()
