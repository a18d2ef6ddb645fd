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
    """Only what this release speaks of: some give no score, some no band, some nothing but density or risk."""
    if not result.scored:
        return ["Exam: not scored"]
    told = [
        "" if result.exam_score is None else f"{result.exam_score:.3f}",
        "" if result.score_band is None else f"band {result.score_band} of 10",
        result.triage or "",
        "" if result.density_letter is None else f"density {result.density_letter}{_shares(result.density)}",
    ]
    lines = ["Exam: " + ", ".join(part for part in told if part)] if any(told) else []
    if suggestion := result.suggestion:
        low, high = suggestion.interval
        category = suggestion.category or "none"
        lines.append(f"Suggestion: BI-RADS-like {category} ({low:.3f} to {high:.3f}). {suggestion.text}")
    if result.risk is not None:
        years = ", ".join(f"{chance:.4f} within {year}" for year, chance in result.risk.items())
        lines.append(f"Risk of cancer, in years: {years}")
    for side, breast in result.breasts.items():
        lines.append(f"  {side}: {breast.score:.3f}" + ("" if breast.band is None else f", band {breast.band}"))
    return lines


def _shares(density: dict[str, float] | None) -> str:
    return "" if density is None else " (" + " ".join(f"{letter} {p:.4f}" for letter, p in density.items()) + ")"


def _image(image: ImageResult) -> list[str]:
    name = f"{image.laterality or '?'}{image.view or '?'} {image.key}"
    if not image.scored:
        return [f"{name}: " + " ".join(reason.text for reason in image.reasons)]
    told = {"malignancy": image.malignancy, "abnormality": image.abnormality, "benign": image.benign}
    lines = [f"{name}: " + (", ".join(f"{what} {p:.3f}" for what, p in told.items() if p is not None) or "read")]
    if image.kinds is not None:
        likeliest, chance = max(image.kinds.items(), key=lambda pair: pair[1])
        lines.append(f"  mainly {likeliest} ({chance:.2f}, not calibrated)")
    for finding in image.findings:
        x0, y0, x1, y1 = (max(0.0, edge) for edge in finding.box)
        area = "" if finding.area_mm2 is None else f", {finding.area_mm2:.0f} mm2"
        other = f", same as {finding.pairs_with}" if finding.pairs_with else ""
        lines.append(f"  {finding.id}: {finding.score:.2f} at x {x0:.0f}-{x1:.0f}, y {y0:.0f}-{y1:.0f}{area}{other}")
    return lines
