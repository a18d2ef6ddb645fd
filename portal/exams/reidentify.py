"""The way back from a pseudonym: opened with an audit event, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.db import transaction

from portal.audit.services import record
from portal.base.errors import Refused
from portal.exams.identity import Keyring
from portal.exams.models import Exam, Identity
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
    keyring = Keyring(exam.practice)
    patient = _open(keyring, "patient", exam.patient.pseudonym)
    study = _open(keyring, "study", exam.study_uid)
    record(
        verb="identity.opened", actor=actor, practice_id=exam.practice_id, subject=exam, exam_id=exam.pk,
        patient_id=exam.patient_id,
    )  # fmt: skip
    return Opened(
        name=patient["PatientName"].replace("^", " ").strip(),
        patient_id=patient["PatientID"],
        birth_date=patient["PatientBirthDate"],
        accession=study["AccessionNumber"],
        study_date=study["StudyDate"],
    )


def _open(keyring: Keyring, kind: str, replacement: str) -> dict[str, str]:
    kept = Identity.objects.filter(practice=keyring.practice, kind=kind, replacement=replacement).first()
    if kept is None:
        raise Refused("identity-gone", "The original identity of this exam is not kept here. Ask where it came from.")
    try:
        return keyring.unseal(bytes(kept.sealed))
    except InvalidToken as error:
        say = "The identity was sealed under another secret key. Ask an admin to restore it."
        raise Refused("identity-sealed", say) from error
