"""The only door to the model: loaded once per worker child, it reads one exam."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import default_storage

from portal.analysis.lease import Lease
from portal.analysis.models import Run
from portal.analysis.outcome import ImageOutcome, Outcome, finish
from portal.analysis.phrases import OTHER_RELEASE
from portal.exams.models import Image

if TYPE_CHECKING:
    from inference.pipeline import Analyst, ImageInput
    from inference.results import ExamResult, ImageResult


class CannotRunError(Exception):
    """The run cannot be done by this worker, now or later; the message tells a person what to do."""


@functools.cache
def analyst() -> Analyst:
    """The release that this worker runs, loaded on first use in the child: CUDA does not survive a fork."""
    from inference import pipeline  # the door to torch: the web process never comes here

    return pipeline.load(settings.RELEASE or None, device=settings.DEVICE)


def execute(run: Run) -> bool:
    """Analyse the exam's images as they were when the run was asked for; whether the results were written.

    Raises CannotRunError, or LeaseLostError when another worker has taken the run over. No transaction is
    open while the model works.
    """
    with Lease(run) as lease:
        lease.report("load", 0.0)
        model = analyst()
        if model.release.digest != run.release.digest:
            raise CannotRunError(OTHER_RELEASE.format(release=run.release))
        lease.report("fetch", 0.0)
        result = model.read_exam(inputs_of(run), progress=lease.report)
        lease.report("write", 1.0)
        return finish(run, outcome_of(result))


def inputs_of(run: Run) -> list[ImageInput]:
    """The run's images with their bytes; laterality and view as filed win over the header's."""
    from inference.pipeline import ImageInput  # the door to torch

    images = {str(image.pk): image for image in Image.objects.filter(pk__in=run.inputs)}
    return [
        ImageInput(key=key, data=bytes_of(images[key]), laterality=images[key].laterality or None,
                   view=images[key].view or None)
        for key in run.inputs
    ]  # fmt: skip


def bytes_of(image: Image) -> bytes:
    """The stored object. Transcoding may replace it after the look-up: then look again once."""
    try:
        with default_storage.open(image.object_key) as file:
            return bytes(file.read())
    except FileNotFoundError:
        image.refresh_from_db(fields=["object_key"])
    with default_storage.open(image.object_key) as file:
        return bytes(file.read())


def outcome_of(result: ExamResult) -> Outcome:
    """The model's answer as the values that the portal keeps."""
    values: dict[str, Any] = result.to_dict()
    values.pop("images")
    return Outcome(
        scored=result.scored,
        exam_score=result.exam_score,
        score_band=result.score_band,
        triage=result.triage or "",
        input_hash=result.input_hash,
        result=values,
        images=tuple(_image_outcome(image) for image in result.images),
    )


def _image_outcome(image: ImageResult) -> ImageOutcome:
    from inference.saliency import encode_png  # the door to torch

    png = None if image.saliency is None else encode_png(image.saliency)
    return ImageOutcome(image.key, image.scored, image.malignancy, image.to_dict(), png)
