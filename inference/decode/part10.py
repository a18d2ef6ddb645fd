"""DICOM Part 10 bytes to `Decoded`; every failure inside pydicom surfaces as a named refusal."""

import zlib
from io import BytesIO
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from inference.decode import pixels
from inference.decode.decoded import Decoded
from inference.decode.errors import BadHeader, Corrupt, DecodeError, NotAnImage, TooLarge
from inference.decode.headless import completed
from inference.decode.meta import describe
from inference.decode.views import study_of

DEFLATED = b"1.2.840.10008.1.2.1.99"
STUDY_TAGS = ["PatientID", "StudyInstanceUID"]
META_START = 144  # preamble, "DICM" and the group length element (PS3.10 7.1)


def looks_like_dicom(data: bytes) -> bool:
    """Whether the Part 10 prefix is there, or the file opens with a group 2 or group 8 element without it."""
    return data[128:132] == b"DICM" or (data[:2] in (b"\2\0", b"\x08\0") and data[3:4] == b"\0")


def decode(data: bytes, *, max_pixels: int) -> Decoded:
    """Decode one Part 10 file; raises a `DecodeError` and nothing else."""
    try:
        _refuse_bombs(data, 8 * max_pixels)
        dataset = completed(dcmread(BytesIO(data), force=True))
        values = pixels.read(dataset, max_pixels=max_pixels)
    except DecodeError:
        raise
    except InvalidDicomError as error:
        raise NotAnImage from error
    except MemoryError as error:
        raise TooLarge from error
    except Exception as error:
        raise Corrupt(type(error).__name__) from error
    return _described(dataset, values)


def study(path: Path) -> str | None:
    """What the images of one exam share (see `views.study_of`); None where the file does not say, or is no DICOM."""
    try:
        with path.open("rb") as file:
            if not looks_like_dicom(file.read(132)):
                return None
        return study_of(dcmread(path, force=True, stop_before_pixels=True, specific_tags=STUDY_TAGS))
    except Exception:  # noqa: BLE001 - the file's refusal is told when it is decoded
        return None


def _described(dataset: Dataset, values: pixels.Pixels) -> Decoded:
    try:
        return Decoded(pixels=values, **describe(dataset))
    except Exception as error:
        raise BadHeader(type(error).__name__) from error


def _refuse_bombs(data: bytes, limit: int) -> None:
    """Inflate a deflated file up to `limit` bytes before pydicom would inflate all of it."""
    if DEFLATED not in data[:1024]:
        return
    start = META_START + int.from_bytes(data[140:144], "little")
    if len(zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[start:], limit + 1)) > limit:
        raise TooLarge("a deflated file that inflates without end")
