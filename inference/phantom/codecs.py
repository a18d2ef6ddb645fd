"""Lossless encoders for phantoms, one per DICOM transfer syntax."""

from typing import Any

import imagecodecs
from numpy.typing import NDArray
from pydicom.pixels.encoders.base import RLELosslessEncoder
from pydicom.uid import (
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)


def encoded(pixels: NDArray[Any], syntax: str, bits: int) -> bytes:
    """One frame (rows, cols) in `syntax`, bit-exact; raises ValueError for a syntax that is not here."""
    if syntax == RLELossless:
        return _rle(pixels, bits)
    if syntax == JPEGLosslessSV1:
        return bytes(imagecodecs.jpeg8_encode(pixels, lossless=True, predictor=1, bitspersample=bits))
    if syntax == JPEGLSLossless:
        return bytes(imagecodecs.jpegls_encode(pixels))
    if syntax == JPEG2000Lossless:
        return bytes(imagecodecs.jpeg2k_encode(pixels, codecformat="J2K", reversible=True, bitspersample=bits))
    if syntax in (HTJ2KLossless, HTJ2KLosslessRPCL):
        return bytes(imagecodecs.htj2k_encode(pixels, reversible=True))
    raise ValueError(f"a phantom cannot be written in transfer syntax {syntax}")


def _rle(pixels: NDArray[Any], bits: int) -> bytes:
    rows, columns = pixels.shape
    return RLELosslessEncoder.encode(
        pixels,
        rows=rows,
        columns=columns,
        samples_per_pixel=1,
        number_of_frames=1,
        bits_allocated=pixels.itemsize * 8,
        bits_stored=bits,
        pixel_representation=0,
        photometric_interpretation="MONOCHROME2",
    )
