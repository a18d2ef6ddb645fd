"""From image results to the exam: breasts, bands, triage, density, suggestion and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import combinations

import numpy as np

from inference.findings import Place, paired
from inference.results import (
    BreastScore,
    ExamResult,
    Finding,
    ImageResult,
    Reason,
    ReleaseRef,
)
from inference.rules import Rules
from inference.scoring import LETTERS

SIDES = {"L": "left", "R": "right"}


def summarise(
    release: ReleaseRef,
    rules: Rules,
    images: Sequence[ImageResult],
    logits: Mapping[str, float],
    places: Mapping[str, Place],
) -> ExamResult:
    """Put one exam's image results together.

    logits: raw malignancy logit, and places: where the breast lies, of every scored image by key.
    """
    numbered = _paired_up(_numbered(images), places)
    breasts = _breast_logits(numbered, logits, rules)
    scores = {side: rules.malignancy.probability(logit) for side, logit in breasts.items()}
    exam = max(scores.values(), default=None)
    worst = max(breasts.values(), default=None)
    density = _density(numbered)
    return ExamResult(
        release=release,
        input_hash=_input_hash(numbered),
        scored=exam is not None,
        reasons=tuple(_missing(numbered, rules.views)),
        exam_score=exam,
        score_band=None if exam is None else rules.band(exam),
        triage=None if exam is None else rules.triage(exam),
        breasts={side: BreastScore(score, rules.band(score)) for side, score in scores.items()},
        density=density,
        density_letter=None if density is None else max(density, key=lambda letter: density[letter]),
        suggestion=None
        if exam is None or worst is None
        else rules.scale.suggest(exam, rules.malignancy.interval(worst)),
        images=tuple(numbered),
    )


def _breast_logits(images: Sequence[ImageResult], logits: Mapping[str, float], rules: Rules) -> dict[str, float]:
    """One raw logit per side that has a scored image: the highest, or the mean, of its images."""
    pool = max if rules.pooling == "max" else lambda values: float(np.mean(values))
    sides = {side: [logits[i.key] for i in images if i.scored and i.laterality == side] for side in SIDES}
    return {side: float(pool(values)) for side, values in sides.items() if values}


def _density(images: Sequence[ImageResult]) -> dict[str, float] | None:
    """Mean of the images' probabilities."""
    known = [image.density for image in images if image.density is not None]
    if not known:
        return None
    return {letter: float(np.mean([density[letter] for density in known])) for letter in LETTERS}


def _missing(images: Sequence[ImageResult], views: Sequence[str]) -> list[Reason]:
    """One reason per view of either breast that was not handed in, or that could not be scored."""
    reasons = []
    for side in ("R", "L"):
        for view in views:
            those = [image for image in images if (image.laterality, image.view) == (side, view)]
            if not those:
                text = f"{side}{view} missing: the {SIDES[side]} breast was read without its {view} view."
                reasons.append(Reason("view_missing", text))
            elif not any(image.scored for image in those):
                reasons.append(Reason("view_not_scored", f"{side}{view} not scored: {those[0].reasons[0].text}"))
    if not any(image.scored for image in images):
        reasons.insert(0, Reason("nothing_scored", "Not scored: none of the exam's images could be scored."))
    return reasons


def _numbered(images: Sequence[ImageResult]) -> list[ImageResult]:
    """Give findings ids that are unique in the exam: f1, f2, ... in the order of images and of scores."""
    count = 0
    numbered = []
    for image in images:
        findings = tuple(replace(f, id=f"f{count + n}") for n, f in enumerate(image.findings, start=1))
        count += len(findings)
        numbered.append(replace(image, findings=findings))
    return numbered


def _paired_up(images: Sequence[ImageResult], places: Mapping[str, Place]) -> list[ImageResult]:
    """Link findings of different views of the same breast."""
    pairs: dict[str, str] = {}
    for one, other in combinations([image for image in images if image.findings], 2):
        if one.laterality == other.laterality and one.view != other.view:
            found = paired(one.findings, other.findings, (places[one.key], places[other.key]))
            pairs = {**found, **pairs} if not set(found) & set(pairs) else pairs
    return [replace(image, findings=tuple(_linked(f, pairs) for f in image.findings)) for image in images]


def _linked(finding: Finding, pairs: Mapping[str, str]) -> Finding:
    return replace(finding, pairs_with=pairs.get(finding.id))


def _input_hash(images: Sequence[ImageResult]) -> str:
    """sha256 over key, side, view and pixel hash of every image, in order."""
    lines = [f"{i.key}\t{i.laterality}\t{i.view}\t{i.pixel_hash}" for i in images]
    return sha256("\n".join(lines).encode()).hexdigest()
