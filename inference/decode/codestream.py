"""What a compressed frame says of itself, read before any decoder allocates for it."""

JPEG_START = b"\xff\xd8"
J2K_START = b"\xff\x4f\xff\x51"
_NO_FRAME_HEADER = (0xC4, 0xC8, 0xCC)  # DHT, JPG, DAC share the SOFn range (ITU-T T.81 table B.1)
JXL_START = b"\xff\x0a"
JXL_BOXES = b"\0\0\0\x0cJXL \r\n\x87\n"
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))  # ISO/IEC 18181-1 table D.3


def size(stream: bytes) -> tuple[int, int, int] | None:
    """(rows, columns, components) of a JPEG, JPEG-LS, JPEG 2000 or JPEG XL codestream; None where it does not say.

    JPEG XL states its components further on: 0 stands for them.
    """
    start = stream.find(J2K_START, 0, 4096)
    if start >= 0:
        return _j2k(stream[start + 4 : start + 42])
    if stream.startswith(JPEG_START):
        return _jpeg(stream)
    if stream.startswith(JXL_BOXES):
        return _jxl_boxes(stream)
    return _jxl(stream[2:14]) if stream.startswith(JXL_START) else None


def _j2k(siz: bytes) -> tuple[int, int, int] | None:
    """The SIZ segment from its length on (ITU-T T.800 A.5.1)."""
    if len(siz) < 38:
        return None
    wide, tall, left, top = (int.from_bytes(siz[at : at + 4], "big") for at in (4, 8, 12, 16))
    return tall - top, wide - left, int.from_bytes(siz[36:38], "big")


def _jpeg(stream: bytes) -> tuple[int, int, int] | None:
    """The first SOFn or JPEG-LS SOF55 segment (ITU-T T.81 B.2.2, T.87 C.2.2)."""
    at = 2
    while at + 10 <= len(stream) and stream[at] == 0xFF:
        marker = stream[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in _NO_FRAME_HEADER):
            rows, columns = stream[at + 5 : at + 7], stream[at + 7 : at + 9]
            return int.from_bytes(rows, "big"), int.from_bytes(columns, "big"), stream[at + 9]
        else:
            at += 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
    return None


def _jxl_boxes(stream: bytes) -> tuple[int, int, int] | None:
    """The codestream's first box, jxlc or jxlp, of a JPEG XL container (ISO/IEC 18181-2 9)."""
    at = 0
    while at + 8 <= len(stream):
        length, kind = int.from_bytes(stream[at : at + 4], "big"), stream[at + 4 : at + 8]
        if kind in (b"jxlc", b"jxlp"):
            inner = stream[at + 8 + 4 * (kind == b"jxlp") :][:14]
            return _jxl(inner[2:]) if inner.startswith(JXL_START) else None
        if length < 8:
            return None
        at += length
    return None


def _jxl(header: bytes) -> tuple[int, int, int] | None:
    """SizeHeader, bits from the lowest on (ISO/IEC 18181-1 D.2)."""
    if len(header) < 12:
        return None
    bits = _Bits(int.from_bytes(header, "little"))
    small = bits.take(1)
    rows = bits.length(small)
    ratio = bits.take(3)
    if ratio:
        over, under = _RATIOS[ratio - 1]
        return rows, rows * over // under, 0
    return rows, bits.length(small), 0


class _Bits:
    def __init__(self, value: int) -> None:
        self.value = value

    def take(self, count: int) -> int:
        taken = self.value & ((1 << count) - 1)
        self.value >>= count
        return taken

    def length(self, small: int) -> int:
        if small:
            return 8 * (self.take(5) + 1)
        return self.take((9, 13, 18, 30)[self.take(2)]) + 1
