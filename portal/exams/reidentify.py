"""The way back from a pseudonym: opened with an audit event, or not at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext

from portal.audit.services import record
from portal.base.errors import Refused
from portal.exams.identity import Keyring
from portal.exams.models import Exam, Identity, Image
from portal.practices.models import User


@dataclass(frozen=True)
class Opened:
    """Originals as the header carried them; never stored, never logged."""

    name: str
    patient_id: str
    birth_date: str
    accession: str
    study_date: str


@transaction.atomic
def reidentify(*, exam: Exam, actor: User) -> Opened:
    """The patient's name and numbers. Raises Refused when they were sealed under another SECRET_KEY, or are gone."""
    opened = originals_of(exam=exam, images=(), actor=actor).elements
    return Opened(
        name=opened["PatientName"].replace("^", " ").strip(),
        patient_id=opened["PatientID"],
        birth_date=opened["PatientBirthDate"],
        accession=opened["AccessionNumber"],
        study_date=opened["StudyDate"],
    )


@dataclass(frozen=True)
class Originals:
    """What the sender called things: DICOM elements by keyword, original UIDs by their replacements. Never stored."""

    elements: dict[str, str]
    uids: dict[str, str]


@transaction.atomic
def originals_of(*, exam: Exam, images: Collection[Image], actor: User) -> Originals:
    """The originals of an exam and its images, for objects that go back to the sender. Raises Refused as `reidentify` does."""
    keyring = Keyring(exam.practice)
    elements = _open(keyring, "patient", exam.patient.pseudonym) | _open(keyring, "study", exam.study_uid)
    replaced = {("sop", image.sop_uid) for image in images} | {("series", image.series_uid) for image in images}
    uids = {uid: _open(keyring, kind, uid)["uid"] for kind, uid in replaced}
    record(
        verb="identity.opened", actor=actor, practice_id=exam.practice_id, subject=exam, exam_id=exam.pk,
        patient_id=exam.patient_id,
    )  # fmt: skip
    return Originals(elements, uids)


def _open(keyring: Keyring, kind: str, replacement: str) -> dict[str, str]:
    kept = Identity.objects.filter(practice=keyring.practice, kind=kind, replacement=replacement).first()
    if kept is None:
        raise Refused(
            "identity-gone", gettext("The original identity of this exam is not kept here. Ask where it came from.")
        )
    try:
        return keyring.unseal(bytes(kept.sealed))
    except InvalidToken as error:
        say = gettext("The identity was sealed under another secret key. Ask an admin to restore it.")
        raise Refused("identity-sealed", say) from error
