"""A key image as a picture of its own: Secondary Capture (PS3.3 A.8.1), by highdicom."""

from __future__ import annotations

import io

import numpy as np
from highdicom.sc import SCImage
from PIL import Image as Pillow
from pydicom.dataset import Dataset

from portal.interop.origin import Origin
from portal.interop.series import series_of, side_of

DERIVATION = "Key image of a read: reduced, through the reader's window, with marks. Not for diagnosis."


def secondary_capture(image: Dataset, picture: bytes, origin: Origin, number: int, frame: int | None = None) -> Dataset:
    """The drawn picture (JPEG) in colour, with the image that it was made of; its view's name and marks are burnt in.

    `number`: Instance Number within the series; `frame`: of a stack, from 1.
    """
    pixels = np.asarray(Pillow.open(io.BytesIO(picture)).convert("RGB"))
    made = SCImage(
        pixel_array=pixels,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        study_instance_uid=image.StudyInstanceUID,
        **series_of(image, origin, "sc", 9003),
        sop_instance_uid=origin.uid("sc", str(number)),
        instance_number=number,
        manufacturer=origin.equipment["manufacturer"],
        patient_orientation=("A", "F"),  # highdicom asks for one; emptied below, since the image hangs as its view asks
    )
    for keyword in _OF_THE_EXAM:
        setattr(made, keyword, image.get(keyword, ""))
    made.Laterality = side_of(image)
    made.ImageType = ["DERIVED", "SECONDARY"]
    made.BurnedInAnnotation = "YES"
    made.LossyImageCompression = "01"
    made.LossyImageCompressionRatio = [round(pixels.size / len(picture), 2)]
    made.LossyImageCompressionMethod = ["ISO_10918_1"]
    made.DerivationDescription = DERIVATION
    made.add_new("PatientOrientation", "CS", "")
    source = Dataset()
    source.ReferencedSOPClassUID, source.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    if frame:
        source.ReferencedFrameNumber = frame
    made.SourceImageSequence = [source]
    return made


_OF_THE_EXAM = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "AccessionNumber",
    "ReferringPhysicianName", "StudyID",
)  # fmt: skip
