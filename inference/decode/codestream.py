"""What a compressed frame says of itself, read before any decoder allocates for it."""

JPEG_START = b"\xff\xd8"
J2K_START = b"\xff\x4f\xff\x51"
_NO_FRAME_HEADER = (0xC4, 0xC8, 0xCC)  # DHT, JPG, DAC share the SOFn range (ITU-T T.81 table B.1)


def size(stream: bytes) -> tuple[int, int, int] | None:
    """(rows, columns, components) of a JPEG, JPEG-LS, JPEG 2000 or HTJ2K codestream; None where it does not say."""
    start = stream.find(J2K_START, 0, 4096)
    if start >= 0:
        return _j2k(stream[start + 4 : start + 42])
    if stream.startswith(JPEG_START):
        return _jpeg(stream)
    return None


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
