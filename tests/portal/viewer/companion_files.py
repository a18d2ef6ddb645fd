"""Ultrasound and MR files as their machines write them: regions, colours, planes, names burnt into nothing."""

import io

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

ULTRASOUND, CLIP, MR = "1.2.840.10008.5.1.4.1.1.6.1", "1.2.840.10008.5.1.4.1.1.3.1", "1.2.840.10008.5.1.4.1.1.4"


def region(box=(40, 20, 120, 100), delta=0.01, **keywords):
    """A two-dimensional region of tissue; delta in cm a pixel."""
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = 1, 1, 0
    item.RegionLocationMinX0, item.RegionLocationMinY0, item.RegionLocationMaxX1, item.RegionLocationMaxY1 = box
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = 3
    item.PhysicalDeltaX = item.PhysicalDeltaY = delta
    for keyword, value in keywords.items():
        setattr(item, keyword, value)
    return item


def file(pixels, *, sop_class, modality, patient="PAT-1", study=None, series=None, **keywords):
    """Part 10 bytes of `pixels`: (rows, columns), (frames, rows, columns) or with three samples last."""
    colour = pixels.shape[-1] == 3 and pixels.ndim > 2
    frames = pixels.shape[0] if pixels.ndim == (4 if colour else 3) else 1
    rows, columns = pixels.shape[-3:-1] if colour else pixels.shape[-2:]
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID = sop_class, generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = study or generate_uid(), series or generate_uid()
    data.PatientName, data.PatientID, data.PatientBirthDate, data.PatientSex = "Doe^Jane", patient, "19610402", "F"
    data.Modality, data.StudyDate, data.SeriesDescription = modality, "20200303", "BREAST OF JANE DOE"
    data.Rows, data.Columns, data.SamplesPerPixel = rows, columns, 3 if colour else 1
    data.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 8 * pixels.itemsize
    data.HighBit, data.PixelRepresentation = data.BitsStored - 1, 0
    if colour:
        data.PlanarConfiguration = 0
    if frames > 1:
        data.NumberOfFrames = frames
    raw = np.ascontiguousarray(pixels).tobytes()
    data.PixelData = raw + b"\0" * (len(raw) % 2)
    data["PixelData"].VR = "OB" if pixels.itemsize == 1 else "OW"
    for keyword, value in keywords.items():
        setattr(data, keyword, value)
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID, data.file_meta.MediaStorageSOPInstanceUID = sop_class, data.SOPInstanceUID
    out = io.BytesIO()
    dcmwrite(out, data, enforce_file_format=True)
    return out.getvalue()


def ultrasound(*, frames=1, colour=True, **keywords):
    """A colour still, or a clip of `frames`."""
    shape = (*([frames] if frames > 1 else []), 120, 160, *([3] if colour else []))
    pixels = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)
    told = {"SequenceOfUltrasoundRegions": [region()], **keywords}
    return file(pixels, sop_class=CLIP if frames > 1 else ULTRASOUND, modality="US", **told)


def mri(count=5, **keywords):
    """`count` sagittal planes 2 mm apart, handed in the wrong way round."""
    shared = {"study": generate_uid(), "series": generate_uid(), **keywords}
    return [
        file(
            np.full((80, 96), 100 * n + 1, np.uint16), sop_class=MR, modality="MR", SeriesNumber=4, InstanceNumber=count - n,
            ImageOrientationPatient=[0, 1, 0, 0, 0, -1], ImagePositionPatient=[-10 - 2 * n, 0, 0],
            PixelSpacing=[0.7, 0.8], SliceThickness=2, **shared,
        )
        for n in range(count)
    ]  # fmt: skip
