"""What `predict --json` writes: release, images and exams, as docs/predict.md has it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inference.cli.files import Given
from inference.release import hash_file
from inference.results import ExamResult, ImageResult
from inference.saliency import CELL


def image_entry(file: Given, found: ImageResult, exam: str, saliency: Path | None) -> dict[str, Any]:
    """One image; polygons and boxes in stored pixels, (0, 0) the centre of the first one.

    saliency: an 8-bit PNG, 255 = probability 1, whose pixel (i, j) covers stored pixels [8i, 8i + 8) x [8j, 8j + 8).
    """
    values = found.to_dict()
    findings = values.pop("findings")
    for gone in ("key", "scored"):
        values.pop(gone)
    return {
        "file": file.key,
        "sha256": hash_file(file.path),
        "exam": exam,
        "status": "scored" if found.scored else "not_scored",
        "reason": None if found.scored else " ".join(reason.text for reason in found.reasons),
        **values,
        "regions": findings,
        "saliency": None if saliency is None else str(saliency.resolve()),
        "saliency_cell": CELL,
    }


def exam_entry(name: str, files: Sequence[Given], result: ExamResult) -> dict[str, Any]:
    """One exam: its files and all that the result says beyond its images."""
    values = result.to_dict()
    for gone in ("images", "release"):
        values.pop(gone)
    return {"id": name, "files": [file.key for file in files], **values}
