"""Reading parts of stored objects: by seeking in a folder, by HTTP ranges on S3; never a whole object in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from django.core.files.storage import default_storage

CHUNK = 256 * 1024


class S3Object(io.RawIOBase):
    """A seekable view of one S3 object; each read is one ranged GET, so wrap it in a BufferedReader."""

    def __init__(self, bucket: Any, key: str, size: int) -> None:
        super().__init__()
        self.name = key  # pydicom asks every buffered file for its name
        self._object = bucket.Object(key)
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The offset of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move without asking the server."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from the object; 0 at its end."""
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        answer = self._object.get(Range=f"bytes={self._at}-{self._at + wanted - 1}")
        data = answer["Body"].read()
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def open_object(key: str) -> BinaryIO:
    """The object, seekable. Raises FileNotFoundError when it is gone."""
    bucket = getattr(default_storage, "bucket", None)
    if bucket is None:
        return cast(BinaryIO, default_storage.open(key))
    location = getattr(default_storage, "location", "").strip("/")
    raw = S3Object(bucket, f"{location}/{key}" if location else key, default_storage.size(key))
    return cast(BinaryIO, io.BufferedReader(raw, buffer_size=CHUNK))


def stream(file: BinaryIO, spans: list[tuple[int, int]]) -> Iterator[bytes]:
    """The bytes of the spans (offset, length), one after the other, in chunks."""
    for offset, length in spans:
        file.seek(offset)
        left = length
        while left > 0:
            data = file.read(min(CHUNK, left))
            if not data:
                raise EOFError("The stored object is shorter than its offset table says.")
            left -= len(data)
            yield data
