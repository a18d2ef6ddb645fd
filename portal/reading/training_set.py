"""Signed cases with a proven outcome as a training set: a ZIP of images and the CSV that `inference.datasets` reads."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from pydicom import dcmread, dcmwrite

from portal.audit.services import record
from portal.base.errors import Refused
from portal.cases.models import Case
from portal.exams.models import Image
from portal.practices.models import Practice, Role, User
from portal.practices.selectors import has_role
from portal.reading.models import Outcome
from portal.reading.selectors import agreed_read

COLUMNS = ("image", "patient", "laterality", "view", "malignant", "abnormal", "density")
README = """Training set of {cases} signed cases of {patients} patients, {images} images.

images.csv: malignant is the proven outcome of the breast; abnormal is 1 for a cancer or a benign lesion; density is
the agreed read's. Patients are numbered anew in each export. Left out: exams of which a breast that the images show has
no outcome, images with text burnt in, and series of several frames. Whether the others hold burnt-in text is as their
senders said: {unknown} images do not say. The images keep the UIDs that the portal gave them: whoever can look into
the practice's exams can tell whose they are.

For research. Not for care. Whoever holds this set answers for its use under the law of the practice.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One image of the set and its row of the table."""

    key: str  # of the stored object
    name: str  # in the ZIP
    patient: str
    row: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an export holds, fixed and written to the trail before the first byte leaves."""

    lines: tuple[Line, ...]
    cases: int
    unknown: int  # images whose sender did not say whether text is burnt in

    @property
    def table(self) -> bytes:
        """The CSV."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(line.row for line in self.lines)
        return out.getvalue().encode()

    @property
    def patients(self) -> int:
        """How many patients."""
        return len({line.patient for line in self.lines})


def plan(practice: Practice) -> Plan:
    """The images of every signed case whose imaged breasts all have an outcome; the newest report of an exam speaks."""
    lines: list[Line] = []
    numbers: dict[Any, str] = {}
    cases = unknown = 0
    for case in _signed(practice):
        truth = dict(Outcome.objects.current().filter(exam=case.exam_id).values_list("side", "result"))
        images = list(case.exam.images.filter(laterality__in=("R", "L"), frames=1).exclude(burnt_in="yes"))
        read = agreed_read(case)
        if read is None or not images or {image.laterality for image in images} - set(truth):
            continue
        cases += 1
        unknown += sum(image.burnt_in == "unknown" for image in images)
        patient = numbers.setdefault(case.exam.patient_id, f"P{len(numbers) + 1:06}")
        density = str(read.final_body["density"] or "").lower()
        lines += [
            _line(image, patient, truth[image.laterality], density, len(lines) + at) for at, image in enumerate(images)
        ]
    return Plan(tuple(lines), cases, unknown)


def _signed(practice: Practice) -> Iterator[Case]:
    """One signed case for each exam that has outcomes: its last."""
    proven = Outcome.objects.current().filter(exam__practice=practice).values("exam")
    signed: QuerySet[Case] = Case.objects.filter(practice=practice, closed_at__isnull=False, exam__in=proven)
    seen: set[Any] = set()
    for case in signed.select_related("exam").order_by("-closed_at", "pk"):
        if case.exam_id not in seen:
            seen.add(case.exam_id)
            yield case


def _line(image: Image, patient: str, result: str, density: str, at: int) -> Line:
    name = f"images/{at + 1:06}.dcm"
    malignant, abnormal = str(int(result == "malignant")), str(int(result != "clear"))
    return Line(
        image.object_key, name, patient, (name, patient, image.laterality, image.view, malignant, abnormal, density)
    )


@transaction.atomic
def begin_export(*, practice: Practice, actor: User) -> Plan:
    """Fix what leaves and write it down. Raises Refused for anybody but an admin, and where there is nothing."""
    if not has_role(actor, practice, Role.ADMIN):
        raise Refused("not-an-admin", gettext("Only an admin exports a training set."))
    made = plan(practice)
    if not made.lines:
        raise Refused("nothing", gettext("No signed case has an outcome for every breast yet. Enter outcomes first."))
    digest = hashlib.sha256(made.table).hexdigest()
    detail = {"cases": made.cases, "images": len(made.lines), "patients": made.patients, "table_sha256": digest}
    record(verb="training-set.exported", actor=actor, practice_id=practice.pk, detail=detail)
    return made


def stream(made: Plan) -> Iterator[bytes]:
    """The ZIP in pieces: one image at a time in memory, stored as it is (its pixels are compressed already)."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        about = README.format(cases=made.cases, patients=made.patients, images=len(made.lines), unknown=made.unknown)
        archive.writestr("README.txt", about)
        archive.writestr("images.csv", made.table)
        for line in made.lines:
            archive.writestr(line.name, _renamed(line))
            yield pipe.taken()
    yield pipe.taken()


def _renamed(line: Line) -> bytes:
    """The de-identified object with the set's own patient number, and without what links it to the portal by name."""
    with default_storage.open(line.key) as file:
        dataset = dcmread(file)
    dataset.PatientID = dataset.PatientName = line.patient
    for word in ("AccessionNumber", "StudyID"):
        if word in dataset:
            setattr(dataset, word, "")
    out = io.BytesIO()
    dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


class _Pipe(io.RawIOBase):
    """What the ZIP is written to: it cannot seek, so that nothing but the last pieces is kept."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
