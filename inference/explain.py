"""An exam's result in sentences: what is marked where and how large, and what the scores mean. Numbers only, no verdict."""

from collections.abc import Iterable, Sequence

from inference.reference import Reference
from inference.results import ExamResult, Finding, Suggestion

SIDES = {"L": "Left", "R": "Right"}
HEIGHTS = {
    "upper": "above the level of the nipple",
    "lower": "below the level of the nipple",
    "level": "level with the nipple",
}
ACROSS = {"outer": "in the outer half", "inner": "in the inner half", "level": "behind the nipple"}
AGAINST = "Each breast's score is held against the other's."
WHOLE = "A part of the score comes from a look at the whole image, which no map shows."
NOTHING = "No region reaches the level from which the model outlines one."
MOST = 2
"""Regions that are described; further ones are counted."""


def explain(
    result: ExamResult, reference: Reference | None, compared: bool = False, looked: bool = False
) -> str | None:
    """Sentences for a scored exam; None for one that is not scored.

    compared: its score is held against the other breast. looked: a part of it is told from the image as a whole.
    """
    if result.exam_score is None or result.suggestion is None:
        return None
    marked = _marked([finding for image in result.images for finding in image.findings])
    said = [*(_region(pair) for pair in marked[:MOST]), *_further(len(marked) - MOST)] or [NOTHING]
    said += [_score(result, result.exam_score, result.suggestion), *_held_against(result.exam_score, reference)]
    return " ".join([*said, *_rate(result.suggestion), *([AGAINST] if compared else []), *([WHOLE] if looked else [])])


def _marked(findings: Sequence[Finding]) -> list[tuple[Finding, ...]]:
    """Findings with the one they are linked to, the highest score first."""
    by_id = {finding.id: finding for finding in findings}
    groups: list[tuple[Finding, ...]] = []
    taken: set[str] = set()
    for finding in sorted(findings, key=lambda f: -f.score):
        if finding.id not in taken:
            other = by_id.get(finding.pairs_with or "")
            group = (finding,) if other is None or other.id in taken else (finding, other)
            taken |= {each.id for each in group}
            groups.append(group)
    return groups


def _region(group: tuple[Finding, ...]) -> str:
    first = group[0]
    side = f"{SIDES[first.laterality]} breast" if first.laterality in SIDES else "Breast of unknown side"
    where = _where(group)
    views = " and ".join(f.view or "unknown view" for f in group)
    linked = ", thought to be the same in both views," if len(group) > 1 else ""
    sizes = [f"{size} in {f.view}" if len(group) > 1 else size for f in group if (size := _size(f))]
    large = f"about {' and '.join(sizes)}" if sizes else "of unknown size (the image states no pixel spacing)"
    return f"{side}, {where}: a region marked in {views}{linked} {large}, score {first.score_100} of 100."


def _where(group: Iterable[Finding]) -> str:
    """Both views' parts of the place; each view knows one of them."""
    members = list(group)
    height = next((f.height for f in members if f.height), None)
    across = next((f.across for f in members if f.across), None)
    if height in ("upper", "lower") and across in ("outer", "inner"):
        place = [f"{height} {across} quadrant"]
    else:
        place = [words for words in (HEIGHTS.get(height or ""), ACROSS.get(across or "")) if words]
    return ", ".join([*place, f"{members[0].depth} third"] if members[0].depth else place) or "place not known"


def _size(finding: Finding) -> str:
    if finding.size_mm is None:
        return ""
    longest, across = (max(1, round(length)) for length in finding.size_mm)
    return f"{longest} x {across} mm"


def _further(count: int) -> list[str]:
    return [f"{count} further region{'s are' if count > 1 else ' is'} outlined."] if count > 0 else []


def _score(result: ExamResult, score: float, suggestion: Suggestion) -> str:
    low, high = suggestion.interval
    return f"Exam score {score:.2f} (95 % interval {low:.2f} to {high:.2f}), band {result.score_band} of 10."


def _held_against(score: float, reference: Reference | None) -> list[str]:
    if reference is None:
        return []
    return [
        f"Among {reference.name}, {reference.malignant_as_low(score)} of {len(reference.malignant)} with cancer score no "
        f"higher, {reference.other_as_high(score)} of {len(reference.other)} without no lower."
    ]


def _rate(suggestion: Suggestion) -> list[str]:
    """What the score would mean at the reference prevalence, in the words of "1 in n"."""
    rare, at, around = suggestion.reference_prevalence, suggestion.at_reference, suggestion.at_reference_interval
    if rare is None or at is None or around is None:
        return []
    low, high = around
    return [
        f"If {one_in(rare)} exams held cancer, {one_in(at)} that score like this would ({one_in(low)} to {one_in(high)})."
    ]


def one_in(share: float) -> str:
    """A share as "1 in n", n to two digits; from a half up, in percent."""
    if share >= 0.5:
        return f"{100 * share:.0f} of 100"
    n = 1 / max(share, 1e-6)
    digits = 10 ** max(len(str(int(n))) - 2, 0)
    return f"1 in {round(n / digits) * digits}"
