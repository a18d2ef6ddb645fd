"""Patients, exams and images: one DICOM study is an exam, one SOP instance an image. Pixels live in object storage."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from portal.base.ids import new_id
from portal.exams.attached.model import Attached
from portal.exams.managers import ExamQuerySet, ImageQuerySet, PatientQuerySet
from portal.practices.models import Practice, User

__all__ = ["Attached", "Exam", "Identity", "Image", "Patient"]
BEGINNING = ["uuid_ops", "varchar_pattern_ops"]  # by practice and the first letters, whatever the database's collation


class Patient(models.Model):
    """A woman known to a practice by pseudonym; two practices' patient ids never meet."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="patients")
    pseudonym = models.CharField(max_length=16)  # "P-7F3KQ2MN"
    key = models.CharField(max_length=64)  # HMAC of issuer and Patient ID under the practice's key
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="one_patient_per_key"),
            models.UniqueConstraint(fields=["practice", "pseudonym"], name="one_patient_per_pseudonym"),
        ]
        indexes = [models.Index(fields=["practice", "pseudonym"], name="patients_by_beginning", opclasses=BEGINNING)]

    def __str__(self) -> str:
        return self.pseudonym


class Identity(models.Model):
    """The way back from a replaced value to the original: encrypted, found by HMAC, opened only with an audit event."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12)  # "patient" | "study" | "series" | "sop" | "frame" ...
    key = models.CharField(max_length=64)  # HMAC of the original under the practice's key
    replacement = models.CharField(max_length=64)
    sealed = models.BinaryField()  # Fernet token of the original as JSON

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "kind", "key"], name="one_replacement")]

    def __str__(self) -> str:
        return f"{self.kind} {self.replacement}"


class Exam(models.Model):
    """One mammography study, de-identified; or the ultrasound or MRI of the same woman, shown beside it and never scored."""

    class Modality(models.TextChoices):
        MG = "MG", gettext_lazy("mammography")
        US = "US", gettext_lazy("ultrasound")
        MR = "MR", gettext_lazy("MRI")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="exams")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="exams")
    study_uid = models.CharField("Study Instance UID (replaced)", max_length=64)
    study_date = models.DateField(null=True)  # as the practice's de-identification options leave it
    accession = models.CharField(max_length=16, blank=True)  # replaced
    modality = models.CharField(max_length=2, choices=Modality.choices, default=Modality.MG)
    age = models.PositiveSmallIntegerField(null=True)  # years at the exam, capped at 90
    revision = models.PositiveIntegerField(default=0)  # grows with each filed image; a run belongs to one revision
    notes = models.JSONField(default=list)  # sentences for the reader, e.g. where the views came from
    handed_in_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ExamQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["practice", "study_uid"], name="one_exam_per_study")]
        indexes = [
            models.Index(fields=["practice", "-created_at"]),
            models.Index(fields=["practice", "study_date"]),
            models.Index(fields=["practice", "accession"], name="exams_by_beginning", opclasses=BEGINNING),
        ]

    def __str__(self) -> str:
        return f"{self.patient} {self.study_date or 'undated'}"


class Image(models.Model):
    """One SOP instance, filed: its header as DICOM JSON, its pixels in the object `object_key`."""

    class Transcoding(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"  # stored as HTJ2K, pixels proven equal
        KEPT = "kept"  # stored as received: the reason is in transcoding_note
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="images")
    series_uid = models.CharField(max_length=64)
    sop_uid = models.CharField(max_length=64)
    sop_class_uid = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)  # of the file as it came in: the same bytes are filed once
    # Of the Pixel Data bytes as they came in: tells a re-sent image from another one under the same UID.
    received_pixels_sha256 = models.CharField(max_length=64, blank=True)
    object_key = models.CharField(max_length=200)
    object_bytes = models.PositiveBigIntegerField()
    transfer_syntax_uid = models.CharField(max_length=64)
    pixel_sha256 = models.CharField(max_length=64, blank=True)  # of the decoded stored pixels
    transcoding = models.CharField(max_length=8, choices=Transcoding.choices, default=Transcoding.WAITING)
    transcoding_note = models.CharField(max_length=200, blank=True)
    header = models.JSONField()  # DICOM JSON Model of the de-identified data set, without pixel data
    laterality = models.CharField(max_length=1, blank=True)  # L | R
    view = models.CharField(max_length=8, blank=True)  # CC | MLO | ML | LM | ...
    view_modifiers = models.JSONField(default=list)  # e.g. ["spot", "magnification", "implant-displaced"]
    view_source = models.CharField(max_length=80)  # where laterality and view were read from
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    frames = models.PositiveIntegerField(default=1)
    burnt_in = models.CharField(max_length=8, default="unknown")  # yes | no | unknown
    # By the transcoding worker, {} until then: {"p1", "p99": stored values over the breast, "chest_wall": "left|right|"};
    # of a companion where its plane lies (plane.py).
    pixel_stats = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["exam", "sop_uid"], name="one_image_per_sop")]
        indexes = [models.Index(fields=["received_sha256"]), models.Index(fields=["sop_uid"])]

    def __str__(self) -> str:
        return f"{self.laterality}{self.view}" or self.sop_uid
