"""The header of a phantom: all that a real unit writes, names and private elements included."""

from typing import Any

from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

VIEW_CODES = {  # PS3.16 CID 4014 View for Mammography, SNOMED CT
    "CC": Code("399162004", "SCT", "cranio-caudal"),
    "MLO": Code("399368009", "SCT", "medio-lateral oblique"),
    "ML": Code("399260004", "SCT", "medio-lateral"),
    "LM": Code("399352003", "SCT", "latero-medial"),
}


def describe(dataset: Dataset, pixels: NDArray[Any], *, laterality: str, view: str, bits: int, inverted: bool) -> None:
    """Fill `dataset` with patient, study, device, mammography and pixel modules for `pixels` (rows, cols)."""
    _patient_and_study(dataset)
    _equipment(dataset)
    _mammography(dataset, laterality, view)
    _pixels(dataset, pixels, bits, inverted)


def _patient_and_study(dataset: Dataset) -> None:
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName = "Phantom^Petra^^Dr."
    dataset.PatientID = "PHANTOM-1"
    dataset.IssuerOfPatientID = "Phantom Hospital"
    dataset.PatientBirthDate = "19650412"
    dataset.PatientSex = "F"
    dataset.PatientAge = "061Y"
    dataset.PatientAddress = "1 Phantom Street"
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = dataset.ContentDate = "20260302"
    dataset.StudyTime = dataset.SeriesTime = dataset.AcquisitionTime = dataset.ContentTime = "101530"
    dataset.AccessionNumber = "ACC-1"
    dataset.StudyID = "S1"
    dataset.StudyDescription = "Screening mammography"
    dataset.ReferringPhysicianName = "Referrer^Rita"
    dataset.SeriesNumber, dataset.InstanceNumber = 1, 1
    dataset.Modality = "MG"


def _equipment(dataset: Dataset) -> None:
    dataset.Manufacturer = "Phantom Imaging"
    dataset.ManufacturerModelName = "Model P"
    dataset.DeviceSerialNumber = "SN-0001"
    dataset.SoftwareVersions = "1.0"
    dataset.InstitutionName = "Phantom Hospital"
    dataset.InstitutionAddress = "2 Phantom Street"
    dataset.StationName = "MAMMO1"
    dataset.OperatorsName = "Operator^Olga"
    private = dataset.private_block(0x0019, "PHANTOM PRIVATE", create=True)
    private.add_new(0x01, "LO", "Phantom^Petra")


def _mammography(dataset: Dataset, laterality: str, view: str) -> None:
    dataset.ImageType = ["DERIVED", "PRIMARY", ""]
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.BodyPartExamined = "BREAST"
    dataset.ImageLaterality = laterality
    dataset.ViewPosition = view
    away = "A" if laterality == "L" else "P"
    across = "R" if laterality == "L" else "L"
    dataset.PatientOrientation = [away, across if view == "CC" else "F"]
    if view in VIEW_CODES:
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning, _ = VIEW_CODES[view]
        code.ViewModifierCodeSequence = []
        dataset.ViewCodeSequence = [code]
    region = codes.SCT.Breast
    anatomy = Dataset()
    anatomy.CodeValue, anatomy.CodingSchemeDesignator, anatomy.CodeMeaning = region[:3]
    dataset.AnatomicRegionSequence = [anatomy]
    dataset.ImagerPixelSpacing = [0.1, 0.1]
    dataset.EstimatedRadiographicMagnificationFactor = "1.0"
    dataset.KVP, dataset.ExposureInuAs, dataset.AnodeTargetMaterial = "28", 80000, "TUNGSTEN"
    dataset.FilterMaterial, dataset.CompressionForce, dataset.BodyPartThickness = "RHODIUM", "90", "55"
    dataset.OrganDose, dataset.PositionerType = "0.015", "MAMMOGRAPHIC"
    dataset.BurnedInAnnotation = "NO"
    dataset.BreastImplantPresent = "NO"
    dataset.PartialView = "NO"


def _pixels(dataset: Dataset, pixels: NDArray[Any], bits: int, inverted: bool) -> None:
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME1" if inverted else "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = pixels.itemsize * 8
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    dataset.PixelRepresentation = 0
    dataset.PixelPaddingValue = 2**bits - 1 if inverted else 0
    dataset.WindowCenter, dataset.WindowWidth = str(2 ** (bits - 1)), str(2**bits)
    dataset.VOILUTFunction = "LINEAR"
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    dataset.PixelIntensityRelationship, dataset.PixelIntensityRelationshipSign = "LOG", -1 if inverted else 1
    dataset.PresentationLUTShape = "INVERSE" if inverted else "IDENTITY"
    dataset.LossyImageCompression = "00"
