"""The door for image bytes: DICOM of any transfer syntax, PNG or JPEG, to stored pixel values."""

from itertools import islice
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from inference.decode import part10, pictures
from inference.decode.decoded import Decoded, Lut, Window
from inference.decode.errors import DecodeError, NotAnImage, Tiff
from inference.decode.stack import Frames, open_frames

__all__ = [
    "MAX_PIXELS",
    "DecodeError",
    "Decoded",
    "Frames",
    "Lut",
    "Window",
    "decode",
    "frames",
    "one_frame",
    "stored_pixels",
    "study_of",
]

MAX_PIXELS = 200_000_000


def decode(data: bytes | Path, *, max_pixels: int = MAX_PIXELS) -> Decoded:
    """Decode an image file; raises a `DecodeError` and nothing else on any bytes.

    max_pixels bounds frames x rows x columns x samples, checked before anything is decompressed.
    """
    if isinstance(data, Path):
        data = data.read_bytes()
    if part10.looks_like_dicom(data):
        return part10.decode(data, max_pixels=max_pixels)
    if pictures.looks_like_picture(data):
        return pictures.decode(data, max_pixels=max_pixels)
    raise Tiff if pictures.looks_like_tiff(data) else NotAnImage


def frames(data: bytes | Path, *, max_pixels: int = MAX_PIXELS) -> Frames | None:
    """A multi-frame DICOM object, to be read frame by frame; None for all else. Raises a `DecodeError`.

    max_pixels bounds rows x columns x samples of one frame.
    """
    start = data[:132] if isinstance(data, bytes) else _start(data)
    return open_frames(data, max_pixels=max_pixels) if part10.looks_like_dicom(start) else None


def one_frame(data: bytes | Path, number: int | None) -> Decoded:
    """Frame `number` of a stack, counted from 1 as DICOM counts; None: the whole of an image of one frame."""
    stack = frames(data) if number is not None else None
    if stack is None or number is None:
        return decode(data)
    return next(islice(iter(stack), number - 1, None))


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(132)


def stored_pixels(data: bytes | Path, *, max_pixels: int = MAX_PIXELS) -> NDArray[Any]:
    """Only the stored pixel values of `decode`: what a lossless transcoding must leave equal."""
    return decode(data, max_pixels=max_pixels).pixels


def study_of(path: Path) -> str | None:
    """What the files of one exam share, read from the header alone; None where a file does not say."""
    return part10.study(path)
