"""Decoders of compressed grey frames by transfer syntax: imagecodecs, fast and bit-exact.

Only those of its decoders that survived fuzzing; its ljpeg ends the process on damaged JPEG.
"""

import sys
from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid

from inference.decode import codestream
from inference.decode.errors import Corrupt, Truncated

Frame = NDArray[Any]
END = b"\xff\xd9"  # EOI of JPEG and JPEG-LS, EOC of JPEG 2000; padding may follow it

JPEG = (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1)
JPEG_LS = (uid.JPEGLSLossless, uid.JPEGLSNearLossless)
J2K = (uid.JPEG2000Lossless, uid.JPEG2000)
HTJ2K = (uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K)


def _htj2k(stream: bytes) -> Frame:
    """By OpenJPH; imagecodecs 2026.3 hands back half a frame where it fails, and tells only the interpreter."""
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


DECODERS: dict[str, Callable[[bytes], Frame]] = {
    **dict.fromkeys(JPEG, lambda stream: np.asarray(imagecodecs.jpeg8_decode(stream))),
    **dict.fromkeys(JPEG_LS, lambda stream: np.asarray(imagecodecs.jpegls_decode(stream))),
    **dict.fromkeys(J2K, lambda stream: np.asarray(imagecodecs.jpeg2k_decode(stream))),
    **dict.fromkeys(HTJ2K, _htj2k),
}


def decode_frame(stream: bytes, syntax: str, rows: int, columns: int) -> Frame:
    """One grey frame of a syntax of DECODERS; raises Truncated or Corrupt."""
    _check(stream, rows, columns)
    try:
        return DECODERS[syntax](stream)
    except (RuntimeError, ValueError, TypeError, MemoryError, NotImplementedError) as error:
        raise Corrupt(type(error).__name__) from error


def _check(stream: bytes, rows: int, columns: int) -> None:
    """Refuse a codestream of another size than the header's, or without its end marker.

    A decoder would allocate the size it claims, and libjpeg and OpenJPH fill up what is missing with grey.
    """
    if END not in stream[-64:]:
        raise Truncated("a compressed frame without its end")
    claimed = codestream.size(stream)
    if claimed != (rows, columns, 1):
        said = "of no size" if claimed is None else "of {}x{}x{}".format(*claimed)
        raise Corrupt(f"compressed frame {said}, header {rows}x{columns}x1")
