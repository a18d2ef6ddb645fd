"""Headers of an exam's images for objects that refer to them: under the replaced identifiers, or under the originals."""

from __future__ import annotations

from collections.abc import Iterable

from pydicom.dataset import Dataset

from portal.exams.models import Image
from portal.exams.reidentify import Originals


def header_of(image: Image, originals: Originals | None = None) -> Dataset:
    """The image's header without pixels, as DICOM objects copy patient and study from it (PS3.3 C.7.1, C.7.2).

    With `originals` it names the patient and the study as the sender did, so that the sender's archive knows it.
    """
    dataset = Dataset.from_json(image.header)
    dataset.SOPClassUID, dataset.SOPInstanceUID = image.sop_class_uid, image.sop_uid
    dataset.SeriesInstanceUID, dataset.StudyInstanceUID = image.series_uid, image.exam.study_uid
    dataset.Rows, dataset.Columns = image.rows, image.columns
    # of a stack it stands in each frame, of a film in no element of the standard
    dataset.ImageLaterality = image.laterality
    for keyword in ("PatientID", "PatientName"):
        setattr(dataset, keyword, image.exam.patient.pseudonym)
    for keyword in _EMPTY:
        if keyword not in dataset:
            setattr(dataset, keyword, "")
    if originals is not None:
        _reopen(dataset, originals)
    return dataset


# Type 2 of the patient's and study's modules: present, and empty where nothing is known.
_EMPTY = (
    "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "StudyID",
)  # fmt: skip


def _reopen(dataset: Dataset, originals: Originals) -> None:
    for keyword, value in originals.elements.items():
        setattr(dataset, keyword, value)
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID"):
        setattr(dataset, keyword, originals.uids[str(dataset.get(keyword))])
    for keyword in ("PatientIdentityRemoved", "DeidentificationMethod", "DeidentificationMethodCodeSequence"):
        dataset.pop(keyword, None)


def headers(images: Iterable[Image], originals: Originals | None = None) -> dict[str, Dataset]:
    """Headers by the image's id."""
    return {str(image.pk): header_of(image, originals) for image in images}
