"""Filing: a mammogram's object, its rows and its place in the trail, together or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import F

from portal.audit.services import record
from portal.base.background import send_on_commit
from portal.base.ids import new_id
from portal.exams import notes as said
from portal.exams import objects, plane
from portal.exams.dates import handling_of, parse
from portal.exams.deidentify import Deidentified, deidentify
from portal.exams.header import MammogramHeader
from portal.exams.identity import Keyring, remember
from portal.exams.models import Exam, Image, Patient
from portal.exams.naming import accession_code, pseudonym
from portal.exams.profile import PATIENT, STUDY
from portal.exams.refusals import FileRefused
from portal.exams.tasks import transcode_image
from portal.practices.models import Practice, User


@dataclass(frozen=True)
class Filed:
    """The image that a file became; `new` is False when the practice already had it."""

    image: Image
    new: bool


def find_received(practice: Practice, sha256: str) -> Image | None:
    """The image that these very bytes became in this practice, if any."""
    return Image.objects.filter(exam__practice=practice, received_sha256=sha256).select_related("exam__patient").first()


def file_image(
    *, practice: Practice, header: MammogramHeader, source: BinaryIO, sha256: str, actor: User | None
) -> Filed:
    """File one image; the same bytes, or the same instance with the same pixels, answer with the first image.

    The object is written before the transaction and removed when that fails. Raises FileRefused.
    """
    if known := find_received(practice, sha256):
        return Filed(known, new=False)
    keyring = Keyring(practice)
    clean = deidentify(
        header,
        keyring=keyring,
        pseudonym=pseudonym(keyring, header.patient_key),
        accession=accession_code(keyring, str(header.dataset.get("AccessionNumber") or "")),
        dates=handling_of(practice),
    )
    image_id = new_id()
    stored = objects.rewrite(objects.new_key(practice.pk, image_id), source, header.file, clean.dataset)
    with _removed_on_failure(stored.key):
        if known := _same_instance(practice, clean.dataset.SOPInstanceUID, stored.pixels_sha256):
            objects.discard(stored.key)
            return Filed(known, new=False)
        image = _image(image_id, header, clean, stored, sha256)
        return _write(keyring, header, clean, image, actor)


@contextmanager
def _removed_on_failure(key: str) -> Iterator[None]:
    kept = False
    try:
        yield
        kept = True
    finally:
        if not kept:
            objects.discard(key)


def _same_instance(practice: Practice, sop_uid: str, pixels_sha256: str) -> Image | None:
    """The image filed under this instance UID; FileRefused where its pixels were others."""
    known = Image.objects.filter(exam__practice=practice, sop_uid=sop_uid).select_related("exam__patient").first()
    if known and known.received_pixels_sha256 != pixels_sha256:
        raise FileRefused("other-pixels")
    return known


def _write(keyring: Keyring, header: MammogramHeader, clean: Deidentified, image: Image, actor: User | None) -> Filed:
    try:
        with transaction.atomic():
            exam = _exam(keyring, header, clean, actor)
            image.exam = exam
            image.save(force_insert=True)
            _remember(keyring, header, image, exam)
            _record(image, actor)
            if image.transcoding == Image.Transcoding.WAITING:
                send_on_commit(transcode_image, str(image.pk))
    except IntegrityError:
        # Another request filed this instance meanwhile: its image answers, ours is taken back.
        known = _same_instance(keyring.practice, image.sop_uid, image.received_pixels_sha256)
        if known is None:
            raise
        objects.discard(image.object_key)
        return Filed(known, new=False)
    return Filed(image, new=True)


def _exam(keyring: Keyring, header: MammogramHeader, clean: Deidentified, actor: User | None) -> Exam:
    """The exam of this study, one revision on; locked until the transaction ends."""
    practice = keyring.practice
    patient, _ = Patient.objects.get_or_create(
        practice=practice,
        key=keyring.mac("patient", header.patient_key),
        defaults={"pseudonym": pseudonym(keyring, header.patient_key)},
    )
    exam, created = Exam.objects.get_or_create(
        practice=practice,
        study_uid=clean.study_uid,
        defaults={
            "patient": patient,
            "modality": header.modality,
            "study_date": parse(clean.dataset.get("StudyDate")),
            "accession": clean.dataset.AccessionNumber,
            "age": header.age,
            "handed_in_by": actor,
        },
    )
    if exam.patient_id != patient.pk:
        raise FileRefused("other-patient")
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    notes = list(dict.fromkeys([*exam.notes, *_notes(header, clean)]))
    Exam.objects.filter(pk=exam.pk).update(revision=F("revision") + 1, notes=notes)
    if created:
        record(
            verb="exam.received", actor=actor, practice_id=practice.pk, subject=exam, exam_id=exam.pk,
            patient_id=patient.pk,
        )  # fmt: skip
    return exam


def _notes(header: MammogramHeader, clean: Deidentified) -> list[str]:
    label = f"{header.projection.laterality} {header.projection.view or 'unknown view'}"
    notes = list(header.notes)
    if header.modality != "MG":
        label = {"US": "Ultrasound", "MR": "MRI"}[header.modality]
    elif not header.projection.view:
        notes.append(said.NO_VIEW.format(label=label))
    if header.burnt_in == "yes":
        notes.append(said.BURNT_IN.format(label=label))
    elif header.burnt_in == "unknown" and header.modality == "US":
        notes.append(said.UNSAID)
    if clean.left_out:
        notes.append(said.LEFT_OUT.format(label=label, keywords=", ".join(sorted(set(clean.left_out)))))
    return notes


def _image(
    image_id: uuid.UUID, header: MammogramHeader, clean: Deidentified, stored: objects.Stored, sha256: str
) -> Image:
    found = header.projection
    visible = clean.dataset.to_json_dict(bulk_data_threshold=10**9, suppress_invalid_tags=True)
    for offsets in ("7FE00001", "7FE00002"):
        visible.pop(offsets, None)
    return Image(
        pk=image_id,
        series_uid=clean.dataset.SeriesInstanceUID,
        sop_uid=clean.dataset.SOPInstanceUID,
        sop_class_uid=header.sop_class_uid,
        received_sha256=sha256,
        received_pixels_sha256=stored.pixels_sha256,
        object_key=stored.key,
        object_bytes=stored.size,
        transfer_syntax_uid=str(header.file.transfer_syntax),
        header=visible,
        laterality=found.laterality,
        view=found.view,
        view_modifiers=list(found.modifiers),
        view_source=found.source,
        rows=header.rows,
        columns=header.columns,
        frames=header.frames,
        burnt_in=header.burnt_in,
        **_as_received(header),
    )


def _as_received(header: MammogramHeader) -> dict[str, Any]:
    """A companion stays as it came: nobody reads it on a first look, and its colours would have to be proven, too."""
    if header.modality == "MG":
        return {}
    note = said.BESIDE
    return {
        "transcoding": Image.Transcoding.KEPT,
        "transcoding_note": note,
        "pixel_stats": plane.of(header.dataset),
    }


def _remember(keyring: Keyring, header: MammogramHeader, image: Image, exam: Exam) -> None:
    """Seal the originals of everything that was replaced."""
    patient = {name: str(header.dataset.get(name) or "") for name in PATIENT}
    study = {name: str(header.dataset.get(name) or "") for name in STUDY}
    study["StudyInstanceUID"] = header.study_uid
    remember(keyring, kind="patient", original=header.patient_key, replacement=exam.patient.pseudonym, sealed=patient)
    remember(keyring, kind="study", original=header.study_key, replacement=exam.study_uid, sealed=study)
    for kind, uid, replacement in (
        ("series", header.series_uid, image.series_uid),
        ("sop", header.sop_uid, image.sop_uid),
    ):
        remember(keyring, kind=kind, original=uid, replacement=replacement, sealed={"uid": uid})


def _record(image: Image, actor: User | None) -> None:
    record(
        verb="image.filed",
        actor=actor,
        practice_id=image.exam.practice_id,
        subject=image,
        exam_id=image.exam_id,
        patient_id=image.exam.patient_id,
        detail={
            "laterality": image.laterality,
            "view": image.view,
            "view_source": image.view_source,
            "received_sha256": image.received_sha256,
            "bytes": image.object_bytes,
        },
    )
