"""Inside the portal: the worker's transcoding of one image, against decoding and encoding its pixels alone."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
from django.core.files.storage import default_storage
from pydicom import dcmread
from pydicom.encaps import generate_frames

from portal.exams import objects
from portal.exams.models import Image
from portal.exams.transcoding import encode, transcode
from tests.bench.measures import Series
from tests.browser.exams import malignant


def measure(exam: str, rounds: int) -> dict[str, list[float]]:
    """Seconds for each image and round, each right after its peer's; the portal's rows stay as they are."""
    whole, bare = Series("transcoding"), Series("codecs")
    image = Image.objects.select_related("exam").filter(exam=exam)[0]
    for _ in range(rounds):
        for path in malignant():
            _bare(path, bare)
            _whole(path, image, whole)
    return {"whole": whole.values, "bare": bare.values}


def _bare(path: str, series: Series) -> None:
    """Decode (DICOM RLE) and encode (reversible HTJ2K, with the portal's own settings), and nothing else."""
    dataset = dcmread(path)
    stream = next(generate_frames(dataset.PixelData, number_of_frames=1))
    with series.timed():
        pixels = np.frombuffer(imagecodecs.dicomrle_decode(stream, "<u2"), "<u2")
        encode(pixels.reshape(dataset.Rows, dataset.Columns))


def _whole(path: str, image: Image, series: Series) -> None:
    """The worker's function on an object as it was received; what it stores is thrown away."""
    key = objects.new_key(image.exam.practice_id, image.pk)
    objects.put(key, BytesIO(Path(path).read_bytes()))
    image.object_key, image.transfer_syntax_uid = key, "1.2.840.10008.1.2.5"
    with series.timed():
        outcome = transcode(image)
    if outcome.state != Image.Transcoding.DONE:
        raise RuntimeError(f"{path} was not transcoded: {outcome.note}")
    for made in (key, outcome.key):
        default_storage.delete(made)
