"""DICOM Part 10 from untrusted bytes: the data set before the pixels, and where the pixels lie (PS3.10 7, PS3.5 A.4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO, cast

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.filereader import _read_file_meta_info as read_file_meta
from pydicom.filereader import read_preamble
from pydicom.uid import UID

from portal.exams.careful import Careful, TooMuch
from portal.exams.refusals import FileRefused

# Whatever a parser may raise on damaged bytes; a bug in our own code raises others and is seen.
PARSE_ERRORS = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, EOFError, OSError, struct.error,
    NotImplementedError, RecursionError, LookupError, ArithmeticError, InvalidDicomError, BytesLengthException,
)  # fmt: skip
NATIVE = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"}
ENCAPSULATED = {"1.2.840.10008.1.2.5"} | {
    f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 57, 70, 80, 81, 90, 91, 201, 202, 203)
}
_ENVELOPED_DATA = bytes.fromhex("06092a864886f70d010703")  # OID of a CMS envelope (PS3.15 B: secure files)
_PIXELS = (0x7FE0, 0x0010)
_ITEM, _END = (0xFFFE, 0xE000), (0xFFFE, 0xE0DD)
_UNDEFINED = 0xFFFFFFFF
LARGEST_HEADER = 64 * 1024 * 1024  # bytes before the pixels; tomosynthesis with its frames' attributes needs a few


@dataclass(frozen=True)
class Part10:
    """A parsed file. The Pixel Data element, header included, is the bytes [start, end); its value begins at `value`.

    length: bytes of a native value, None when encapsulated; fragments: of encapsulated pixels, offset table aside.
    """

    dataset: Dataset
    transfer_syntax: UID
    start: int
    value: int
    end: int
    length: int | None
    fragments: int


def read(file: BinaryIO) -> Part10:
    """Parse `file` (seekable) up to its pixels, and walk over them without decoding. Raises FileRefused."""
    syntax = _transfer_syntax(file)
    file.seek(0)
    try:
        dataset = dcmread(cast(BinaryIO, _careful(file)), stop_before_pixels=True)
        start = file.tell()
        return _walk(file, dataset, syntax, start)
    except FileRefused:
        raise
    except TooMuch as error:
        raise FileRefused("header-too-large", limit=LARGEST_HEADER // 1024**2) from error
    except PARSE_ERRORS as error:
        raise FileRefused("unreadable") from error


def storage_class(file: BinaryIO) -> str:
    """Media Storage SOP Class UID as the file's meta information states it; "" where it cannot be read."""
    try:
        _check_magic(file)
        read_preamble(file, force=False)
        return str(read_file_meta(cast(BinaryIO, _careful(file))).get("MediaStorageSOPClassUID") or "")
    except (*PARSE_ERRORS, TooMuch, FileRefused):
        return ""


def _careful(file: BinaryIO) -> Careful:
    return Careful(file, once=LARGEST_HEADER, total=LARGEST_HEADER)


def _transfer_syntax(file: BinaryIO) -> UID:
    _check_magic(file)
    try:
        read_preamble(file, force=False)
        meta = read_file_meta(cast(BinaryIO, _careful(file)))
        syntax, kind = (str(meta.get(k) or "") for k in ("TransferSyntaxUID", "MediaStorageSOPClassUID"))
    except (*PARSE_ERRORS, TooMuch) as error:
        raise FileRefused("unreadable") from error
    if kind == "1.2.840.10008.1.3.10":
        raise FileRefused("dicomdir")
    if not syntax:
        raise FileRefused("no-transfer-syntax")
    if syntax not in NATIVE | ENCAPSULATED:
        raise FileRefused("transfer-syntax", syntax=UID(syntax).name if UID(syntax).is_valid else "unknown")
    return UID(syntax)


def _check_magic(file: BinaryIO) -> None:
    file.seek(0)
    first = file.read(132)
    if not first:
        raise FileRefused("empty")
    if first[:1] == b"\x30" and _ENVELOPED_DATA in first[:64]:
        raise FileRefused("encrypted")
    if first[128:132] != b"DICM":
        raise FileRefused("not-dicom")
    file.seek(0)


def _walk(file: BinaryIO, dataset: Dataset, syntax: UID, start: int) -> Part10:
    order = "<" if syntax.is_little_endian else ">"
    file.seek(start)
    head = file.read(8)
    if len(head) < 8:
        return Part10(dataset, syntax, start, start, start, None, 0)
    group, element = struct.unpack(order + "HH", head[:4])
    if (group, element) != _PIXELS:
        return Part10(dataset, syntax, start, start, start, None, 0)
    tail = head[4:] if syntax.is_implicit_VR else file.read(4)
    (length,) = struct.unpack(order + "L", tail)
    value = file.tell()
    if length == _UNDEFINED:
        end, fragments = _fragments(file)
        return Part10(dataset, syntax, start, value, end, None, fragments)
    end = file.seek(0, 2)
    if value + length > end:
        raise FileRefused("truncated")
    return Part10(dataset, syntax, start, value, value + length, length, 0)


def _fragments(file: BinaryIO) -> tuple[int, int]:
    """(offset just after the sequence delimiter, number of fragments) of encapsulated pixels."""
    here = file.tell()
    size = file.seek(0, 2)
    file.seek(here)
    items = 0
    while True:
        head = file.read(8)
        if len(head) < 8:
            raise FileRefused("truncated")
        group, element, length = struct.unpack("<HHL", head)
        if (group, element) == _END:
            return file.tell(), items - 1
        if (group, element) != _ITEM or length == _UNDEFINED:
            raise FileRefused("unreadable")
        if file.seek(length, 1) > size:
            raise FileRefused("truncated")
        items += 1
