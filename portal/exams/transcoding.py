"""Lossless transcoding to HTJ2K (RPCL), so that a viewer can start on a low resolution; proven before it counts.

The new object is decoded again, by the same decoder, from the bytes that will be stored; only when its stored pixels
hash like the received ones does it take the received object's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import imagecodecs
from django.core.files.storage import default_storage
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from portal.exams import notes as said
from portal.exams import objects
from portal.exams.models import Image
from portal.exams.pixels import DecodeError, Frames, decode

HTJ2K_RPCL = UID("1.2.840.10008.1.2.4.202")
_BY_RESOLUTION = imagecodecs.HTJ2K.TILEPART.RESOLUTIONS
_DEEPEST = 5  # wavelet levels; fewer for small images


@dataclass(frozen=True)
class Outcome:
    """What became of one image; `key` is "" when the object stays as it was received."""

    state: Image.Transcoding
    note: str = ""
    key: str = ""
    size: int = 0
    pixel_sha256: str = ""
    stats: dict[str, Any] | None = None


def transcode(image: Image) -> Outcome:
    """Decode, encode, prove, store under a new key. Writes no row; the caller does, or discards the key."""
    with default_storage.open(image.object_key) as file:
        data = file.read()
    try:
        received = decode(data)
    except DecodeError as error:
        return Outcome(Image.Transcoding.FAILED, note=str(error))
    if image.transfer_syntax_uid == HTJ2K_RPCL:
        return _kept(said.RECEIVED, received)
    rewritten = _rewrite(data, received)
    try:
        proven = decode(rewritten).digest == received.digest
    except DecodeError as error:
        return _kept(said.NOT_READ_BACK.format(code=error.code), received)
    if not proven:
        return _kept(said.OTHER_PIXELS, received)
    key = objects.new_key(image.exam.practice_id, image.pk)
    objects.put(key, BytesIO(rewritten))
    return Outcome(
        Image.Transcoding.DONE, key=key, size=len(rewritten), pixel_sha256=received.digest, stats=received.stats
    )


def _kept(note: str, received: Frames) -> Outcome:
    return Outcome(Image.Transcoding.KEPT, note=note, pixel_sha256=received.digest, stats=received.stats)


def _rewrite(data: bytes, received: Frames) -> bytes:
    """The same data set in explicit little endian with HTJ2K pixels: one fragment a frame and a basic offset table."""
    dataset = dcmread(BytesIO(data), stop_before_pixels=True)
    clean = Dataset()
    clean.update(dataset)
    for offsets in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        clean.pop(offsets, None)
    clean.PixelData = encapsulate([encode(frame) for frame in received.values], has_bot=True)
    clean["PixelData"].VR = "OB"
    clean["PixelData"].is_undefined_length = True
    out = BytesIO()
    objects.write_header(out, clean, HTJ2K_RPCL)
    return out.getvalue()


def encode(frame: NDArray[Any]) -> bytes:
    """One frame (rows, columns), 8 or 16 bits, signed or not, as a reversible HTJ2K codestream in RPCL order.

    Each resolution is a tile-part of its own, and the table in the header (TLM, ITU-T T.800 A.7.1) says how long each
    is: a viewer knows from the first bytes how many of them make a lower resolution.
    """
    levels = min(_DEEPEST, max(1, min(frame.shape).bit_length() - 6))
    return bytes(
        imagecodecs.htj2k_encode(frame, reversible=True, resolutions=levels, tlm=True, tilepart=_BY_RESOLUTION)
    )
