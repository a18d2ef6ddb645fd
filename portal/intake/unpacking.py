"""A ZIP that waits in object storage becomes one row for each of its files."""

from __future__ import annotations

import uuid
import zipfile
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from portal.audit.services import record
from portal.base.errors import Refused
from portal.exams.notes import INSIDE
from portal.exams.objects import discard, scratch
from portal.intake.archive import Archive, Limits
from portal.intake.filing import file_one, refuse, shown_name
from portal.intake.models import Upload


def unpack_archive(parent: Upload) -> None:
    """File every entry, then close the archive's own row. Interrupted and called again, it goes on where it stopped."""
    limits = Limits(entry=settings.UPLOAD_LIMIT, total=4 * settings.UPLOAD_LIMIT)
    with default_storage.open(parent.waiting_key) as packed:
        try:
            archive = Archive(cast(BinaryIO, packed), limits)
        except Refused as refused:
            refuse(parent, refused)
        else:
            for index, entry in enumerate(archive.entries):
                _take(parent, archive, index, entry)
            _once_more(parent, archive)
            _close(parent, len(archive.entries))
    discard(parent.waiting_key)


def _once_more(parent: Upload, archive: Archive) -> None:
    """Objects that lay in the archive before the images of their exam are taken now that those are here."""
    for index, entry in enumerate(archive.entries):
        early = Upload.objects.filter(pk=_id_of(parent, index), code="no-exam")
        if early.update(state=Upload.State.RECEIVED, code="", say=""):
            _take(parent, archive, index, entry)


def _id_of(parent: Upload, index: int) -> uuid.UUID:
    return uuid.uuid5(parent.pk, str(index))


def _take(parent: Upload, archive: Archive, index: int, entry: zipfile.ZipInfo) -> None:
    upload, _ = Upload.objects.get_or_create(
        pk=_id_of(parent, index),
        defaults={"submission": parent.submission, "name": shown_name(entry.filename)},
    )
    if upload.state != Upload.State.RECEIVED:
        return
    with scratch() as out:
        try:
            archive.unpack(entry, out)
        except Refused as refused:
            refuse(upload, refused)
        else:
            file_one(upload, out)


@transaction.atomic
def _close(parent: Upload, entries: int) -> None:
    parent.state, parent.say = Upload.State.UNPACKED, INSIDE.format(count=entries)
    parent.save(update_fields=["state", "say"])
    record(
        verb="upload.unpacked", actor=parent.submission.sender, practice_id=parent.submission.practice_id,
        subject=parent, detail={"entries": entries, "sha256": parent.sha256},
    )  # fmt: skip
