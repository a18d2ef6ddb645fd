"""A phantom as a DICOM file: Digital Mammography X-Ray Image For Presentation (PS3.3 A.26), full header."""

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    DigitalMammographyXRayImageStorageForPresentation,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    generate_uid,
)

from inference.phantom.anatomy import mammogram
from inference.phantom.codecs import encoded
from inference.phantom.header import describe

NATIVE = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
)


def dicom(
    pixels: NDArray[Any] | None = None,
    *,
    laterality: str = "L",
    view: str = "CC",
    rows: int = 1024,
    cols: int = 768,
    lesion: tuple[float, float, float] | None = None,
    seed: int = 0,
    bits: int = 12,
    inverted: bool = False,
    transfer_syntax: str = ExplicitVRLittleEndian,
    **keywords: Any,
) -> bytes:
    """DICOM Part 10 bytes of a phantom (or of `pixels`, (rows, cols), unsigned), every UID drawn anew.

    transfer_syntax: a UID; native, RLE, JPEG lossless, JPEG-LS, JPEG 2000 or HTJ2K, all lossless.
    keywords: any DICOM keyword and its value; None removes the element. Raises ValueError for another syntax.
    """
    if pixels is None:
        pixels = mammogram(
            laterality, view, rows=rows, cols=cols, lesion=lesion, seed=seed, bits=bits, inverted=inverted
        )
    syntax = UID(transfer_syntax)
    dataset = _file(syntax)
    describe(dataset, pixels, laterality=laterality, view=view, bits=bits, inverted=inverted)
    _set_pixels(dataset, pixels, syntax, bits)
    for keyword, value in keywords.items():
        _override(dataset, keyword, value)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", "")
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "")
    return _bytes(dataset, syntax)


def _file(syntax: UID) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    dataset.SOPInstanceUID = generate_uid()
    dataset.StudyInstanceUID = generate_uid()
    dataset.SeriesInstanceUID = generate_uid()
    return dataset


def _set_pixels(dataset: Dataset, pixels: NDArray[Any], syntax: UID, bits: int) -> None:
    if syntax in NATIVE:
        stored = pixels.dtype.newbyteorder(">" if syntax == ExplicitVRBigEndian else "<")
        raw = np.ascontiguousarray(pixels, dtype=stored).tobytes()
        dataset.PixelData = raw + b"\0" * (len(raw) % 2)
    else:
        dataset.PixelData = encapsulate([encoded(pixels, syntax, bits)])
        dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB" if syntax not in NATIVE or pixels.itemsize == 1 else "OW"


def _override(dataset: Dataset, keyword: str, value: Any) -> None:
    if value is not None:
        setattr(dataset, keyword, value)
    elif keyword in dataset:
        delattr(dataset, keyword)


def _bytes(dataset: Dataset, syntax: UID) -> bytes:
    out = BytesIO()
    native = syntax in NATIVE
    dcmwrite(
        out,
        dataset,
        implicit_vr=native and syntax.is_implicit_VR,
        little_endian=not native or syntax.is_little_endian,
        enforce_file_format=True,
    )
    return out.getvalue()
