"""Stored pixel values out of a dataset: compressed frames by `codecs`, native and RLE by pydicom."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import pixel_array
from pydicom.uid import RLELossless

from inference.decode import packed
from inference.decode.codecs import DECODERS, Layout, decode_frame
from inference.decode.errors import BadHeader, Corrupt, NoPixels, TooLarge, Truncated, UnsupportedSyntax

Pixels = NDArray[Any]
Shape = tuple[int, int, int, int]
NEEDED = ("Rows", "Columns", "BitsAllocated", "BitsStored", "PixelRepresentation", "PhotometricInterpretation")


def read(ds: Dataset, *, max_pixels: int) -> Pixels:
    """Stored values of `ds`, unused bits cleared; (rows, cols), (frames, rows, cols), or with samples last.

    Raises NoPixels, BadHeader, TooLarge, Truncated, UnsupportedSyntax or Corrupt.
    """
    _has_pixels(ds)
    shape = shape_of(ds)
    if int(np.prod(shape)) > max_pixels:
        raise TooLarge(f"{'x'.join(map(str, shape))} of at most {max_pixels} pixels")
    if by_frames(ds):
        pixels = _compressed(ds, shape)
    elif int(ds.BitsAllocated) == 12 and shape[0] == shape[3] == 1:
        pixels = packed.twelve_bits(ds.PixelData, shape[1], shape[2])
    else:
        pixels = _all_bits(ds) if _low_bit(ds) else by_pydicom(ds)
    return meaningful_bits(_squeezed(pixels, shape), ds)


def shape_of(ds: Dataset) -> Shape:
    """(frames, rows, cols, samples) as the header states them; raises BadHeader or UnsupportedSyntax, by the element."""
    for keyword in NEEDED:
        if ds.get(keyword) is None:
            raise BadHeader(f"{keyword} is missing")
    if "TransferSyntaxUID" not in ds.file_meta:
        raise BadHeader("Transfer Syntax UID is missing")
    syntax = ds.file_meta.TransferSyntaxUID
    if syntax not in DECODERS and not _pydicoms(ds):
        raise UnsupportedSyntax(f"{syntax.name} {syntax}")
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


def layout_of(ds: Dataset) -> Layout:
    """One frame as the header states it."""
    _, rows, columns, samples = shape_of(ds)
    return Layout(rows, columns, samples, int(ds.BitsAllocated), str(ds.PhotometricInterpretation))


def one_frame(stream: bytes, ds: Dataset) -> Pixels:
    """One encapsulated frame, as stored: signed where the header says so, unused bits not yet cleared."""
    layout = layout_of(ds)
    if ds.file_meta.TransferSyntaxUID == RLELossless:
        frame = packed.run_lengths(stream, layout)
    else:
        frame = decode_frame(stream, ds.file_meta.TransferSyntaxUID, layout)
    if frame.dtype.kind == "u" and int(ds.PixelRepresentation) == 1:
        frame = frame.view(frame.dtype.str.replace("u", "i"))
    if frame.shape[:2] != (layout.rows, layout.columns) or frame.size != layout.rows * layout.columns * layout.samples:
        raise Corrupt(f"decoded {frame.shape}, header {layout.rows}x{layout.columns}x{layout.samples}")
    return frame


def _has_pixels(ds: Dataset) -> None:
    if not any(keyword in ds for keyword in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
        raise NoPixels
    if "PixelData" not in ds:
        raise UnsupportedSyntax("floating point pixel data")
    if not ds.PixelData:
        raise NoPixels("the pixel data element is empty")


def by_frames(ds: Dataset) -> bool:
    """Whether `one_frame` decodes it: RLE of whole bytes is pydicom's, but it cannot unpack bits after it."""
    syntax = ds.file_meta.TransferSyntaxUID
    return syntax in DECODERS or (syntax == RLELossless and int(ds.BitsAllocated) == 1)


def _pydicoms(ds: Dataset) -> bool:
    return bool(ds.file_meta.TransferSyntaxUID == RLELossless or _native(ds))


