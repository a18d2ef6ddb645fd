"""How a run ends: each write passes the fence `held`, so a worker that was taken over writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from portal.analysis.models import ImageResult, Run
from portal.audit.services import record

DONE = {"progress": 1.0, "stage": ""}


@dataclass(frozen=True)
class ImageOutcome:
    """What is kept of one image: `result` as JSON without its map, the map as PNG bytes."""

    image_id: str
    scored: bool
    malignancy: float | None
    result: dict[str, Any]
    saliency_png: bytes | None


@dataclass(frozen=True)
class Outcome:
    """What is kept of one exam; `exam_score` is a calibrated probability, `score_band` 1..10."""

    scored: bool
    exam_score: float | None
    score_band: int | None
    triage: str
    input_hash: str
    result: dict[str, Any]
    images: tuple[ImageOutcome, ...]


def saliency_key(run: Run, attempt: int, image_id: str) -> str:
    """Where an attempt keeps an image's map: attempts never share a key, so a loser overwrites nothing."""
    return f"saliency/{run.pk}/{attempt}/{image_id}.png"


def finish(run: Run, outcome: Outcome) -> bool:
    """Write the results and end the run; False (nothing written) when it was taken over."""
    stored = {image.image_id: _store_map(run, image) for image in outcome.images}
    with transaction.atomic():
        if not _end(run, outcome):
            _forget(stored.values())
            return False
        ImageResult.objects.bulk_create(_row(run, image, stored[image.image_id]) for image in outcome.images)
        # The trail is open to auditors who may read, too: it names the input and the release, never a score.
        detail = {"attempt": run.attempts, "release": run.release.digest, "input": outcome.input_hash}
        _record(run, "run.finished", detail)
        earlier = [saliency_key(run, n, image) for n in range(1, run.attempts) for image in stored]
        transaction.on_commit(lambda: _forget(earlier), robust=True)
    return True


def fail(run: Run, because: str) -> bool:
    """End the run with a sentence that a person can act on; False when it was taken over or has ended."""
    with transaction.atomic():
        now = timezone.now()
        if not Run.objects.held(run).update(failed_at=now, lease_until=None, failed_because=because, stage=""):
            return False
        _record(run, "run.failed", {"attempt": run.attempts, "because": because})
    return True


def let_go(run: Run) -> None:
    """Give the run back before its lease is over, so that the sweep tries again soon."""
    Run.objects.held(run).update(lease_until=timezone.now())


def _end(run: Run, outcome: Outcome) -> bool:
    columns = {
        "scored": outcome.scored, "exam_score": outcome.exam_score, "score_band": outcome.score_band,
        "triage": outcome.triage, "input_hash": outcome.input_hash, "result": outcome.result,
    }  # fmt: skip
    ended = Run.objects.held(run).update(finished_at=timezone.now(), lease_until=None, **DONE, **columns)
    return bool(ended)


def _record(run: Run, verb: str, detail: dict[str, Any]) -> None:
    exam = run.exam
    record(
        verb=verb, actor=None, practice_id=exam.practice_id, subject=run,
        exam_id=exam.pk, patient_id=exam.patient_id, detail=detail,
    )  # fmt: skip


def _row(run: Run, image: ImageOutcome, key: str) -> ImageResult:
    return ImageResult(
        run=run, image_id=image.image_id, scored=image.scored, malignancy=image.malignancy,
        result=image.result, saliency_key=key,
    )  # fmt: skip


def _store_map(run: Run, image: ImageOutcome) -> str:
    if image.saliency_png is None:
        return ""
    key = saliency_key(run, run.attempts, image.image_id)
    return default_storage.save(key, ContentFile(image.saliency_png))


def _forget(keys: Iterable[str]) -> None:
    for key in keys:
        if key:
            default_storage.delete(key)
