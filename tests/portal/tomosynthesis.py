"""A Breast Tomosynthesis Image (PS3.3 A.55) as a unit writes it: functional groups, a plane position for each frame."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sr.codedict import codes
from pydicom.uid import BreastTomosynthesisImageStorage, ExplicitVRLittleEndian, HTJ2KLosslessRPCL, generate_uid

from inference import phantom
from inference.phantom.codecs import encoded

APART = 1.0  # mm between the slices
KIND = ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"]
VOLUMETRIC = {
    "VolumetricProperties": "VOLUME", "VolumeBasedCalculationTechnique": "TOMOSYNTHESIS", "PixelPresentation": "MONOCHROME",
}  # fmt: skip
# Of one projection, not of a volume: these elements of the 2D phantom have no place here.
FLAT = (
    "ViewPosition", "PatientOrientation", "ImagerPixelSpacing", "WindowCenter", "WindowWidth", "VOILUTFunction", "RescaleIntercept",
    "RescaleSlope", "RescaleType", "PixelPaddingValue", "AnatomicRegionSequence", "ImageLaterality", "PixelIntensityRelationship",
    "PixelIntensityRelationshipSign", "EstimatedRadiographicMagnificationFactor", "PatientAddress", "KVP", "ExposureInuAs",
    "AnodeTargetMaterial", "FilterMaterial", "CompressionForce", "BodyPartThickness", "OrganDose", "PositionerType",
    "AcquisitionDate", "AcquisitionTime",
)  # fmt: skip


def tomosynthesis(
    laterality: str = "L",
    view: str = "CC",
    *,
    frames: int = 12,
    rows: int = 256,
    cols: int = 192,
    native: bool = False,
    **keywords: Any,
) -> bytes:
    """Part 10 bytes, HTJ2K unless `native`, of `frames` slices APART, each with its position, window and rescaling of its own."""
    base = dcmread(BytesIO(phantom.dicom(laterality=laterality, view=view, rows=rows, cols=cols)))
    slices = [np.clip(base.pixel_array.astype(int) + 3 * number, 0, 4095).astype(np.uint16) for number in range(frames)]
    packed = (
        np.stack(slices).tobytes() if native else encapsulate([encoded(one, HTJ2KLosslessRPCL, 12) for one in slices])
    )
    base.add_new("PixelData", "OW" if native else "OB", packed)
    base["PixelData"].is_undefined_length = not native
    base.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if native else HTJ2KLosslessRPCL
    _volume(base, frames)
    base.SharedFunctionalGroupsSequence = [_shared(laterality)]
    base.PerFrameFunctionalGroupsSequence = [_frame(number, base.DimensionOrganizationSequence[0]) for number in range(1, frames + 1)]  # fmt: skip
    for keyword in FLAT:
        del base[keyword]
    for keyword, value in keywords.items():
        setattr(base, keyword, value)
    base.file_meta.MediaStorageSOPClassUID, base.file_meta.MediaStorageSOPInstanceUID = base.SOPClassUID, base.SOPInstanceUID  # fmt: skip
    out = BytesIO()
    dcmwrite(out, base, enforce_file_format=True)
    return out.getvalue()


def _volume(base: Dataset, frames: int) -> None:
    base.SOPClassUID, base.SOPInstanceUID, base.NumberOfFrames = BreastTomosynthesisImageStorage, generate_uid(), frames
    base.ImageType = KIND
    base.FrameOfReferenceUID, base.PositionReferenceIndicator = generate_uid(), ""
    base.AcquisitionContextSequence, base.ContentQualification = [], "PRODUCT"
    organization = _item(DimensionOrganizationUID=generate_uid())
    base.DimensionOrganizationSequence = [organization]
    pointer = {
        "FunctionalGroupPointer": 0x00209113,
        "DimensionIndexPointer": 0x00200032,
    }  # Plane Position, its position
    base.DimensionIndexSequence = [_item(DimensionOrganizationUID=organization.DimensionOrganizationUID, **pointer)]
    for keyword, value in {**VOLUMETRIC, "SamplesPerPixel": 1, "PatientOrientation": ""}.items():
        setattr(base, keyword, value)


def _shared(laterality: str) -> Dataset:
    cosines = [0, 1, 0, 0, 0, -1]  # rows from the front to the back, columns from head to foot: a lateral plane
    anatomy = _item(FrameLaterality=laterality, AnatomicRegionSequence=[_code(codes.SCT.Breast)])
    return _item(
        PixelMeasuresSequence=[_item(PixelSpacing=[0.1, 0.1], SliceThickness=APART)],
        PlaneOrientationSequence=[_item(ImageOrientationPatient=cosines)],
        FrameAnatomySequence=[anatomy],
    )


def _frame(number: int, organization: Dataset) -> Dataset:
    window = _item(
        WindowCenter=2000 + number, WindowWidth=4000, VOILUTFunction="LINEAR", WindowCenterWidthExplanation="NORMAL"
    )
    content = _item(FrameAcquisitionNumber=1, StackID="1", InStackPositionNumber=number, DimensionIndexValues=[number])
    return _item(
        FrameContentSequence=[content],
        PlanePositionSequence=[_item(ImagePositionPatient=[-APART * number, 7, 3])],
        FrameVOILUTSequence=[window],
        PixelValueTransformationSequence=[_item(RescaleIntercept=0, RescaleSlope=1, RescaleType="US")],
        XRay3DFrameTypeSequence=[_item(FrameType=KIND, **VOLUMETRIC)],
    )


def _item(**keywords: Any) -> Dataset:
    made = Dataset()
    for keyword, value in keywords.items():
        setattr(made, keyword, value)
    return made


def _code(code: Any) -> Dataset:
    return _item(CodeValue=code.value, CodingSchemeDesignator=code.scheme_designator, CodeMeaning=code.meaning)
