"""ZIP archives from untrusted hands: opened entry by entry, never extracted by name, bounded in every direction."""

from __future__ import annotations

import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from django.utils.translation import gettext_noop as _

from portal.base.errors import Refused
from portal.exams.careful import Careful, TooMuch

MOST_ENTRIES = 5_000
LARGEST_RATIO = 200  # of a whole archive over SMALL: a mammogram shrinks to a third, a bomb to a thousandth
SMALL = 100 * 1024 * 1024
LARGEST_LIST = 16 * 1024 * 1024  # bytes of the list of entries; 5,000 long names fill a third of it
METHODS = {
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
}  # the others unpack a whole megabyte at once, however large it becomes
_PIECE = 1024 * 1024
_OTHER_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
DEBRIS = {".ds_store", "thumbs.db", "desktop.ini"}

SENTENCES = {
    "archive": _("Only ZIP archives are opened. Pack the files as ZIP, or send them as they are."),
    "zip-damaged": _("The ZIP file is damaged. Pack it again and send it anew."),
    "zip-encrypted": _("The ZIP file has a password. Pack it without one and send it again."),
    "zip-method": _(
        "The ZIP file is packed by a method that is not opened. Pack it anew with the usual method (Deflate)."
    ),
    "zip-nested": _("A ZIP file within a ZIP file is not opened. Send the inner one by itself."),
    "zip-path": _("The name of this entry leads out of the archive, so it was not opened. Pack the folder again."),
    "zip-too-many": _("The ZIP file holds more than {limit} files. Send the exams in several smaller archives."),
    "zip-too-large": _("Unpacked, the ZIP file is larger than {limit} GB. Send the exams in several smaller archives."),
    "zip-bomb": _("The ZIP file unpacks to far more than images would. Pack the exam's own files and send that."),
    "zip-failed": _("Unpacking the ZIP file failed several times. Send its files as they are."),
    "interrupted": _("Filing was interrupted. Send the file again: what was already filed is recognised."),
}


class ArchiveRefused(Refused):
    """An archive, or an entry of one, that is not opened; `code` is a key of SENTENCES."""

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(code, SENTENCES[code].format(**words))


@dataclass(frozen=True)
class Limits:
    """In bytes: of one entry, and of all entries together, unpacked."""

    entry: int
    total: int


def is_zip(file: BinaryIO) -> bool:
    """Whether `file` begins like a ZIP archive. Raises ArchiveRefused for archives of another kind."""
    file.seek(0)
    first = file.read(8)
    file.seek(0)
    if first.startswith(_OTHER_ARCHIVES):
        raise ArchiveRefused("archive")
    return first.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class Archive:
    """An opened ZIP whose list of entries is within the limits. Raises ArchiveRefused."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(cast(IO[bytes], Careful(file, once=LARGEST_LIST, total=sys.maxsize)))
        except TooMuch as error:
            raise ArchiveRefused("zip-too-many", limit=MOST_ENTRIES) from error
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise ArchiveRefused("zip-damaged") from error
        self._limits = limits
        self._left = limits.total
        self.entries = [entry for entry in self._zip.infolist() if not entry.is_dir() and not _debris(entry.filename)]
        self._check()

    def _check(self) -> None:
        if len(self.entries) > MOST_ENTRIES:
            raise ArchiveRefused("zip-too-many", limit=MOST_ENTRIES)
        if any(entry.flag_bits & 1 for entry in self.entries):
            raise ArchiveRefused("zip-encrypted")
        if any(entry.compress_type not in METHODS for entry in self.entries):
            raise ArchiveRefused("zip-method")
        unpacked = sum(entry.file_size for entry in self.entries)
        packed = sum(entry.compress_size for entry in self.entries)
        if unpacked > SMALL and unpacked > LARGEST_RATIO * max(packed, 1):
            raise ArchiveRefused("zip-bomb")
        if unpacked > self._limits.total:
            raise ArchiveRefused("zip-too-large", limit=self._limits.total // 1024**3)

    def unpack(self, entry: zipfile.ZipInfo, out: BinaryIO) -> None:
        """Write one entry to `out`, counting what really comes out of it. Raises ArchiveRefused."""
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise ArchiveRefused("zip-path")
        try:
            with self._zip.open(entry) as packed:
                for piece in _pieces(packed):
                    self._count(out.tell() + len(piece), len(piece))
                    out.write(piece)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as error:
            raise ArchiveRefused("zip-damaged") from error
        out.seek(0)
        if out.read(4) == b"PK\x03\x04":
            raise ArchiveRefused("zip-nested")
        out.seek(0)

    def _count(self, of_entry: int, more: int) -> None:
        self._left -= more
        if of_entry > self._limits.entry or self._left < 0:
            raise ArchiveRefused("zip-bomb")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _debris(name: str) -> bool:
    """What operating systems leave in archives; nobody sent it on purpose."""
    path = PurePosixPath(name)
    return path.name.lower() in DEBRIS or "__MACOSX" in path.parts
