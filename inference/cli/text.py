"""A result as text for a terminal."""

from inference.cli import NOTICE
from inference.results import ExamResult, ImageResult


def report(result: ExamResult) -> str:
    """The exam, then each image, then what is missing."""
    release = result.release
    lines = [NOTICE, f"Release {release.name} {release.version} ({release.digest[:12]})", ""]
    lines += _exam(result)
    lines += [line for image in result.images for line in _image(image)]
    lines += [f"! {reason.text}" for reason in result.reasons]
    lines.append("Seconds: " + ", ".join(f"{stage} {value:.2f}" for stage, value in result.seconds.items()))
    return "\n".join(lines)


def _exam(result: ExamResult) -> list[str]:
    if result.exam_score is None or result.suggestion is None:
        return ["Exam: not scored"]
    low, high = result.suggestion.interval
    lines = [
        f"Exam: {result.exam_score:.3f}, band {result.score_band} of 10, {result.triage}, density {result.density_letter}",
        f"Suggestion: BI-RADS-like {result.suggestion.category or 'none'} ({low:.3f} to {high:.3f}). {result.suggestion.text}",
    ]
    lines += [f"  {side}: {breast.score:.3f}, band {breast.band}" for side, breast in result.breasts.items()]
    return lines


def _image(image: ImageResult) -> list[str]:
    name = f"{image.laterality or '?'}{image.view or '?'} {image.key}"
    if not image.scored:
        return [f"{name}: " + " ".join(reason.text for reason in image.reasons)]
    lines = [f"{name}: malignancy {image.malignancy:.3f}, abnormality {image.abnormality:.3f}"]
    for finding in image.findings:
        x0, y0, x1, y1 = (max(0.0, edge) for edge in finding.box)
        area = "" if finding.area_mm2 is None else f", {finding.area_mm2:.0f} mm2"
        other = f", same as {finding.pairs_with}" if finding.pairs_with else ""
        lines.append(f"  {finding.id}: {finding.score:.2f} at x {x0:.0f}-{x1:.0f}, y {y0:.0f}-{y1:.0f}{area}{other}")
    return lines
