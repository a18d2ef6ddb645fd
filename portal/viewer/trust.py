"""How far a suggestion has been right in this practice: exams that the release put in the same band, by what became of them.

Counted are exams of the practice whose cases are all signed or withdrawn, with a run of the same release in the same
triage band, and whose outcome is known: cancer where one breast has it, none where every breast that the exam shows has
an outcome without it. The exam itself does not count. Only signed cases do, so that the number tells nothing of an exam
that somebody may be reading.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef

from portal.analysis.models import Run
from portal.cases.models import Case
from portal.exams.models import Image
from portal.reading.effect import wilson
from portal.reading.models import Outcome

LEAST = 20  # exams: below it the interval is so wide that a share would only mislead
MOST = 5000  # the newest exams with an outcome


def trust(run: Run) -> dict[str, Any] | None:
    """Numbers for "how far to trust this", None for a run without a triage band. Call it only for a revealed run."""
    if not run.triage:
        return None
    known = _known(run)
    cancers = sum(known.values())
    share = wilson(cancers, len(known)) if len(known) >= LEAST else None
    return {
        "triage": run.triage,
        "known": len(known),
        "cancers": cancers if share else None,
        "share": [round(each, 4) for each in share] if share else None,
        "least": LEAST,
    }


def _known(run: Run) -> dict[Any, bool]:
    """Of each exam that counts, whether it held cancer."""
    cases = Case.objects.filter(exam=OuterRef("exam"))
    later = Run.objects.filter(
        exam=OuterRef("exam"), release=run.release_id, finished_at__isnull=False, revision__gt=OuterRef("revision")
    )
    rated = Run.objects.filter(
        ~Exists(later), ~Exists(cases.filter(closed_at=None, withdrawn_at=None)), Exists(cases.filter(closed_at__isnull=False)),
        exam__practice=run.exam.practice_id, release=run.release_id, triage=run.triage, finished_at__isnull=False,
    ).exclude(exam=run.exam_id)  # fmt: skip
    proven = Exists(Outcome.objects.current().filter(exam=OuterRef("exam")))
    exams = list(rated.filter(proven).order_by("-requested_at").values_list("exam", flat=True)[:MOST])
    return _cancer(exams)


def _cancer(exams: list[Any]) -> dict[Any, bool]:
    found: defaultdict[Any, dict[str, str]] = defaultdict(dict)
    for exam, side, result in Outcome.objects.current().filter(exam__in=exams).values_list("exam", "side", "result"):
        found[exam][side] = result
    shown: defaultdict[Any, set[str]] = defaultdict(set)
    sides = Image.objects.filter(exam__in=exams, laterality__in=("R", "L")).values_list("exam", "laterality").distinct()
    for exam, side in sides:
        shown[exam].add(side)
    cancer = {exam: Outcome.Result.MALIGNANT in results.values() for exam, results in found.items()}
    return {exam: hit for exam, hit in cancer.items() if hit or set(found[exam]) >= (shown[exam] or {"R", "L"})}
