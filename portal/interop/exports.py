"""A read leaves as DICOM: presentation states and a structured report in one archive, told to the trail first."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import defaultdict

from django.db import transaction
from pydicom.dataset import Dataset

from portal.audit.services import record
from portal.exams.models import Image
from portal.exams.reidentify import originals_of
from portal.interop.marks import Graphic, graphics
from portal.interop.origin import Origin
from portal.interop.originals import headers
from portal.interop.presentation import presentation_state
from portal.interop.secondary_capture import secondary_capture
from portal.interop.structured_report import structured_report
from portal.practices.models import User
from portal.reading.body import digest_of
from portal.reading.key_images import of_read, picture_of
from portal.reading.lexicon import lexicon_of
from portal.reading.models import Read


@transaction.atomic
def export_read(*, read: Read, actor: User, original: bool = False) -> bytes:
    """A ZIP of `gsps-N.dcm`, one for each marked image of the exam, `report.dcm`, and `key-N.dcm`, one for each key
    image that is drawn; the caller has checked who may have it.

    original: under the sender's own identifiers, which opens the identity in the trail. Raises Refused where they are
    gone, and for a read that says nothing.
    Marks on images of earlier exams measure only and belong to no finding; they are not in a read.
    """
    exam = read.case.exam
    images = list(Image.objects.filter(exam=exam).select_related("exam__patient").order_by("created_at"))
    originals = originals_of(exam=exam, images=images, actor=actor) if original else None
    body = read.final_body
    stamp = f"{digest_of(body)}:{'original' if original else 'replaced'}"
    origin = Origin.of(read, stamp)
    found = headers(images, originals)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # highdicom's quote the patient's name
        words, locked = lexicon_of(read.lexicon), read.locked_at is not None
        objects = {"report.dcm": structured_report(found, body, words, origin, locked=locked)}
        for number, (image, marks) in enumerate(_by_image(body, found).items(), start=1):
            objects[f"gsps-{number}.dcm"] = presentation_state(found[image], marks, origin, number)
        for number, key in enumerate(of_read(read), start=1):
            entry = key.entry()
            picture = picture_of(entry) if key.drawn_at else None
            if picture is not None and str(key.image_id) in found:
                source = found[str(key.image_id)]
                objects[f"key-{number}.dcm"] = secondary_capture(source, picture, origin, number, entry["frame"])
    record(
        verb="read.exported", actor=actor, practice_id=exam.practice_id, subject=read, exam_id=exam.pk,
        patient_id=exam.patient_id, case_id=read.case_id, detail={"objects": sorted(objects), "digest": stamp[:64]},
    )  # fmt: skip
    return _archive(objects)


def _by_image(body: dict[str, object], images: dict[str, Dataset]) -> dict[str, list[Graphic]]:
    marks: defaultdict[str, list[Graphic]] = defaultdict(list)
    for mark in graphics(body):
        if mark.image in images:
            marks[mark.image].append(mark)
    return marks


def _archive(objects: dict[str, Dataset]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, dataset in sorted(objects.items()):
            file = io.BytesIO()
            dataset.save_as(file, enforce_file_format=True)
            archive.writestr(zipfile.ZipInfo(name), file.getvalue())
    return out.getvalue()
