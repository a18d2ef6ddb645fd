"""Which storage classes count as a mammogram (PS3.4 B.5) or as its companion, and what is said of the others."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.uid import UID

from portal.exams import notes
from portal.exams.refusals import FileRefused

FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
FOR_PROCESSING = {"1.2.840.10008.5.1.4.1.1.1.2.1", "1.2.840.10008.5.1.4.1.1.13.1.5"}
TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"
# Digitised film and phosphor plates: secondary capture (also multi-frame greyscale), CR and digital X-ray.
FILM = {
    "1.2.840.10008.5.1.4.1.1.7",
    "1.2.840.10008.5.1.4.1.1.7.2",
    "1.2.840.10008.5.1.4.1.1.7.3",
    "1.2.840.10008.5.1.4.1.1.1",
    "1.2.840.10008.5.1.4.1.1.1.1",
}
# Ultrasound (single and multi-frame, and their retired classes) and MR (classic and enhanced), shown beside mammograms.
COMPANIONS = {
    "1.2.840.10008.5.1.4.1.1.6.1": "US",
    "1.2.840.10008.5.1.4.1.1.3.1": "US",
    "1.2.840.10008.5.1.4.1.1.6": "US",
    "1.2.840.10008.5.1.4.1.1.3": "US",
    "1.2.840.10008.5.1.4.1.1.4": "MR",
    "1.2.840.10008.5.1.4.1.1.4.1": "MR",
}
MAMMOGRAPHY = "MG"
NAMES = {"US": "ultrasound", "MR": "MRI", MAMMOGRAPHY: "mammography"}
OF_THE_BREAST = {"", "BREAST", "CHEST", "AXILLA", "THORAX", "BREASTS"}


@dataclass(frozen=True)
class Kind:
    """film: a mammogram by its modality or body part, not by its class, so its view must be stated.

    modality: "MG", or "US" or "MR" of a companion, which is shown and never scored.
    """

    film: bool
    notes: tuple[str, ...] = ()
    modality: str = MAMMOGRAPHY

    @property
    def companion(self) -> bool:
        """Whether it is shown beside the mammograms only."""
        return self.modality != MAMMOGRAPHY


def of(dataset: Dataset) -> Kind:
    """The kind of image that `dataset` is. Raises FileRefused: neither mammogram nor companion, For Processing, no image."""
    sop_class = str(dataset.get("SOPClassUID") or "")
    intent = str(dataset.get("PresentationIntentType") or "").upper()
    if sop_class in FOR_PROCESSING or (sop_class == FOR_PRESENTATION and intent == "FOR PROCESSING"):
        raise FileRefused("for-processing")
    if sop_class == FOR_PRESENTATION:
        return Kind(film=False)
    if sop_class == TOMOSYNTHESIS:
        return Kind(film=False, notes=(notes.SLICES,))
    if sop_class in FILM and _of_the_breast(dataset):
        return Kind(film=True)
    if modality := COMPANIONS.get(sop_class):
        return _companion(dataset, modality)
    known = UID(sop_class).is_valid and UID(sop_class).name != sop_class
    raise FileRefused("not-mammography", kind=UID(sop_class).name if known else "no known storage class")


def _companion(dataset: Dataset, modality: str) -> Kind:
    """Of the breast as far as the header says; an ultrasound's header seldom says."""
    if str(dataset.get("BodyPartExamined") or "").strip().upper() not in OF_THE_BREAST:
        raise FileRefused("other-body-part", kind=NAMES[modality])
    return Kind(film=False, modality=modality)


def _of_the_breast(dataset: Dataset) -> bool:
    modality, part = str(dataset.get("Modality") or "").upper(), str(dataset.get("BodyPartExamined") or "").upper()
    return modality == "MG" or (part == "BREAST" and modality not in ("US", "MR", "CT", "PT", "NM"))
