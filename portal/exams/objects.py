"""Objects in storage: a de-identified Part 10 file for each image, written beside the database and never in place."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from portal.base.ids import new_id
from portal.exams.part10 import Part10

IN_MEMORY = 32 * 1024 * 1024  # bytes of a file that are kept in memory while it is rewritten
_PIECE = 1024 * 1024
IMPLEMENTATION_UID = "2.25.105473962107340586208377105212431580631"
IMPLEMENTATION = "OVERREAD"


@dataclass(frozen=True)
class Stored:
    """An object as written; `pixels_sha256` is of the Pixel Data value's bytes, encoded as they are."""

    key: str
    size: int
    pixels_sha256: str


def new_key(practice_id: object, image_id: object) -> str:
    """A fresh key; an image's object is replaced under another key, so readers never see half a file."""
    return f"images/{practice_id}/{image_id}/{new_id().hex[:12]}.dcm"


def put(key: str, file: IO[Any]) -> None:
    """Write `file` (at its start) under `key`."""
    default_storage.save(key, File(file))


def discard(key: str) -> None:
    """Delete an object that no row names; a missing one is fine."""
    if key:
        default_storage.delete(key)


@contextmanager
def scratch() -> Iterator[BinaryIO]:
    """A temporary file, in memory while it is small."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        yield cast(BinaryIO, file)


def rewrite(key: str, source: BinaryIO, parsed: Part10, clean: Dataset) -> Stored:
    """Store `clean` with the pixels of `source`, whose bytes are copied undecoded; nothing after them is kept."""
    with scratch() as out:
        write_header(out, clean, parsed.transfer_syntax)
        digest = _copy_pixels(source, parsed, out)
        size = out.tell()
        out.seek(0)
        put(key, out)
    return Stored(key, size, digest)


def write_header(out: BinaryIO, clean: Dataset, syntax: UID) -> None:
    """Preamble (zeros), file meta of our own and `clean`, encoded as `syntax` says (PS3.10 7.1)."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = clean.SOPClassUID
    meta.MediaStorageSOPInstanceUID = clean.SOPInstanceUID
    meta.TransferSyntaxUID = syntax
    meta.ImplementationClassUID = UID(IMPLEMENTATION_UID)
    meta.ImplementationVersionName = IMPLEMENTATION
    clean.file_meta = meta
    clean.preamble = b"\0" * 128
    dcmwrite(
        out,
        clean,
        implicit_vr=syntax.is_implicit_VR,
        little_endian=syntax.is_little_endian,
        enforce_file_format=True,
    )


def _copy_pixels(source: BinaryIO, parsed: Part10, out: BinaryIO) -> str:
    digest = hashlib.sha256()
    source.seek(parsed.start)
    out.write(source.read(parsed.value - parsed.start))
    left = parsed.end - parsed.value
    while left:
        piece = source.read(min(_PIECE, left))
        if not piece:
            raise struct.error("the file became shorter while it was read")
        digest.update(piece)
        out.write(piece)
        left -= len(piece)
    return digest.hexdigest()
