"""Codes of findings and assessments: SNOMED CT and DICOM's own where they have one, ours where they do not."""

from __future__ import annotations

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

SCHEME = "99OVERREAD"  # words of the read's lexicon; a code's meaning is the lexicon's sentence

FINDINGS: dict[str, Code] = {
    "mass": codes.SCT.MammographicBreastMass,
    "calcifications": codes.SCT.CalcificationOfBreast,
    "asymmetry": codes.SCT.AsymmetricBreastTissue,
    "architectural-distortion": codes.SCT.ArchitecturalDistortionOfBreast,
}
OTHER = Code("other", SCHEME, "Other finding")
SIDES: dict[str, Code] = {"R": codes.SCT.Right, "L": codes.SCT.Left}
RECALL = Code("recall", SCHEME, "Recall")
ANSWERS: dict[bool, Code] = {True: codes.SCT.Yes, False: codes.SCT.No}


def finding(kind: str | None) -> Code:
    """The code of a finding's kind in the read's lexicon."""
    return FINDINGS.get(kind or "", OTHER)


def own(value: str, meaning: str) -> Code:
    """A word of the read's lexicon: Code Value is an SH of 16 characters, Code Meaning an LO of 64."""
    return Code(value[:16], SCHEME, meaning[:64])
