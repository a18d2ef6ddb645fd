"""One file of a submission: measured, then filed, recognised or refused, and its row says which."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from pydicom.dataset import Dataset

from portal.audit.services import record
from portal.base.errors import Refused
from portal.exams.attached.services import attached_in, file_attached
from portal.exams.header import MammogramHeader
from portal.exams.refusals import FileRefused
from portal.exams.services import Filed, file_image, find_received
from portal.intake.models import Upload

_PIECE = 1024 * 1024


def shown_name(name: str) -> str:
    """The last part of a path, as the sender will recognise it; never used as a path."""
    return PurePosixPath(name.replace("\\", "/")).name.replace("\x00", "")[:255] or "unnamed"


def measure(file: BinaryIO) -> tuple[str, int]:
    """(SHA-256 in hex, bytes) of `file`, read in pieces. Raises FileRefused above UPLOAD_LIMIT."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
        size += len(piece)
        if size > settings.UPLOAD_LIMIT:
            raise FileRefused("too-large", limit=settings.UPLOAD_LIMIT // 1024**2)
    return digest.hexdigest(), size


def file_one(upload: Upload, file: BinaryIO) -> Upload:
    """File one image, or write down why not. Only refusals are caught: anything else is a fault of ours."""
    try:
        upload.sha256, upload.bytes = measure(file)
        dataset = attached_in(file)
        return settle(upload, _filed(upload, file)) if dataset is None else _attach(upload, dataset)
    except Refused as refused:
        return refuse(upload, refused)


def _filed(upload: Upload, file: BinaryIO) -> Filed:
    submission = upload.submission
    if known := find_received(submission.practice, upload.sha256):
        return Filed(known, new=False)
    header = MammogramHeader.read(file)
    return file_image(
        practice=submission.practice, header=header, source=file, sha256=upload.sha256, actor=submission.sender
    )


def _attach(upload: Upload, dataset: Dataset) -> Upload:
    """Keep a presentation state or structured report with its exam, and write down what was kept."""
    submission = upload.submission
    filed = file_attached(practice=submission.practice, dataset=dataset, sha256=upload.sha256, actor=submission.sender)
    upload.state = Upload.State.FILED if filed.new else Upload.State.DUPLICATE
    upload.exam, upload.say = filed.attached.exam, filed.say
    with transaction.atomic():
        upload.save(update_fields=["sha256", "bytes", "state", "exam", "say"])
        if not filed.new:
            _record(upload, "upload.recognised", outcome="done")
    return upload


def settle(upload: Upload, filed: Filed) -> Upload:
    """Write down which image a file became."""
    upload.state = Upload.State.FILED if filed.new else Upload.State.DUPLICATE
    upload.image, upload.exam = filed.image, filed.image.exam
    with transaction.atomic():
        upload.save(update_fields=["sha256", "bytes", "state", "image", "exam"])
        if not filed.new:
            _record(upload, "upload.recognised", outcome="done")
    return upload


def refuse(upload: Upload, refused: Refused) -> Upload:
    """Write down why a file was not filed; its name stays out of the trail."""
    upload.state, upload.code, upload.say = Upload.State.REFUSED, refused.code, refused.say
    with transaction.atomic():
        upload.save(update_fields=["sha256", "bytes", "state", "code", "say"])
        _record(upload, "upload.refused", outcome="refused")
    return upload


def _record(upload: Upload, verb: str, *, outcome: str) -> None:
    submission = upload.submission
    record(
        verb=verb,
        actor=submission.sender,
        practice_id=submission.practice_id,
        subject=upload,
        exam_id=upload.exam_id or "",
        outcome=outcome,
        detail={"code": upload.code, "sha256": upload.sha256} if upload.code else {"sha256": upload.sha256},
    )
