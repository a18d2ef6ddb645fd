"""Filing a presentation state or a structured report with the exam that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from django.db import IntegrityError, transaction
from pydicom.dataset import Dataset
from pydicom.uid import UID

from portal.audit.services import record
from portal.exams import notes as said
from portal.exams import part10
from portal.exams.attached import presentation, report
from portal.exams.attached.drawn import Drawn
from portal.exams.attached.kinds import kind_of
from portal.exams.attached.model import Attached
from portal.exams.identity import Keyring
from portal.exams.models import Exam
from portal.exams.part10 import PARSE_ERRORS
from portal.exams.refusals import FileRefused
from portal.practices.models import Practice, User

TITLES = {"presentation-state": "Presentation state", "cad-report": "CAD report", "report": "Structured report"}


@dataclass(frozen=True)
class FiledObject:
    """The row that a file became; `new` is False when the exam already had it."""

    attached: Attached
    new: bool

    @property
    def say(self) -> str:
        """What was kept of it, for its sender."""
        images = len({one["image"] for one in self.attached.graphics})
        numbers = {"graphics": len(self.attached.graphics), "images": images, "lines": len(self.attached.lines)}
        return said.ATTACHED.format(title=self.attached.title, **numbers)


def attached_in(file: BinaryIO) -> Dataset | None:
    """The data set of `file` where it is such an object; None for anything else. Raises FileRefused for a damaged one."""
    if not kind_of(part10.storage_class(file)):
        return None
    dataset = part10.read(file).dataset
    return dataset if kind_of(str(dataset.get("SOPClassUID") or "")) else None


def find_attached(practice: Practice, sha256: str) -> Attached | None:
    """What these very bytes became in this practice, if anything."""
    return Attached.objects.filter(exam__practice=practice, received_sha256=sha256).select_related("exam").first()


def file_attached(*, practice: Practice, dataset: Dataset, sha256: str, actor: User | None) -> FiledObject:
    """Keep what `dataset` draws and says. Raises FileRefused: no such exam here, another patient, damaged values."""
    if known := find_attached(practice, sha256):
        return FiledObject(known, new=False)
    keyring = Keyring(practice)
    try:
        made = _typed(dataset, keyring)
        exam = _exam(dataset, keyring)
    except PARSE_ERRORS as error:
        raise FileRefused("unreadable") from error
    made.exam, made.received_sha256 = exam, sha256
    return _write(made, actor)


def _typed(dataset: Dataset, keyring: Keyring) -> Attached:
    kind = kind_of(str(dataset.SOPClassUID))
    uid = str(dataset.get("SOPInstanceUID") or "")
    if not UID(uid).is_valid:
        raise FileRefused("no-identifiers")
    graphics: list[Drawn]
    if kind == "presentation-state":
        graphics, lines = presentation.read(dataset, keyring.uid)
        by_machine = False
    else:
        told = report.read(dataset, keyring.uid)
        graphics, lines, by_machine = told.graphics, told.lines, told.by_machine or kind == "cad-report"
    return Attached(
        kind=kind, by_machine=by_machine, sop_uid=keyring.uid(uid), title=TITLES[kind], lines=lines,
        graphics=[one.as_json() for one in graphics],
    )  # fmt: skip


def _exam(dataset: Dataset, keyring: Keyring) -> Exam:
    study = str(dataset.get("StudyInstanceUID") or "")
    exam = (
        Exam.objects.filter(practice=keyring.practice, study_uid=keyring.uid(study)).select_related("patient").first()
    )
    if exam is None:
        raise FileRefused("no-exam")
    patient = str(dataset.get("PatientID") or "").strip()
    issuer = str(dataset.get("IssuerOfPatientID") or "").strip()
    if patient and keyring.mac("patient", f"{issuer}:{patient}") != exam.patient.key:
        raise FileRefused("other-patient")
    return exam


def _write(made: Attached, actor: User | None) -> FiledObject:
    known = Attached.objects.filter(exam=made.exam, sop_uid=made.sop_uid).first()
    if known:
        return FiledObject(known, new=False)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            record(
                verb="object.filed", actor=actor, practice_id=made.exam.practice_id, subject=made, exam_id=made.exam_id,
                patient_id=made.exam.patient_id, detail={"kind": made.kind, "received_sha256": made.received_sha256},
            )  # fmt: skip
    except IntegrityError:  # another request filed it meanwhile
        return FiledObject(Attached.objects.get(exam=made.exam, sop_uid=made.sop_uid), new=False)
    return FiledObject(made, new=True)
