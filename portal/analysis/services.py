"""What people and other apps ask of analysis: a run, another try, and the reveal of its suggestion."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.analysis.models import Release, Reveal, Run
from portal.analysis.releases import Facts, bundled
from portal.analysis.tasks import enqueue_on_commit
from portal.audit.services import record
from portal.base.errors import Conflict, Refused
from portal.exams.models import Exam
from portal.practices.models import User

UNFINISHED = gettext_noop("The analysis is still running. Wait until it has ended; this page shows how far it is.")
FAILED = gettext_noop("The analysis failed, so there is no suggestion to show. Ask for it again, or go on without it.")


@transaction.atomic
def register(facts: Facts) -> Release:
    """The row of the release with this digest; a new one takes the place of the release asked until now."""
    release, created = Release.objects.get_or_create(
        digest=facts.digest, defaults={"name": facts.name, "version": facts.version, "card": facts.card}
    )
    if created:
        Release.objects.exclude(pk=release.pk).filter(active=True).update(active=False)
        detail = {"name": facts.name, "version": facts.version, "digest": facts.digest}
        record(verb="release.registered", actor=None, subject=release, detail=detail)
    elif not release.active:
        Release.objects.filter(active=True).update(active=False)
        Release.objects.filter(pk=release.pk).update(active=True)
    return release


@transaction.atomic
def request_run(*, exam: Exam, actor: User | None) -> Run:
    """Ask for one analysis of the exam as it is now; asked twice, it is the first run.

    Raises Refused for an exam without images, and for ultrasound and MRI.
    """
    if exam.modality != "MG":
        raise Refused(
            "companion",
            gettext("Not scored: %(kind)s. It is shown beside the mammograms of the same woman.")
            % {"kind": exam.get_modality_display()},
        )
    inputs = [str(pk) for pk in exam.images.order_by("created_at", "pk").values_list("pk", flat=True)]
    if not inputs:
        raise Refused("no-images", gettext("This exam has no images yet. Add them, then ask for the analysis."))
    run, created = Run.objects.get_or_create(
        exam=exam, release=register(bundled()), revision=exam.revision, defaults={"inputs": inputs}
    )
    if created:
        _record(run, "run.requested", actor, {"release": run.release.digest, "images": len(inputs)})
        enqueue_on_commit(str(run.pk))
    return run


@transaction.atomic
def retry_run(*, run: Run, actor: User) -> Run:
    """Let a failed run be tried again. Attempts go on counting: an earlier worker stays fenced out."""
    failed = Run.objects.filter(pk=run.pk, failed_at__isnull=False, finished_at=None)
    reopened = failed.update(
        failed_at=None, failed_because="", claimed_at=None, lease_until=None, progress=0, stage="",
        retries=run.retries + 1, enqueued_at=timezone.now(),
    )  # fmt: skip
    if not reopened:
        raise Conflict("run-not-failed", gettext("This analysis has not failed, so there is nothing to try again."))
    run.refresh_from_db()
    _record(run, "run.retried", actor, {"retries": run.retries})
    enqueue_on_commit(str(run.pk))
    return run


@transaction.atomic
def reveal(*, run: Run, user: User, why: str, case_id: object = "", marks: bool = True, again: bool = False) -> Reveal:
    """Open the run's suggestion to `user` for good; a second reveal returns the first, or adds the marks to it.

    `marks`: outlines and maps as well as the scores. `again`: say in the trail that the marks are open also where they
    were open before, so that an event too many does not tell that the score had held them back.

    Raises Conflict while the analysis goes on and Refused when it failed or `user` may not see the exam.
    """
    current = Run.objects.visible_to(user).filter(pk=run.pk).first()
    if current is None:
        raise Refused("run-unknown", gettext("There is no such analysis among the exams that this person may see."))
    if current.state == "failed":
        raise Refused("run-failed", gettext(FAILED))
    if current.state != "ready":
        raise Conflict("run-unfinished", gettext(UNFINISHED))
    opened, created = Reveal.objects.get_or_create(run=current, user=user, defaults={"why": why, "marks": marks})
    if created:
        detail = {"why": why, "release": current.release.digest, **({} if marks else {"marks": False})}
        _record(current, "suggestion.revealed", user, detail, case_id)
    elif marks and (again or not opened.marks):
        held_back, opened.marks = not opened.marks, True
        opened.save(update_fields=["marks"])
        _record(current, "marks.revealed", user, {"why": why, "held_back": held_back}, case_id)
    return opened


def _record(run: Run, verb: str, actor: User | None, detail: dict[str, object], case_id: object = "") -> None:
    exam = run.exam
    record(
        verb=verb, actor=actor, practice_id=exam.practice_id, subject=run, exam_id=exam.pk,
        patient_id=exam.patient_id, case_id=case_id, detail=detail,
    )  # fmt: skip
