"""Files without File Meta Information: ACR-NEMA and bare data sets, which Part 10 later forbade."""

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian


def completed(ds: Dataset) -> Dataset:
    """`ds` with the transfer syntax that its bytes were read by, where the file names none.

    ACR-NEMA knew one grey scale, dark to bright, one sample a pixel, and unsigned values, so where such a file leaves
    them out they are filled in. A file that has File Meta Information has to say them itself.
    """
    if "TransferSyntaxUID" in ds.file_meta or "PixelData" not in ds:
        return ds
    implicit, little = ds.original_encoding
    syntax = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian if little else ExplicitVRBigEndian
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    ds.file_meta = meta
    for keyword, value in (
        ("SamplesPerPixel", 1),
        ("PhotometricInterpretation", "MONOCHROME2"),
        ("PixelRepresentation", 0),
    ):
        if ds.get(keyword) is None:
            setattr(ds, keyword, value)
    return ds
