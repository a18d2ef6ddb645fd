"""Every way in ends here: receive() files or refuses one file; a closed submission asks for its analyses."""

from __future__ import annotations

import uuid
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.audit.services import record
from portal.base.background import send_on_commit
from portal.base.errors import Conflict, Refused
from portal.base.ids import new_id
from portal.intake.archive import is_zip
from portal.intake.filing import file_one, measure, refuse, shown_name
from portal.intake.finishing import finish_if_settled
from portal.intake.models import Submission, Upload
from portal.intake.tasks import unpack
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import has_role

HANDS_IN = (Role.CLINICIAN, Role.COORDINATOR)


def may_hand_in(user: User, practice: Practice) -> bool:
    """Whether `user` may hand in exams for `practice`."""
    return has_role(user, practice, *HANDS_IN)


@transaction.atomic
def open_submission(*, practice: Practice, sender: User, way: str = "browser") -> Submission:
    """Begin handing in. Raises PermissionDenied for members who may not."""
    if not may_hand_in(sender, practice):
        raise PermissionDenied(
            gettext("Handing in exams needs the role clinician or coordinator. Ask an admin of your practice.")
        )
    submission = Submission.objects.create(practice=practice, sender=sender, way=way)
    record(verb="submission.opened", actor=sender, practice_id=practice.pk, subject=submission, detail={"way": way})
    return submission


def receive(
    *, file: BinaryIO, name: str, submission: Submission, sender: User, upload_id: uuid.UUID | None = None
) -> Upload:
    """Take one file in: filed, already known, or refused with a sentence; a ZIP waits for a worker to unpack it.

    file: seekable, untrusted. `upload_id` makes a repeated call (a retried request) answer with the first one's row.
    Raises Conflict once the submission is closed, PermissionDenied for another sender than the one who opened it.
    """
    if submission.sender_id != sender.pk:
        raise PermissionDenied(gettext("Only who opened a submission adds to it. Open one of your own."))
    if submission.closed_at is not None and upload_id is None:
        raise Conflict("submission-closed", gettext("This submission is finished. Open a new one for more files."))
    upload, new = Upload.objects.get_or_create(
        pk=upload_id or new_id(), defaults={"submission": submission, "name": shown_name(name)}
    )
    if not new and upload.state != Upload.State.RECEIVED:
        return upload
    Submission.objects.filter(pk=submission.pk).update(touched_at=timezone.now())
    try:
        if is_zip(file):
            return _leave_to_worker(upload, file)
    except Refused as refused:
        return refuse(upload, refused)
    return file_one(upload, file)


def _leave_to_worker(upload: Upload, file: BinaryIO) -> Upload:
    """Put a ZIP into object storage, where any worker finds it, and send for one."""
    upload.sha256, upload.bytes = measure(file)
    file.seek(0)
    upload.waiting_key = default_storage.save(f"waiting/{upload.pk}.zip", File(file))
    with transaction.atomic():
        upload.save(update_fields=["sha256", "bytes", "waiting_key"])
        send_on_commit(unpack, str(upload.pk))
    return upload


def close_submission(submission: Submission) -> Submission:
    """No more files come: finish now, or as soon as the last ZIP is unpacked. Conflict while files are still arriving."""
    if submission.partial_uploads.exists():
        raise Conflict(
            "still-arriving", gettext("Files are still arriving. Wait for them or cancel them, then finish.")
        )
    Submission.objects.filter(pk=submission.pk, closed_at=None).update(closed_at=timezone.now())
    finish_if_settled(submission)
    submission.refresh_from_db()
    return submission