def _native(ds: Dataset) -> bool:
    """Not compressed; pydicom raises where it is asked this of a syntax that it does not know."""
    syntax = ds.file_meta.TransferSyntaxUID
    return bool(syntax.is_transfer_syntax and not syntax.is_encapsulated)


def _compressed(ds: Dataset, shape: Shape) -> Pixels:
    """All frames, each laid straight into the whole: no second copy is held."""
    frames = shape[0]
    whole: Pixels | None = None
    done = 0
    for done, stream in enumerate(islice(generate_frames(ds.PixelData, number_of_frames=frames), frames), start=1):
        frame = one_frame(stream, ds)
        whole = np.empty((frames, *frame.shape), frame.dtype) if whole is None else whole
        whole[done - 1] = frame
    if whole is None or done < frames:
        raise Truncated(f"{done} of {frames} frames")
    return whole


def by_pydicom(ds: Dataset, decode: Callable[[str], Any] | None = None) -> Pixels:
    """Native and RLE pixels by pydicom's own code, never by a plugin; native colour comes out as RGB.

    decode: called with the plugin's name, reads something else than the whole of `ds`. gdcm 3.2.6 and pylibjpeg-libjpeg
    2.5.0 end the process, or never come back, on damaged JPEG.
    """
    plugin = "" if _native(ds) else "pydicom"
    try:
        return np.asarray(decode(plugin) if decode else pixel_array(ds, decoding_plugin=plugin))
    except ValueError as error:
        if "number of bytes of pixel data is less" in str(error) or "is less than expected" in str(error):
            raise Truncated(str(error)[:120]) from error
        raise Corrupt(str(error)[:120]) from error
    except (RuntimeError, AttributeError, TypeError, NotImplementedError) as error:
        raise Corrupt(str(error).splitlines()[0][:120] if str(error) else "") from error


def plain_bytes(ds: Dataset) -> int:
    """Bytes of one native grey frame of whole bytes; 0 for any other kind, which pydicom has to unpack.

    pydicom 3.0 reads all of a native stack for each of its frames.
    """
    _, rows, columns, samples = shape_of(ds)
    if not _native(ds) or samples != 1 or int(ds.BitsAllocated) not in (8, 16, 32):
        return 0
    return rows * columns * int(ds.BitsAllocated) // 8


def from_bytes(raw: bytes, ds: Dataset) -> Pixels:
    """One frame of `plain_bytes`, as stored."""
    _, rows, columns, _ = shape_of(ds)
    if len(raw) < plain_bytes(ds):
        raise Truncated(f"{len(raw)} of {plain_bytes(ds)} bytes of a frame")
    order = "<" if ds.file_meta.TransferSyntaxUID.is_little_endian else ">"
    kind = "i" if int(ds.PixelRepresentation) else "u"
    return np.frombuffer(raw, f"{order}{kind}{int(ds.BitsAllocated) // 8}").reshape(rows, columns)


def _squeezed(pixels: Pixels, shape: Shape) -> Pixels:
    """Drop frames = 1 and samples = 1; raises Corrupt for another shape than the header's."""
    if pixels.size != int(np.prod(shape)):
        raise Corrupt(f"decoded {pixels.shape}, header {shape}")
    frames, _, _, samples = shape
    pixels = pixels.reshape(shape)
    pixels = pixels[..., 0] if samples == 1 else pixels
    return pixels[0] if frames == 1 else pixels


def meaningful_bits(pixels: Pixels, ds: Dataset) -> Pixels:
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
    if not _native(ds):
        return 0
    return max(0, int(ds.get("HighBit") or ds.BitsStored - 1) + 1 - int(ds.BitsStored))


def _all_bits(ds: Dataset) -> Pixels:
    """Decoded with every allocated bit declared stored: pydicom masks the low ones whatever High Bit says."""
    used = ds.BitsStored
    ds.BitsStored = ds.BitsAllocated
    try:
        return by_pydicom(ds)
    finally:
        ds.BitsStored = used
