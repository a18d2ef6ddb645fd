"""How the viewer's desk serves ultrasound and MRI: uncompressed, with the few elements that a decoder needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.browser.viewer_desk import Shot


END = b"\r\n--frame-of-a-companion--\r\n"  # no pixels read so: a short boundary turns up in noise


def entry(shot: Shot) -> dict[str, Any]:
    """The study as the manifest lists it."""
    told = shot.extra["companion"]
    return {"id": f"exam-{shot.key}", **told, "url": "/", "images": [shot.info()]}


def header(shot: Shot) -> dict[str, Any]:
    """Its metadata as DICOM JSON."""
    assert shot.raw is not None
    colour = shot.raw.ndim == 4
    bits = 8 * shot.raw.itemsize
    numbers = {
        "00280002": 3 if colour else 1, "00280010": shot.raw.shape[1], "00280011": shot.raw.shape[2], "00280100": bits,
        "00280101": bits, "00280102": bits - 1, "00280103": 0, **({"00280006": 0} if colour else {}),
    }  # fmt: skip
    words = {"00280004": "RGB" if colour else "MONOCHROME2", "00080060": shot.extra["companion"]["modality"]}
    return {tag: {"vr": "US", "Value": [value]} for tag, value in numbers.items()} | {
        tag: {"vr": "CS", "Value": [value]} for tag, value in words.items()
    }


def body(shot: Shot, path: str) -> bytes:
    """The multipart answer with the frame that `path` ends in."""
    assert shot.raw is not None
    head = (
        b"--frame-of-a-companion\r\nContent-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1\r\n\r\n"
    )
    return head + np.ascontiguousarray(shot.raw[int(path.rpartition("/")[2]) - 1]).tobytes() + END
