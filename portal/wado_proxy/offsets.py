"""Where each frame's bytes lie inside a stored Part 10 object, without reading or decoding any pixel."""

from __future__ import annotations

import struct
from dataclasses import asdict, dataclass
from typing import BinaryIO

from django.core.cache import cache
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from portal.exams.models import Image
from portal.wado_proxy.ranges import open_object

ITEM = b"\xfe\xff\x00\xe0"
NATIVE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian)
KEEP = 7 * 24 * 3600  # seconds; an object's bytes never change under its key

Span = tuple[int, int]  # offset and length in bytes


class NotAddressableError(Exception):
    """The object's frames cannot be served as they are stored; the message says why."""


@dataclass(frozen=True)
class FrameIndex:
    """The spans of every frame, in order; a frame of several fragments has several.

    syntax: of the bytes served. Implicit VR pixels equal explicit ones, so both are named Explicit VR.
    """

    syntax: str
    frames: tuple[tuple[Span, ...], ...]


def index_of(image: Image) -> FrameIndex:
    """The index of the image's stored object, parsed once per object. Raises NotAddressableError."""
    key = f"wado:frames:{image.object_key}"
    if (kept := cache.get(key)) is not None:
        frames = tuple(tuple((at, length) for at, length in frame) for frame in kept["frames"])
        return FrameIndex(kept["syntax"], frames)
    with open_object(image.object_key) as file:
        found = parse(file, frames=image.frames)
    cache.set(key, asdict(found), timeout=KEEP)
    return found


def parse(file: BinaryIO, *, frames: int) -> FrameIndex:
    """Read the header and the item tags of a Part 10 file that holds `frames` frames."""
    header = dcmread(file, stop_before_pixels=True)
    syntax = UID(header.file_meta.TransferSyntaxUID)
    if syntax.is_encapsulated:
        file.seek(12, 1)  # tag, VR, reserved, undefined length (PS3.5 7.1.2 and A.4)
        return FrameIndex(str(syntax), _encapsulated(file, header, frames))
    if syntax not in NATIVE:
        raise NotAddressableError(f"Its pixels are stored as {syntax.name}, which has no frames to serve.")
    file.seek(8 if syntax == ImplicitVRLittleEndian else 12, 1)
    size = header.Rows * header.Columns * header.get("SamplesPerPixel", 1) * header.BitsAllocated // 8
    start = file.tell()
    spans = tuple(((start + n * size, size),) for n in range(frames))
    return FrameIndex(str(ExplicitVRLittleEndian), spans)


def _encapsulated(file: BinaryIO, header: FileDataset, frames: int) -> tuple[tuple[Span, ...], ...]:
    table = _read_item(file)
    base = file.tell()  # offsets count from the first fragment's item tag (PS3.5 A.4)
    fragments = _fragments(file)
    if frames == 1:
        return (tuple(fragments),)
    starts = _starts(table, header)
    if starts:
        return _grouped(fragments, [base + start for start in starts])
    if len(fragments) == frames:
        return tuple((fragment,) for fragment in fragments)
    raise NotAddressableError("It has several frames in more fragments, and no offset table that parts them.")


def _read_item(file: BinaryIO) -> bytes:
    tag, length = file.read(4), struct.unpack("<L", file.read(4))[0]
    if tag != ITEM:
        raise NotAddressableError("Its encapsulated pixel data has no offset table item.")
    return file.read(length)


def _fragments(file: BinaryIO) -> list[Span]:
    found: list[Span] = []
    while (head := file.read(8))[:4] == ITEM:
        length = struct.unpack("<L", head[4:])[0]
        found.append((file.tell(), length))
        file.seek(length, 1)
    if not found:
        raise NotAddressableError("Its encapsulated pixel data holds no fragment.")
    return found


def _starts(table: bytes, header: FileDataset) -> list[int]:
    extended = header.get("ExtendedOffsetTable")  # PS3.3 C.7.6.3.1.8
    if extended:
        return list(struct.unpack(f"<{len(extended) // 8}Q", extended))
    return list(struct.unpack(f"<{len(table) // 4}L", table[: len(table) // 4 * 4]))


def _grouped(fragments: list[Span], starts: list[int]) -> tuple[tuple[Span, ...], ...]:
    ends = [*starts[1:], fragments[-1][0] + fragments[-1][1] + 1]
    return tuple(
        tuple(span for span in fragments if start <= span[0] - 8 < end) for start, end in zip(starts, ends, strict=True)
    )
