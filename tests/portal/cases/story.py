"""The exam, the case, the run and the read that the tests of cases, reading and batches tell about."""

import copy
import json
from datetime import timedelta

from django.utils import timezone

from portal.analysis.models import Release, Run
from portal.cases.models import Share
from portal.cases.services import Request, open_case
from portal.exams.models import Exam, Image, Patient
from portal.reading.body import EMPTY
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock

SECRET = "0.87654321"  # the exam score of every run here: no answer may hold it before the reveal
RESULT = {
    "release": {"name": "test-release", "version": "1.2.3", "digest": "d" * 64},
    "input_hash": "",
    "scored": True,
    "reasons": [],
    "exam_score": 0.87654321,
    "score_band": 9,
    "triage": "elevated",
    "breasts": {"L": {"score": 0.87654321, "band": 9}, "R": {"score": 0.02, "band": 1}},
    "density": {"A": 0.1, "B": 0.2, "C": 0.6, "D": 0.1},
    "density_letter": "C",
    "suggestion": {"category": "4C", "interval": [0.7, 0.95], "text": "Model-says-look-left", "abstained": False},
    "images": [{"laterality": "L", "view": "CC", "findings": [{"id": "f1", "score": 0.9}]}],
    "seconds": {"network": 0.5},
}
LEAKS = ("0.8765", "Model-says-look-left", "elevated", '"category":"4C"', 'score_band":9')


def an_exam(practice, actor, *, pseudonym="P-TEST0001", views=("RCC", "LCC", "RMLO", "LMLO"), **fields):
    patient, _ = Patient.objects.get_or_create(practice=practice, pseudonym=pseudonym, key=pseudonym)
    count = Exam.objects.count()
    exam = Exam.objects.create(
        practice=practice, patient=patient, study_uid=f"2.25.{count + 1}", accession=f"A{count:07}",
        handed_in_by=actor, revision=len(views), **fields,
    )  # fmt: skip
    for at, view in enumerate(views):
        Image.objects.create(
            exam=exam, series_uid="2.25.7", sop_uid=f"2.25.{count}.{at}", sop_class_uid="1.2", header={},
            received_sha256=f"{at}" * 64, object_key=f"o/{exam.pk}/{at}", object_bytes=1, rows=100, columns=80,
            transfer_syntax_uid="1.2.840.10008.1.2.1", laterality=view[0], view=view[1:], view_source="ViewPosition",
        )  # fmt: skip
    return exam


def a_case(exam, actor, **asked):
    return open_case(exam=exam, asked=Request(question="Is the left mass new?", **asked), actor=actor)


def a_run(exam, state="ready"):
    release, _ = Release.objects.get_or_create(
        digest="d" * 64, defaults={"name": "test-release", "version": "1.2.3", "card": {}}
    )
    now = timezone.now()
    times = {
        "waiting": {},
        "running": {"claimed_at": now, "progress": 0.5, "stage": "network"},
        "failed": {"failed_at": now, "failed_because": "Out of memory."},
        "ready": {
            "finished_at": now,
            "result": RESULT,
            "exam_score": 0.87654321,
            "score_band": 9,
            "triage": "elevated",
        },
    }[state]
    if state == "ready":
        times["scored"] = True
    return Run.objects.create(exam=exam, release=release, revision=exam.revision, **times)


def benign():
    """A complete read: both breasts benign, no recall."""
    body = copy.deepcopy(EMPTY)
    body.update(density="B", recall=False, management="routine", comparison="none", confidence=4)
    body["breasts"] = {"R": {"category": "1"}, "L": {"category": "2"}}
    return body


def suspicious():
    """A complete read: a mass in the left breast, recalled."""
    body = benign()
    body["breasts"]["L"]["category"] = "4B"
    body.update(recall=True, recall_sides=["L"], management="biopsy", text="Spiculated mass.")
    body["findings"] = [
        {
            "id": "m1", "kind": "mass", "laterality": "L", "quadrant": "UOQ", "size_mm": 12.0, "category": "4B",
            "descriptors": {"shape": "irregular", "margin": "spiculated"}, "note": "", "marks": [],
            "clock": None, "depth": None, "nipple_mm": None, "size_mark": None, "features": [], "change": None,
        }
    ]  # fmt: skip
    return body


def a_locked_read(case, reader, body):
    read = begin(case=case, user=reader)
    read = save_draft(read=read, version=read.version, data=body)
    return lock(read=read, actor=reader, version=read.version)


def a_share(case, actor, address, guest=None, **fields):
    """The row as `sharing.share` makes it; `guest`: whose it is, who reads in their first practice."""
    home = guest.memberships.get(role="reader").practice if guest else None
    kept = {"purpose": "read", "ends_at": timezone.now() + timedelta(days=7), **fields}
    return Share.objects.create(case=case, address=address, guest=guest, home=home, shared_by=actor, **kept)


def send(client, method, path, body=None):
    """One JSON request."""
    return getattr(client, method)(path, json.dumps(body or {}), content_type="application/json")
