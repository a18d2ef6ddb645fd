"""De-identification at the door: PS3.15 Annex E, with the practice's options; no pixels are touched or decoded."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from portal.exams import profile
from portal.exams.dates import Handling, handled
from portal.exams.header import MammogramHeader
from portal.exams.identity import Keyring
from portal.exams.part10 import PARSE_ERRORS


@dataclass(frozen=True)
class Deidentified:
    """A data set without pixels that names nobody; `left_out`: keywords whose values could not be read."""

    dataset: Dataset
    study_uid: str
    left_out: tuple[str, ...]


def deidentify(
    header: MammogramHeader, *, keyring: Keyring, pseudonym: str, accession: str, dates: Handling
) -> Deidentified:
    """Keep what the profile keeps, replace identifiers, handle dates, and say so in the data set (C.7.1.1, C.12.1)."""
    copier = _Copier(keyring)
    clean = copier.copy(header.dataset)
    clean.StudyInstanceUID = keyring.uid(header.study_key)
    clean.SpecificCharacterSet = "ISO_IR 192"
    clean.PatientName = clean.PatientID = pseudonym
    clean.AccessionNumber = accession
    for keyword in profile.EMPTIED:
        setattr(clean, keyword, "")
    if header.age is not None:
        clean.PatientAge = f"{header.age:03d}Y"
    _date(clean, header, dates, keyring.days_back(header.patient_key))
    _declare(clean, dates)
    return Deidentified(clean, clean.StudyInstanceUID, tuple(copier.left_out))


class _Copier:
    """Copies what may stay, level by level, into fresh data sets with freshly decoded values."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self.left_out: list[str] = []

    def copy(self, dataset: Dataset) -> Dataset:
        clean = Dataset()
        for tag in dataset.keys():  # noqa: SIM118 - iterating a Dataset would convert every value, private ones too
            keyword = keyword_for_tag(tag)
            if keyword in profile.KEPT or keyword in profile.UIDS:
                self._keep(clean, dataset, keyword)
        return clean

    def _keep(self, clean: Dataset, dataset: Dataset, keyword: str) -> None:
        try:
            element = dataset[keyword]
            if element.VR == "SQ":
                value: object = [self.copy(item) for item in element.value]
            elif keyword in profile.UIDS:
                value = self.keyring.uid(str(element.value))
            else:
                value = element.value
            clean.add(DataElement(element.tag, element.VR, value))
            clean[keyword].to_json_dict(None, 0)
        except PARSE_ERRORS:
            clean.pop(keyword, None)
            self.left_out.append(keyword)


def _date(clean: Dataset, header: MammogramHeader, handling: Handling, days_back: int) -> None:
    for keyword in profile.DATES:
        if keyword in header.dataset:
            kept = handled(header.dataset.get(keyword), handling, days_back)
            setattr(clean, keyword, f"{kept:%Y%m%d}" if kept else "")
    for keyword in profile.TIMES:
        if handling is Handling.KEEP and keyword in header.dataset:
            setattr(clean, keyword, header.dataset.get(keyword))
    clean.StudyDate = clean.get("StudyDate", "")
    clean.StudyTime = clean.get("StudyTime", "")


def _declare(clean: Dataset, handling: Handling) -> None:
    """PatientIdentityRemoved and friends: what was done, in words and in codes."""
    clean.PatientIdentityRemoved = "YES"
    clean.DeidentificationMethod = profile.METHOD
    dates = profile.FULL_DATES if handling is Handling.KEEP else profile.MODIFIED_DATES
    used = (profile.BASIC_PROFILE, dates, profile.PATIENT_CHARACTERISTICS)
    clean.DeidentificationMethodCodeSequence = [_code(*code) for code in used]
    modified = "UNMODIFIED" if handling is Handling.KEEP else "MODIFIED"
    clean.LongitudinalTemporalInformationModified = modified


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item
