"""The typed header of a mammogram: untrusted bytes become this, or a named refusal."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from pydicom.dataset import Dataset
from pydicom.uid import UID

from portal.exams import kinds, part10, profile, projection
from portal.exams import notes as said
from portal.exams.kinds import Kind
from portal.exams.part10 import PARSE_ERRORS, Part10
from portal.exams.refusals import FileRefused

LARGEST_SIDE = 20_000  # pixels
MOST_FRAMES = 600
COLOURS = {"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT"}
AGE_CAP = 90  # PS3.15 E: ages above single a person out


@dataclass(frozen=True)
class MammogramHeader:
    """What filing needs to know of one image. `file` holds the parsed data set and where its pixels lie.

    modality: "MG", or "US" or "MR" of a companion. study_key: what groups images into an exam (Study Instance UID, or the
    patient's part of a film's Patient ID); a companion's exam is its own, even where the mammograms lie in the same study.
    patient_key: issuer and Patient ID, or the study where the file names no patient.
    """

    file: Part10
    sop_class_uid: str
    sop_uid: str
    series_uid: str
    study_uid: str
    study_key: str
    patient_key: str
    rows: int
    columns: int
    frames: int
    burnt_in: str
    age: int | None
    modality: str
    projection: projection.Projection
    notes: tuple[str, ...]

    @property
    def dataset(self) -> Dataset:
        """The data set as received, without pixels: holds the patient's name, never let it out of the worker's hands."""
        return self.file.dataset

    @classmethod
    def read(cls, source: bytes | Path | BinaryIO) -> MammogramHeader:
        """Read the header of a DICOM Part 10 file; decodes no pixels. Raises FileRefused."""
        if isinstance(source, Path):
            with source.open("rb") as file:
                return cls._read(file)
        if isinstance(source, bytes):
            return cls._read(BytesIO(source))
        return cls._read(source)

    @classmethod
    def _read(cls, file: BinaryIO) -> MammogramHeader:
        parsed = part10.read(file)
        try:
            return _typed(cls, parsed)
        except FileRefused:
            raise
        except PARSE_ERRORS as error:
            raise FileRefused("unreadable") from error


def _typed(cls: type[MammogramHeader], file: Part10) -> MammogramHeader:
    dataset = file.dataset
    for keyword in (*profile.PATIENT, *profile.STUDY, *profile.DATES, *profile.TIMES):
        dataset.get(keyword)  # decodes it, so that a damaged value is refused here and surprises nobody later
    kind = kinds.of(dataset)
    _check_identifiers(dataset)
    rows, columns, frames = _check_pixels(file, companion=kind.companion)
    found = _projection(dataset, kind)
    study_key, patient_key, notes = _keys(dataset, kind)
    return cls(
        file=file,
        sop_class_uid=str(dataset.SOPClassUID),
        sop_uid=str(dataset.SOPInstanceUID),
        series_uid=str(dataset.SeriesInstanceUID),
        study_uid=str(dataset.StudyInstanceUID),
        study_key=study_key,
        patient_key=patient_key,
        rows=rows,
        columns=columns,
        frames=frames,
        burnt_in={"YES": "yes", "NO": "no"}.get(str(dataset.get("BurnedInAnnotation") or ""), "unknown"),
        age=_age(dataset),
        modality=kind.modality,
        projection=found,
        notes=(*kind.notes, *found.notes, *notes),
    )


def _check_identifiers(dataset: Dataset) -> None:
    uids = [str(dataset.get(f"{level}InstanceUID") or "") for level in ("SOP", "Series", "Study")]
    if not all(0 < len(uid) <= 64 and UID(uid).is_valid for uid in uids):
        raise FileRefused("no-identifiers")


def _check_pixels(file: Part10, *, companion: bool) -> tuple[int, int, int]:
    """(rows, columns, frames) of pixels that are there, in a format a mammogram or its companion has (PS3.3 C.7.6.3)."""
    dataset = file.dataset
    if file.start == file.end or "Rows" not in dataset or "Columns" not in dataset:
        raise FileRefused("no-pixels")
    samples = _samples(file, companion=companion)
    allocated, stored = _number(dataset, "BitsAllocated", 0), _number(dataset, "BitsStored", 0)
    if allocated not in (8, 16) or not 0 < stored <= allocated or (samples == 3 and allocated != 8):
        raise FileRefused("pixel-format", bits=stored or allocated)
    rows, columns = _number(dataset, "Rows", 0), _number(dataset, "Columns", 0)
    frames = _number(dataset, "NumberOfFrames", 1)
    if not (min(rows, columns) >= 64 and max(rows, columns) <= LARGEST_SIDE and 1 <= frames <= MOST_FRAMES):
        raise FileRefused("dimensions", rows=rows, columns=columns, frames=frames)
    _check_complete(file, rows * columns * frames * samples * allocated // 8, frames)
    return rows, columns, frames


def _samples(file: Part10, *, companion: bool) -> int:
    """1, or 3 of a companion in colour; subsampled colour only where a codec unfolds it."""
    if companion and not file.transfer_syntax.is_little_endian:  # shown as received, and no browser reads it
        raise FileRefused("transfer-syntax", syntax=file.transfer_syntax.name)
    samples = _number(file.dataset, "SamplesPerPixel", 1)
    form = str(file.dataset.get("PhotometricInterpretation") or "")
    if samples == 1 and form.startswith("MONOCHROME"):
        return 1
    if not companion:
        raise FileRefused("colour")
    if samples != 3 or form not in COLOURS or (form == "YBR_FULL_422" and file.length is not None):
        raise FileRefused("palette", form=form if form.replace("_", " ").replace(" ", "").isalnum() else "none")
    return samples


def _check_complete(file: Part10, expected: int, frames: int) -> None:
    short = file.fragments < frames if file.length is None else file.length < expected
    if short:
        raise FileRefused("truncated")


def _projection(dataset: Dataset, kind: Kind) -> projection.Projection:
    """Which breast and view; of a companion only the side, where its header says one."""
    if kind.companion:
        side = _text(dataset, "ImageLaterality") or _text(dataset, "Laterality")
        return projection.Projection(side if side in ("L", "R") else "", "")
    found = projection.derive(dataset, film=kind.film)
    _check_projection(found, view_needed=kind.film)
    return found


def _check_projection(found: projection.Projection, *, view_needed: bool) -> None:
    if not found.laterality:
        raise FileRefused("no-laterality")
    if view_needed and not found.view:
        raise FileRefused("no-view")


def _keys(dataset: Dataset, kind: Kind) -> tuple[str, str, tuple[str, ...]]:
    """(study key, patient key, notes). Digitised films of one woman carry a study UID and a Patient ID each."""
    issuer, patient = _text(dataset, "IssuerOfPatientID"), _text(dataset, "PatientID")
    study = str(dataset.StudyInstanceUID)
    study = f"{kind.modality}:{study}" if kind.companion else study
    stem = projection.film_stem(dataset) if kind.film else ""
    if stem:
        return f"film:{issuer}:{stem}", f"{issuer}:{stem}", (said.GROUPED,)
    if not patient:
        return study, f"study:{dataset.StudyInstanceUID}", (said.NO_PATIENT,)
    return study, f"{issuer}:{patient}", ()


def _age(dataset: Dataset) -> int | None:
    """Whole years at the exam: PatientAge ("061Y"), else from the dates; capped; None when neither can be read."""
    stated = _text(dataset, "PatientAge")
    if stated[:-1].isdigit() and stated[-1:] == "Y" and int(stated[:-1]) > 0:
        return min(int(stated[:-1]), AGE_CAP)
    born, seen = _text(dataset, "PatientBirthDate"), _text(dataset, "StudyDate")
    if not (len(born) == len(seen) == 8 and born.isdigit() and seen.isdigit() and born[:4] != "0000"):
        return None
    years = int(seen[:4]) - int(born[:4]) - (seen[4:] < born[4:])
    return min(years, AGE_CAP) if years > 0 else None


def _text(dataset: Dataset, keyword: str) -> str:
    return str(dataset.get(keyword) or "").strip()


def _number(dataset: Dataset, keyword: str, default: int) -> int:
    value: Any = dataset.get(keyword)
    return default if value is None or value == "" else int(value)
