"""From image results to the exam: breasts, bands, triage, density, suggestion and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import combinations

import numpy as np

from inference.comparison import Logits
from inference.explain import explain
from inference.findings import Place, paired
from inference.results import (
    BreastScore,
    ExamResult,
    Finding,
    ImageResult,
    Reason,
    ReleaseRef,
)
from inference.rules import Curves, Rules
from inference.scoring import LETTERS
from inference.turn import stored_findings

SIDES = {"L": "left", "R": "right"}


def summarise(
    release: ReleaseRef,
    rules: Rules,
    images: Sequence[ImageResult],
    logits: Mapping[str, Logits],
    places: Mapping[str, Place],
) -> ExamResult:
    """Put one exam's image results together.

    logits: what every scored image is judged by, and places: where its breast lies, by key.
    """
    numbered = _paired_up(_numbered(images), places)
    pooled = _sides(numbered, logits, rules)
    worst = max(pooled.values(), key=lambda side: side.exam, default=None)
    density = _density(numbered)
    result = ExamResult(
        release=release,
        input_hash=_input_hash(numbered),
        scored=worst is not None,
        reasons=tuple(_missing(numbered, rules.views)),
        exam_score=None,
        score_band=None,
        triage=None,
        breasts={side: _breast(found, rules) for side, found in pooled.items() if side is not None},
        density=density,
        density_letter=None if density is None else max(density, key=lambda letter: density[letter]),
        suggestion=None,
        images=tuple(numbered),
        band_reference=rules.reference.name if rules.reference else None,
    )
    judged = result if worst is None else _judged(result, worst, rules)
    return replace(judged, images=tuple(_as_stored(image, places.get(image.key)) for image in judged.images))


def _as_stored(image: ImageResult, place: Place | None) -> ImageResult:
    """Outlines on the stored pixels of a picture that was turned to be read; all else as it was."""
    if place is None or place.turn is None:
        return image
    return replace(image, findings=stored_findings(image.findings, place.turn))


@dataclass(frozen=True)
class Side:
    """One breast's raw logit and the curves that it is read by. compared: the other breast's share was taken off."""

    logit: float
    curves: Curves
    compared: bool

    @property
    def exam(self) -> float:
        """The probability of the exam that this breast decides."""
        return self.curves.exam.probability(self.logit)


def _judged(result: ExamResult, worst: Side, rules: Rules) -> ExamResult:
    """Score, band, triage, suggestion and explanation of an exam whose higher breast is `worst`."""
    score = worst.exam
    triage = rules.triage(score)
    suggestion = rules.scale.suggest(score, worst.curves.exam.interval(worst.logit), triage)
    judged = replace(
        result,
        exam_score=score,
        score_band=rules.band(score),
        triage=triage,
        suggestion=replace(suggestion, open=rules.open(score), confidence=rules.confidence),
    )
    return replace(judged, explanation=explain(judged, rules.reference, worst.compared, rules.looked))


def _breast(side: Side, rules: Rules) -> BreastScore:
    """A breast's own probability; its band is that of an exam it decides, so the exam's is always one of them."""
    return BreastScore(side.curves.malignancy.probability(side.logit), rules.band(side.exam))


def _sides(images: Sequence[ImageResult], logits: Mapping[str, Logits], rules: Rules) -> dict[str | None, Side]:
    """Each side that has a scored image: the highest, or the mean, of its images' logits.

    Images of unknown side (None) may be of either breast: the highest of them counts.
    """
    pool = max if rules.pooling == "max" else lambda values: float(np.mean(values))
    sides: dict[str | None, Side] = {}
    for side in (*SIDES, None):
        said = [logits[i.key] for i in images if i.scored and i.laterality == side]
        if said:  # a side's images are compared all or none: it has another side or it has not
            values = [one.malignancy for one in said]
            found = float(max(values) if side is None else pool(values))
            compared = said[0].compared and rules.comparison.of_malignancy > 0
            sides[side] = Side(found, rules.curves(said[0].compared), compared)
    return sides


def _density(images: Sequence[ImageResult]) -> dict[str, float] | None:
    """Mean of the images' probabilities."""
    known = [image.density for image in images if image.density is not None]
    if not known:
        return None
    return {letter: float(np.mean([density[letter] for density in known])) for letter in LETTERS}


def _missing(images: Sequence[ImageResult], views: Sequence[str]) -> list[Reason]:
    """One reason per view of either breast that was not handed in, or that could not be scored.

    Where no image's side is known, one sentence stands for all of them: nobody can say which views these are.
    """
    reasons = []
    unknown = bool(images) and all(image.laterality not in SIDES for image in images)
    if unknown:
        text = "No image says which breast it shows: scored one by one, without a score for either breast."
        reasons.append(Reason("side_unknown", text))
    for side in () if unknown else ("R", "L"):
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
