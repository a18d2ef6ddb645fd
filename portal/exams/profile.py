"""What a de-identified mammogram keeps: an allow-list of elements, by DICOM keyword.

PS3.15 Annex E lists what to remove; a list of what may stay is stricter: an element nobody thought of, every private
element and every unknown group goes. Kept are the pixels' description, geometry, display, technique and make of unit.
"""

PIXELS = (
    "ImageType SamplesPerPixel PhotometricInterpretation Rows Columns NumberOfFrames BitsAllocated BitsStored HighBit "
    "PixelRepresentation PlanarConfiguration PixelAspectRatio SmallestImagePixelValue LargestImagePixelValue "
    "PixelPaddingValue PixelPaddingRangeLimit PixelIntensityRelationship PixelIntensityRelationshipSign "
    "LossyImageCompression LossyImageCompressionRatio LossyImageCompressionMethod BurnedInAnnotation "
    "RecognizableVisualFeatures QualityControlImage ExtendedOffsetTable ExtendedOffsetTableLengths "
    "PixelPresentation VolumetricProperties VolumeBasedCalculationTechnique ContentQualification"
)
GEOMETRY = (
    "ImagerPixelSpacing PixelSpacing NominalScannedPixelSpacing PixelSpacingCalibrationType "
    "EstimatedRadiographicMagnificationFactor DistanceSourceToDetector DistanceSourceToPatient "
    "DetectorElementSpacing DetectorElementPhysicalSize DetectorActiveDimensions DetectorBinning FieldOfViewShape "
    "FieldOfViewDimensions FieldOfViewOrigin FieldOfViewRotation FieldOfViewHorizontalFlip PatientOrientation "
    "SliceThickness SpacingBetweenSlices SliceLocation ImagePositionPatient ImageOrientationPatient SpatialResolution"
)
DISPLAY = (
    "WindowCenter WindowWidth WindowCenterWidthExplanation VOILUTFunction VOILUTSequence ModalityLUTSequence "
    "LUTDescriptor LUTExplanation LUTData ModalityLUTType RescaleIntercept RescaleSlope RescaleType "
    "PresentationLUTShape PresentationIntentType"
)
PROJECTION = (
    "Modality BodyPartExamined Laterality ImageLaterality ViewPosition ViewCodeSequence ViewModifierCodeSequence "
    "AnatomicRegionSequence PositionerType PositionerPrimaryAngle PositionerPrimaryAngleDirection "
    "PositionerSecondaryAngle BreastImplantPresent PartialView PartialViewCodeSequence OrganExposed FrameLaterality "
    "CodeValue CodingSchemeDesignator CodingSchemeVersion CodeMeaning ContextIdentifier MappingResource"
)
TECHNIQUE = (
    "KVP Exposure ExposureInuAs ExposureInmAs ExposureTime ExposureTimeInuS ExposureTimeInms XRayTubeCurrent "
    "XRayTubeCurrentInmA AnodeTargetMaterial FilterType FilterMaterial FilterThicknessMinimum "
    "FilterThicknessMaximum CompressionForce CompressionPressure BodyPartThickness OrganDose EntranceDoseInmGy "
    "HalfValueLayer Grid FocalSpots ExposureControlMode ExposureStatus RelativeXRayExposure DetectorType "
    "DetectorConfiguration DetectorTemperature Sensitivity XRayReceptorType"
)
EQUIPMENT = (
    "Manufacturer ManufacturerModelName SoftwareVersions ConversionType SecondaryCaptureDeviceManufacturer "
    "SecondaryCaptureDeviceManufacturerModelName SecondaryCaptureDeviceSoftwareVersions"
)
NUMBERS = "SOPClassUID SeriesNumber InstanceNumber AcquisitionNumber PatientSex"
FRAMES = (
    "SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence PixelMeasuresSequence PlanePositionSequence "
    "PlaneOrientationSequence FrameAnatomySequence FrameVOILUTSequence PixelValueTransformationSequence "
    "XRay3DFrameTypeSequence FrameType FrameContentSequence StackID InStackPositionNumber DimensionIndexValues "
    "XRay3DAcquisitionSequence PerProjectionAcquisitionSequence FrameTime CineRate RecommendedDisplayFrameRate"
)
COMPANIONS = (
    "SequenceOfUltrasoundRegions RegionSpatialFormat RegionDataType RegionFlags RegionLocationMinX0 RegionLocationMinY0 "
    "RegionLocationMaxX1 RegionLocationMaxY1 ReferencePixelX0 ReferencePixelY0 ReferencePixelPhysicalValueX "
    "ReferencePixelPhysicalValueY PhysicalUnitsXDirection PhysicalUnitsYDirection PhysicalDeltaX PhysicalDeltaY "
    "TransducerFrequency UltrasoundColorDataPresent RepetitionTime EchoTime InversionTime FlipAngle ScanningSequence "
    "SequenceVariant MRAcquisitionType MagneticFieldStrength TemporalPositionIdentifier NumberOfTemporalPositions"
)
KEPT = frozenset(
    " ".join((PIXELS, GEOMETRY, DISPLAY, PROJECTION, TECHNIQUE, EQUIPMENT, NUMBERS, FRAMES, COMPANIONS)).split()
)

# Replaced per practice wherever they occur.
UIDS = frozenset(
    [
        "SOPInstanceUID",
        "StudyInstanceUID",
        "SeriesInstanceUID",
        "FrameOfReferenceUID",
        "SynchronizationFrameOfReferenceUID",
    ]
)
# Set to what the practice's choice of date handling leaves.
DATES = frozenset(["StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"])
TIMES = frozenset(["StudyTime", "SeriesTime", "AcquisitionTime", "ContentTime"])
# Type 2 elements of the image's modules: present, but empty (PS3.3 A.26).
EMPTIED = ("ReferringPhysicianName", "PatientBirthDate", "StudyID")

# Sealed before they are replaced, for the way back.
PATIENT = ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate")
STUDY = ("AccessionNumber", "StudyDate", "StudyTime", "StudyID")

METHOD = "Overread allow-list over PS3.15 Annex E Basic Profile"
# PS3.16 CID 7050 De-identification Method.
BASIC_PROFILE = ("113100", "Basic Application Confidentiality Profile")
FULL_DATES = ("113106", "Retain Longitudinal Temporal Information Full Dates Option")
MODIFIED_DATES = ("113107", "Retain Longitudinal Temporal Information Modified Dates Option")
PATIENT_CHARACTERISTICS = ("113108", "Retain Patient Characteristics Option")
