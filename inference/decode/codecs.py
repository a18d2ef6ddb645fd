"""Decoders of compressed frames by transfer syntax: imagecodecs, fast and bit-exact.

Only those of its decoders that survived fuzzing; its ljpeg ends the process on damaged JPEG.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid

from inference.decode import codestream, packed
from inference.decode.errors import Corrupt, Truncated

Frame = NDArray[Any]
END = b"\xff\xd9"  # EOI of JPEG and JPEG-LS, EOC of JPEG 2000; padding may follow it

JPEG = (*(f"1.2.840.10008.1.2.4.{number}" for number in range(50, 67)), uid.JPEGLosslessSV1)  # retired ones too
MOST_SCANS = 200  # of a progressive JPEG; each goes over the whole image again
JPEG_LS = (uid.JPEGLSLossless, uid.JPEGLSNearLossless)
J2K = (uid.JPEG2000Lossless, uid.JPEG2000, uid.HTJ2K)
HTJ2K = (uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL)
JPEG_XL = ("1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.111", "1.2.840.10008.1.2.4.112")
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"


@dataclass(frozen=True)
class Layout:
    """What the header says of each frame: its size, its samples a pixel and what they stand for."""

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    photometric: str


def _jpeg(stream: bytes, layout: Layout) -> Frame:
    """By libjpeg-turbo; RGB is taken for RGB, whatever the markers lack, and all other colour becomes RGB."""
    if stream.count(b"\xff\xda") > MOST_SCANS:
        raise Corrupt("a JPEG of too many scans")
    if layout.samples == 3 and layout.photometric == "RGB":
        return np.asarray(imagecodecs.jpeg8_decode(stream, colorspace="RGB", outcolorspace="RGB"))
    return np.asarray(imagecodecs.jpeg8_decode(stream))


def _htj2k(stream: bytes, layout: Layout) -> Frame:
    """By OpenJPH; imagecodecs 2026.3 hands back half a frame where it fails, and tells only the interpreter.

    Lossy frames go to OpenJPEG: OpenJPH as imagecodecs calls it wraps values beyond the range round to its other end.
    """
    unraised: list[object] = []
    before = sys.unraisablehook
    sys.unraisablehook = unraised.append
    try:
        frame = np.asarray(imagecodecs.htj2k_decode(stream))
    finally:
        sys.unraisablehook = before
    if unraised:
        raise Corrupt("HTJ2K codestream")
    return frame


def _by(decode: Callable[[bytes], Any]) -> Callable[[bytes, Layout], Frame]:
    return lambda stream, layout: np.asarray(decode(stream))


MARKED: dict[str, Callable[[bytes, Layout], Frame]] = {
    **dict.fromkeys(JPEG, _jpeg),
    **dict.fromkeys(JPEG_LS, _by(imagecodecs.jpegls_decode)),
    **dict.fromkeys(J2K, _by(imagecodecs.jpeg2k_decode)),
    **dict.fromkeys(HTJ2K, _htj2k),
}
DECODERS: dict[str, Callable[[bytes, Layout], Frame]] = {
    **MARKED,
    **dict.fromkeys(JPEG_XL, _by(imagecodecs.jpegxl_decode)),
    DEFLATED_FRAMES: packed.inflated,
}


def decode_frame(stream: bytes, syntax: str, layout: Layout) -> Frame:
    """One frame of a syntax of DECODERS, (rows, columns) or (rows, columns, 3); raises Truncated or Corrupt."""
    if syntax != DEFLATED_FRAMES:
        _check(stream, layout, ends=syntax in MARKED)
    try:
        return DECODERS[syntax](stream, layout)
    except (RuntimeError, ValueError, TypeError, MemoryError, NotImplementedError) as error:
        raise Corrupt(f"{uid.UID(syntax).name}: {type(error).__name__}") from error


def _check(stream: bytes, layout: Layout, *, ends: bool) -> None:
    """Refuse a codestream of another size than the header's, or without its end marker.

    A decoder would allocate the size it claims, and libjpeg and OpenJPH fill up what is missing with grey.
    """
    if ends and END not in stream[-64:]:
        raise Truncated("a compressed frame without its end")
    claimed = codestream.size(stream)
    wanted = (layout.rows, layout.columns, layout.samples if ends else None)
    if claimed is None or (*claimed[:2], claimed[2] if ends else None) != wanted:
        said = "of no size" if claimed is None else "of {}x{}x{}".format(*claimed)
        raise Corrupt(f"compressed frame {said}, header {layout.rows}x{layout.columns}x{layout.samples}")
