"""A read's key images as Secondary Capture: the picture as drawn, its source, and what it says of itself."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation

from portal.audit.models import Event
from portal.reading import key_images
from portal.reading.models import KeyImage
from tests.portal.interop.test_read_objects import fetch, objects
from tests.portal.reading.test_key_images import case, decided  # noqa: F401

pytestmark = pytest.mark.django_db
# Type 1 and 2 of the modules of the IOD (PS3.3 table A.8-1); None: may be empty.
REQUIRED = (
    "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "Modality", "ConversionType", "ImageType", "SamplesPerPixel",
    "PhotometricInterpretation", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "PlanarConfiguration", "PixelData", "PatientID",
)  # fmt: skip
MAY_BE_EMPTY = (
    "PatientName", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName",
    "StudyID", "SeriesNumber", "InstanceNumber", "PatientOrientation",
)  # fmt: skip


def test_a_key_image_that_is_drawn_leaves_with_its_source_and_says_what_it_is(cast, decided):  # noqa: F811
    images = decided.case.exam.images
    whole = images.get(laterality="L", view="CC").header
    images.update(header=whole, sop_class_uid=DigitalMammographyXRayImageStorageForPresentation)
    assert not any(name.startswith("key") for name in objects(fetch(cast, "rosa", decided)))
    row = KeyImage.objects.get()
    key_images.draw(str(row.pk))
    found = objects(fetch(cast, "rosa", decided))
    made = found["key-1.dcm"]
    assert made.SOPClassUID.name == "Secondary Capture Image Storage"
    assert made.file_meta.MediaStorageSOPInstanceUID == made.SOPInstanceUID
    assert [name for name in REQUIRED if not made.get(name) and made.get(name) != 0] == []
    assert [name for name in MAY_BE_EMPTY if name not in made] == []
    assert (made.BurnedInAnnotation, made.LossyImageCompression) == ("YES", "01")
    assert list(made.ImageType) == ["DERIVED", "SECONDARY"] and "Not for diagnosis" in made.DerivationDescription
    assert made.PatientID == decided.case.exam.patient.pseudonym
    [source] = made.SourceImageSequence
    assert (
        source.ReferencedSOPInstanceUID == row.image.sop_uid and source.ReferencedSOPClassUID == row.image.sop_class_uid
    )
    row.refresh_from_db()
    picture = np.asarray(Pillow.open(io.BytesIO(key_images.picture_of(row.entry()))).convert("RGB"))
    assert np.array_equal(made.pixel_array, picture) and picture.std() > 10
    told = [event.detail["objects"] for event in Event.objects.filter(verb="read.exported")]
    assert ["key-1.dcm" in names for names in told].count(True) == 1 and len(told) == 2
    assert objects(fetch(cast, "rosa", decided))["key-1.dcm"].SOPInstanceUID == made.SOPInstanceUID
