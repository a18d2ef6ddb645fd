"""Stored pixel values out of a dataset: compressed frames by `codecs`, native and RLE by pydicom."""

from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import pixel_array
from pydicom.uid import RLELossless

from inference.decode.codecs import DECODERS, decode_frame
from inference.decode.errors import BadHeader, Corrupt, NoPixels, NotGrey, TooLarge, Truncated, UnsupportedSyntax

Pixels = NDArray[Any]


def read(ds: Dataset, *, max_pixels: int) -> Pixels:
    """Stored values of `ds`, unused bits cleared; (rows, cols), (frames, rows, cols), or with samples last.

    Raises NoPixels, BadHeader, TooLarge, NotGrey, Truncated, UnsupportedSyntax or Corrupt.
    """
    shape = _shape(ds)
    if int(np.prod(shape)) > max_pixels:
        raise TooLarge(f"{'x'.join(map(str, shape))} of at most {max_pixels} pixels")
    syntax = ds.file_meta.TransferSyntaxUID
    if syntax in DECODERS:
        pixels = _compressed(ds, shape)
    elif syntax.is_encapsulated and syntax != RLELossless:
        raise UnsupportedSyntax(syntax.name)
    else:
        pixels = _all_bits(ds) if _low_bit(ds) else _by_pydicom(ds)
    pixels = _squeezed(pixels, shape)
    return _meaningful_bits(pixels, ds)


def _shape(ds: Dataset) -> tuple[int, int, int, int]:
    """(frames, rows, cols, samples) as the header states them."""
    if not any(keyword in ds for keyword in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
        raise NoPixels
    if "PixelData" not in ds:
        raise UnsupportedSyntax("floating point pixel data")
    if not ds.PixelData:
        raise NoPixels("the pixel data element is empty")
    needed = (
        "Rows",
        "Columns",
        "BitsAllocated",
        "BitsStored",
        "PixelRepresentation",
        "PhotometricInterpretation",
    )
    for keyword in needed:
        if ds.get(keyword) is None:
            raise BadHeader(f"{keyword} is missing")
    if "TransferSyntaxUID" not in ds.file_meta:
        raise BadHeader("Transfer Syntax UID is missing")
    if not ds.file_meta.TransferSyntaxUID.is_transfer_syntax:
        raise UnsupportedSyntax(ds.file_meta.TransferSyntaxUID)
    counts = (
        int(ds.get("NumberOfFrames") or 1),
        int(ds.Rows),
        int(ds.Columns),
        int(ds.get("SamplesPerPixel") or 1),
    )
    if min(counts) < 1 or counts[3] not in (1, 3):
        raise BadHeader(f"frames, rows, columns, samples are {counts}")
    if not 1 <= int(ds.BitsStored) <= int(ds.BitsAllocated) <= 32:
        raise BadHeader(f"{ds.BitsStored} bits stored in {ds.BitsAllocated} allocated")
    return counts


def _compressed(ds: Dataset, shape: tuple[int, int, int, int]) -> Pixels:
    """All frames by imagecodecs; colour is refused, for what it means hangs on markers that decoders read differently."""
    frames, rows, columns, samples = shape
    if samples != 1:
        raise NotGrey
    streams = generate_frames(ds.PixelData, number_of_frames=frames)
    decoded = [
        decode_frame(stream, ds.file_meta.TransferSyntaxUID, rows, columns) for stream in islice(streams, frames)
    ]
    if len(decoded) < frames:
        raise Truncated(f"{len(decoded)} of {frames} frames")
    stacked = np.stack(decoded)
    if stacked.dtype.kind == "u" and int(ds.PixelRepresentation) == 1:
        stacked = stacked.view(stacked.dtype.str.replace("u", "i"))
    return stacked


def _by_pydicom(ds: Dataset) -> Pixels:
    """Native and RLE pixels by pydicom's own code, never by a plugin; native colour comes out as RGB.

    gdcm 3.2.6 and pylibjpeg-libjpeg 2.5.0 end the process, or never come back, on damaged JPEG.
    """
    plugin = "pydicom" if ds.file_meta.TransferSyntaxUID.is_encapsulated else ""
    try:
        return np.asarray(pixel_array(ds, decoding_plugin=plugin))
    except ValueError as error:
        if "number of bytes of pixel data is less" in str(error) or "is less than expected" in str(error):
            raise Truncated(str(error)[:120]) from error
        raise Corrupt(str(error)[:120]) from error
    except (RuntimeError, AttributeError, TypeError, NotImplementedError) as error:
        raise Corrupt(str(error).splitlines()[0][:120] if str(error) else "") from error


def _squeezed(pixels: Pixels, shape: tuple[int, int, int, int]) -> Pixels:
    """Drop frames = 1 and samples = 1; raises Corrupt for another shape than the header's."""
    if pixels.size != int(np.prod(shape)):
        raise Corrupt(f"decoded {pixels.shape}, header {shape}")
    frames, _, _, samples = shape
    pixels = pixels.reshape(shape)
    pixels = pixels[..., 0] if samples == 1 else pixels
    return pixels[0] if frames == 1 else pixels


def _meaningful_bits(pixels: Pixels, ds: Dataset) -> Pixels:
    """Native byte order, bits beyond Bits Stored cleared (old overlays hide there) and the sign extended."""
    pixels = np.asarray(pixels, dtype=pixels.dtype.newbyteorder("="))
    if pixels.dtype.kind not in "iu":
        raise UnsupportedSyntax(f"pixels of type {pixels.dtype}")
    wide, used = pixels.itemsize * 8, int(ds.BitsStored)
    low = _low_bit(ds)
    if used + low > wide or (used == wide and low == 0):
        return pixels
    up = wide - used - low
    return np.asarray((pixels << up) >> (wide - used), dtype=pixels.dtype)


def _low_bit(ds: Dataset) -> int:
    """Where native values start: 0, but for files older than 2011 that kept them in the high bits (PS3.5 8.1.1)."""
    if ds.file_meta.TransferSyntaxUID.is_encapsulated:
        return 0
    return max(0, int(ds.get("HighBit") or ds.BitsStored - 1) + 1 - int(ds.BitsStored))


def _all_bits(ds: Dataset) -> Pixels:
    """Decoded with every allocated bit declared stored: pydicom masks the low ones whatever High Bit says."""
    used = ds.BitsStored
    ds.BitsStored = ds.BitsAllocated
    try:
        return _by_pydicom(ds)
    finally:
        ds.BitsStored = used
