"""Frames whose pixels are packed tighter than a byte, or deflated one by one."""

import zlib
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from inference.decode.errors import Corrupt, Truncated

if TYPE_CHECKING:
    from inference.decode.codecs import Layout

Frame = NDArray[Any]


def inflated(stream: bytes, layout: "Layout") -> Frame:
    """A frame of Deflated Image Frame Compression (PS3.5 A.4.14): raw deflate of its native bytes, inflated no further."""
    needed = _bytes_of(layout)
    try:
        raw = zlib.decompressobj(-zlib.MAX_WBITS).decompress(stream, needed + 1)
    except zlib.error as error:
        raise Corrupt("a deflated frame") from error
    return _native(raw, layout)


def run_lengths(stream: bytes, layout: "Layout") -> Frame:
    """A frame of one bit a pixel in RLE Lossless (PS3.5 annex G): one segment of packed bits."""
    segments, start = int.from_bytes(stream[:4], "little"), int.from_bytes(stream[4:8], "little")
    if segments != 1 or not 64 <= start < len(stream):
        raise Corrupt(f"{segments} RLE segments of one bit a pixel")
    try:
        raw = imagecodecs.packbits_decode(stream[start:], out=_bytes_of(layout) + 64)
    except (RuntimeError, ValueError) as error:
        raise Corrupt("an RLE frame") from error
    return _native(bytes(raw), layout)


def twelve_bits(raw: bytes, rows: int, columns: int) -> Frame:
    """Two values in three bytes, low bits first: 12 bits allocated, as ACR-NEMA files kept them."""
    needed = rows * columns * 3 // 2
    if len(raw) < needed or rows * columns % 2:
        raise Truncated(f"{len(raw)} of {needed} bytes")
    first, middle, last = np.frombuffer(raw[:needed], np.uint8).astype(np.uint16).reshape(-1, 3).T
    return np.stack([first | (middle & 0xF) << 8, middle >> 4 | last << 4], axis=1).reshape(rows, columns)


def _bytes_of(layout: "Layout") -> int:
    return (layout.rows * layout.columns * layout.samples * layout.bits_allocated + 7) // 8


def _native(raw: bytes, layout: "Layout") -> Frame:
    """Little-endian native bytes as (rows, columns[, samples]); padding after them is left out."""
    needed = _bytes_of(layout)
    if len(raw) < needed:
        raise Truncated(f"{len(raw)} of {needed} bytes")
    shape = (layout.rows, layout.columns) if layout.samples == 1 else (layout.rows, layout.columns, layout.samples)
    if layout.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(raw[:needed], np.uint8), bitorder="little")
        return bits[: int(np.prod(shape))].reshape(shape)
    if layout.bits_allocated not in (8, 16, 32):
        raise Corrupt(f"{layout.bits_allocated} bits allocated")
    return np.frombuffer(raw[:needed], f"<u{layout.bits_allocated // 8}").reshape(shape).copy()
