"""PNG and JPEG pictures, for the command line and for training sets: grey values, no header."""

import struct
from io import BytesIO

import numpy as np
from PIL import Image

from inference.decode.decoded import Decoded
from inference.decode.errors import Corrupt, DecodeError, SeveralPictures, TooLarge
from inference.turn import Turn

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""Of both byte orders, BigTIFF last."""
ORIENTATION = 274


def looks_like_picture(data: bytes) -> bool:
    """Whether the bytes begin as PNG or JPEG."""
    return data.startswith((PNG_START, JPEG_START))


def looks_like_tiff(data: bytes) -> bool:
    """Whether the bytes begin as TIFF."""
    return data.startswith(TIFF_STARTS)


def decode(data: bytes, *, max_pixels: int) -> Decoded:
    """Decode a picture to grey, pixels as stored, its Exif orientation told; TooLarge, SeveralPictures or Corrupt."""
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > max_pixels:
                raise TooLarge(f"{picture.height}x{picture.width} of at most {max_pixels} pixels")
            if (count := getattr(picture, "n_frames", 1)) > 1:
                raise SeveralPictures(f"{count} pictures")
            deep = picture.mode.startswith("I")
            values = np.asarray(picture if deep or picture.mode == "L" else picture.convert("L"))
            turn = Turn.of(orientation(picture), *values.shape)
    except DecodeError:
        raise
    except Exception as error:
        raise Corrupt(type(error).__name__) from error
    kind = np.uint16 if deep else np.uint8
    stored = np.ascontiguousarray(np.clip(values, 0, np.iinfo(kind).max), dtype=kind)
    return Decoded(pixels=stored, bits_stored=stored.itemsize * 8, photometric="MONOCHROME2", picture=True, turn=turn)


def orientation(picture: Image.Image) -> int:
    """The Exif orientation of an opened picture, 1 where it has none or one that cannot be read."""
    try:
        value = picture.getexif().get(ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, OverflowError, struct.error):
        return 1
    return value if isinstance(value, int) else 1
