"""PNG and JPEG pictures, for the command line and for training sets: grey values, no header."""

from io import BytesIO

import numpy as np
from PIL import Image

from inference.decode.decoded import Decoded
from inference.decode.errors import Corrupt, DecodeError, TooLarge

PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"


def looks_like_picture(data: bytes) -> bool:
    """Whether the bytes begin as PNG or JPEG."""
    return data.startswith((PNG_START, JPEG_START))


def decode(data: bytes, *, max_pixels: int) -> Decoded:
    """Decode a picture to grey; raises TooLarge or Corrupt."""
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > max_pixels:
                raise TooLarge(f"{picture.height}x{picture.width} of at most {max_pixels} pixels")
            deep = picture.mode.startswith("I")
            values = np.asarray(picture if deep or picture.mode == "L" else picture.convert("L"))
    except DecodeError:
        raise
    except Exception as error:
        raise Corrupt(type(error).__name__) from error
    kind = np.uint16 if deep else np.uint8
    stored = np.ascontiguousarray(np.clip(values, 0, np.iinfo(kind).max), dtype=kind)
    return Decoded(pixels=stored, bits_stored=stored.itemsize * 8, photometric="MONOCHROME2", picture=True)
