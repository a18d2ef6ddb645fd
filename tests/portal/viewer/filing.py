"""Exams filed without the door: rows and stored objects made of phantoms, as the transcoding worker leaves them."""

from io import BytesIO
from itertools import count

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pydicom import dcmread
from pydicom.uid import HTJ2KLosslessRPCL

from inference import phantom
from portal.exams.models import Exam, Image, Patient

FOUR = [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]
_numbers = count(1)


def file_exam(practice, views=FOUR, **exam):
    """An exam with a ready phantom image for each (laterality, view)."""
    n = next(_numbers)
    patient = Patient.objects.create(practice=practice, pseudonym=f"P-{n:08}", key=f"key-{n}")
    exam = Exam.objects.create(practice=practice, patient=patient, study_uid=f"2.25.{n}", **exam)
    for laterality, view in views:
        file_image(exam, laterality, view)
    return exam


def file_image(exam, laterality="L", view="CC", *, data=None, syntax=HTJ2KLosslessRPCL, stats=None, **row):
    """One stored image; `data` takes the place of the phantom's Part 10 bytes."""
    n = next(_numbers)
    series, instance = f"2.25.{n}.1", f"2.25.{n}.2"
    if data is None:
        data = phantom.dicom(
            laterality=laterality, view=view, rows=256, cols=192, transfer_syntax=syntax, seed=n,
            StudyInstanceUID=exam.study_uid, SeriesInstanceUID=series, SOPInstanceUID=instance,
        )  # fmt: skip
    dataset = dcmread(BytesIO(data), stop_before_pixels=True)
    key = default_storage.save(f"tests/{n}.dcm", ContentFile(data))
    columns = {
        "exam": exam, "series_uid": series, "sop_uid": instance,
        "sop_class_uid": dataset.SOPClassUID, "received_sha256": f"{n:064x}", "object_key": key,
        "object_bytes": len(data), "transfer_syntax_uid": str(dataset.file_meta.TransferSyntaxUID),
        "transcoding": Image.Transcoding.DONE, "header": dataset.to_json_dict(),
        "laterality": laterality, "view": view, "view_source": "ViewPosition",
        "rows": dataset.Rows, "columns": dataset.Columns, "pixel_stats": stats or {},
    }  # fmt: skip
    image = Image.objects.create(**{**columns, **row})
    Exam.objects.filter(pk=exam.pk).update(revision=exam.revision + 1)
    exam.refresh_from_db()
    return image
