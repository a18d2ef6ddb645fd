"""multipart/related bodies, written as a stream (RFC 2387, PS3.18 8.6.1.2)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One part: its Content-Type, its bytes in chunks, their number, and where it can be asked for alone."""

    type: str
    chunks: Iterable[bytes]
    length: int
    location: str


class Related:
    """A multipart/related body of parts of one media type; their transfer syntaxes may differ."""

    def __init__(self, media: str, parts: list[Part]) -> None:
        self._boundary = secrets.token_hex(16)
        self._media = media
        self._parts = parts

    @property
    def content_type(self) -> str:
        """Of the whole body."""
        return f'multipart/related; type="{self._media}"; boundary={self._boundary}'

    @property
    def length(self) -> int:
        """Bytes of the whole body."""
        return sum(len(self._head(part)) + part.length + 2 for part in self._parts) + len(self._tail())

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            yield self._head(part)
            yield from part.chunks
            yield b"\r\n"
        yield self._tail()

    def _head(self, part: Part) -> bytes:
        lines = [
            f"--{self._boundary}",
            f"Content-Type: {part.type}",
            f"Content-Length: {part.length}",
            f"Content-Location: {part.location}",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def _tail(self) -> bytes:
        return f"--{self._boundary}--\r\n".encode()
