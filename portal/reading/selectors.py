"""Reading reads: whose they are, who may see them now, and what they say."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from portal.analysis.models import Run
from portal.cases.incomplete import wanting
from portal.cases.models import Assignment, Case
from portal.cases.protocols import protocol_for
from portal.exams.models import Exam
from portal.practices.models import Role, User
from portal.practices.selectors import has_role
from portal.reading.discordance import Difference, compare
from portal.reading.models import Read, ReadQuerySet, Report
from portal.reading.opinions import Opinion, of_body, of_first, of_suggestion


def is_blind(case: Case, place: str) -> bool:
    """Whether the suggestion is sealed until the lock of the read in `place`; an arbiter's never is."""
    return place != "arbiter" and protocol_for(case).blind


def open_read(case: Case, user: Any) -> Read | None:
    """The read of `user` on this case whose place they hold or have done; None for anybody else."""
    held = Assignment.objects.filter(case=case, member=user.pk, place=OuterRef("place"))
    return Read.objects.visible_to(user).filter(Exists(held), case=case).first()


def sealed_from(exam: Exam, user: Any) -> bool:
    """Whether `user` is reading this exam blind now, so that nothing another case says of it may be shown."""
    drafts = Read.objects.filter(case__exam=exam, reader=user.pk, locked_at=None, case__closed_at=None)
    held = Assignment.objects.filter(case=OuterRef("case"), member=user.pk, place=OuterRef("place"), done_at=None)
    alive = drafts.filter(Exists(held), case__withdrawn_at=None).select_related("case")
    return any(is_blind(read.case, read.place) for read in alive)


def still_blind(exam: Exam, user: Any) -> bool:
    """Whether `user` reads blind now, or is a reader who may yet do so: neither has read this exam nor seen its suggestion.

    It depends on the person and their reads alone, never on the run, so that the answer tells nothing of it.
    """
    if sealed_from(exam, user):
        return True
    if _reads_openly(exam, user):
        return False
    if not has_role(user, exam.practice, Role.READER):
        return False
    spoken = Read.objects.filter(case__exam=exam, reader=user.pk, locked_at__isnull=False)
    return not spoken.exists() and revealed_run(exam, user) is None


def _reads_openly(exam: Exam, user: Any) -> bool:
    """Whether `user` holds a place at this exam's open case from which the suggestion opens as soon as there is one."""
    held = Assignment.objects.filter(case__exam=exam, case__closed_at=None, case__withdrawn_at=None, member=user.pk)
    return any(not is_blind(each.case, each.place) for each in held.select_related("case"))


def visible_reads(case: Case, user: User) -> ReadQuerySet:
    """The locked reads that `user` may see now, and their own.

    Everybody's once the report is signed (a reader who could still read the exam blind opens the report first, which is
    a reveal: what was amended after the suggestion tells of it); an arbiter's place
    opens the reads that it settles; otherwise each reader sees only their own, also when it is locked.
    """
    reads = Read.objects.filter(case=case).select_related("reader", "amendment").order_by("started_at")
    if not Case.objects.visible_to(user).filter(pk=case.pk).exists():
        return reads.none()
    locked = reads.filter(locked_at__isnull=False)
    if reads_are_open(case, user):
        return locked
    return locked.filter(reader=user) if case.closed_at else reads.filter(reader=user)


def reads_are_open(case: Case, user: User) -> bool:
    """Whether `user`, who may see the case, may see everybody's locked reads of it now; see `visible_reads`."""
    if case.closed_at:
        return not still_blind(case.exam, user)
    mine = Assignment.objects.filter(case=case, member=user)
    settles = mine.filter(place="arbiter").exists()
    return settles or (mine.filter(done_at__isnull=False).exists() and not _undone(case))


def _undone(case: Case) -> bool:
    return case.assignments.filter(done_at=None).exists()


def sides_of(exam: Exam) -> frozenset[str]:
    """The breasts that the exam's images show, of "R" and "L"; both when no image says."""
    named = set(exam.images.exclude(laterality="").values_list("laterality", flat=True)) & {"R", "L"}
    return frozenset(named or {"R", "L"})


def revealed_run(exam: Exam, user: Any) -> Run | None:
    """The newest run of `exam` whose suggestion has been opened to `user`."""
    runs = Run.objects.revealed_to(user).filter(exam=exam).select_related("release")
    return runs.order_by("-revision", "-requested_at").first()


def decided_reads(case: Case) -> ReadQuerySet:
    """The finished reads in the order of their places; not for showing without a check."""
    done = Read.objects.filter(case=case, decided_at__isnull=False)
    return done.select_related("reader").order_by("started_at")


def human_opinions(case: Case) -> list[Opinion]:
    """The first opinion, where there is one, and each finished read's; not for showing without a check."""
    first = of_first(case.first_opinion)
    done = decided_reads(case)
    return [*([first] if first else []), *(of_body(read.place, read.final_body) for read in done)]


def against_suggestion(read: Read) -> list[Difference]:
    """Where the reader's final word and the suggestion shown to them differ, by the protocol."""
    run = revealed_run(read.case.exam, read.reader)
    suggested = of_suggestion(run.result) if run is not None and run.result else None
    if suggested is None:
        return []
    return compare(of_body(read.place, read.final_body), suggested, protocol_for(read.case))


def may_sign(case: Case, user: User) -> bool:
    """Whether all places are done and `user` speaks last: the arbiter where there is one, else a reader."""
    if case.closed_at or case.withdrawn_at or _undone(case) or wanting(case):
        return False
    arbiter = case.assignments.filter(place="arbiter").first()
    if arbiter is not None:
        return arbiter.member_id == user.pk
    return case.assignments.filter(member=user).exists()


def agreed_read(case: Case) -> Read | None:
    """The read that the report is made of: the arbiter's where there is one, else the first reader's."""
    done = decided_reads(case)
    return done.filter(place="arbiter").first() or done.order_by("place").first()


def report_of(case: Case) -> Report | None:
    """The signed report, without its addenda."""
    return Report.objects.filter(case=case, addendum_to=None).select_related("signed_by").first()
