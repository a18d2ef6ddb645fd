"""Multi-frame objects one frame at a time: what is held is one frame, never the stack."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import pixel_array

from inference.decode import pixels
from inference.decode.decoded import Decoded
from inference.decode.errors import BadHeader, Corrupt, DecodeError, TooLarge, Truncated
from inference.decode.meta import describe

MOST_FRAMES = 1000
UNDEFINED = b"\xff\xff\xff\xff"
DEFLATED = "1.2.840.10008.1.2.1.99"


@dataclass(frozen=True)
class Frames:
    """A multi-frame object whose header was read and whose pixels were not. shape: (frames, rows, cols, samples)."""

    data: bytes | Path
    header: Dataset
    start: int
    shape: pixels.Shape

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Decoded]:
        """Each frame as a `Decoded` of one frame, in order; raises a `DecodeError` and nothing else."""
        try:
            with _opened(self.data) as file:
                for number, stored in enumerate(self._stored(file)):
                    frame = pixels.meaningful_bits(stored, self.header)
                    yield Decoded(pixels=frame, **{**describe(self.header, number), "frames": 1})
        except DecodeError:
            raise
        except MemoryError as error:
            raise TooLarge from error
        except Exception as error:
            raise Corrupt(type(error).__name__) from error

    def _stored(self, file: BinaryIO) -> Iterator[pixels.Pixels]:
        count = len(self)
        if not pixels.by_frames(self.header):
            native = pixels.plain_bytes(self.header)
            for index in range(count):
                if native:
                    file.seek(self.start + index * native)
                    yield pixels.from_bytes(file.read(native), self.header)
                    continue
                file.seek(0)
                yield pixels.by_pydicom(self.header, partial(_one, file, index))
            return
        file.seek(self.start)
        done = 0
        for stream in islice(generate_frames(file, number_of_frames=count), count):
            yield pixels.one_frame(stream, self.header)
            done += 1
        if done < count:
            raise Truncated(f"{done} of {count} frames")


def open_frames(data: bytes | Path, *, max_pixels: int) -> Frames | None:
    """A multi-frame DICOM object ready to be read frame by frame; None for anything else, which `decode` reads.

    max_pixels bounds one frame. Raises a `DecodeError`.
    """
    try:
        with _opened(data) as file:
            header = dcmread(file, force=True, stop_before_pixels=True)
            if int(header.get("NumberOfFrames") or 1) < 2 or not _framed(header):
                return None
            start = _pixel_start(file, encapsulated=pixels.by_frames(header))
    except Exception:  # noqa: BLE001 - `decode` will say what is wrong with it
        return None
    shape = pixels.shape_of(header)
    if shape[1] * shape[2] * shape[3] > max_pixels or shape[0] > MOST_FRAMES:
        raise TooLarge(f"{'x'.join(map(str, shape))}: at most {MOST_FRAMES} frames of {max_pixels} pixels")
    return None if start is None else Frames(data, header, start, shape)


def _one(file: BinaryIO, index: int, plugin: str) -> Any:
    return pixel_array(file, index=index, decoding_plugin=plugin)


def _opened(data: bytes | Path) -> BinaryIO:
    return data.open("rb") if isinstance(data, Path) else BytesIO(data)


def _framed(header: Dataset) -> bool:
    """Whether frames can be reached one by one: a known transfer syntax, low bits in use, nothing deflated as a whole."""
    syntax = header.file_meta.get("TransferSyntaxUID")
    if syntax is None or syntax == DEFLATED:
        return False
    used, high = int(header.BitsStored), header.get("HighBit")
    return pixels.by_frames(header) or high is None or int(high) + 1 == used


def _pixel_start(file: BinaryIO, *, encapsulated: bool) -> int | None:
    """Where the value of Pixel Data starts; None where the file has none. `file` stands where pydicom left it."""
    head = file.read(8)
    if head[:4] != b"\xe0\x7f\x10\x00" and head[:4] != b"\x7f\xe0\x00\x10":
        return None
    length = file.read(4) if head[4:6] in (b"OB", b"OW") else head[4:]
    if encapsulated and length != UNDEFINED:
        raise BadHeader("compressed Pixel Data of a defined length")
    return file.tell()
