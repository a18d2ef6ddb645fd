"""A file whose own headers are not believed: whoever parses it cannot be made to read it into memory."""

from __future__ import annotations

from typing import BinaryIO


class TooMuch(Exception):
    """The parser asked for more bytes than a header may have."""


class Careful:
    """`file` (seekable) for a parser that trusts lengths: `once` bytes in one read at most, `total` in all of them."""

    def __init__(self, file: BinaryIO, *, once: int, total: int) -> None:
        self._file, self._once, self._left = file, once, total
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """`size` bytes. Raises TooMuch instead of filling the memory; a file never tells its length by reading it all."""
        if not 0 <= size <= self._once:
            here = self._file.tell()
            rest = self._file.seek(0, 2) - here
            self._file.seek(here)
            if rest > self._once:
                raise TooMuch
        found = self._file.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise TooMuch
        return found
