"""Reading reads: whose they are, who may see them now, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.analysis.models import Run
from portal.cases.guests import counts_as_reader, may_read, works_in
from portal.cases.incomplete import wanting
from portal.cases.models import Assignment, Case
from portal.cases.places import ARBITER, MEETING, SETTLING, settles
from portal.cases.priors import priors_of
from portal.cases.protocols import protocol_for
from portal.exams.elements import Elements
from portal.exams.models import Exam
from portal.exams.spacing import spacing
from portal.practices.models import Role, User
from portal.practices.selectors import has_role
from portal.reading.discordance import Difference, compare
from portal.reading.models import AgendaItem, Read, ReadQuerySet, Report
from portal.reading.nipple import Frame, seen_from
from portal.reading.opinions import Opinion, of_body, of_first, of_suggestion
from portal.reading.rules import check


def is_blind(case: Case, place: str) -> bool:
    """Whether the suggestion is sealed until the lock of the read in `place`; of who settles it never is."""
    return not settles(place) and protocol_for(case).blind


def open_read(case: Case, user: Any) -> Read | None:
    """The read of `user` on this case whose place they hold or have done; a chair's own, once begun, is the meeting's."""
    held = Assignment.objects.filter(case=case, member=user.pk, place=OuterRef("place"))
    return Read.objects.visible_to(user).filter(Exists(held), case=case).order_by("-started_at").first()


def sealed_from(exam: Exam, user: Any) -> bool:
    """Whether `user` is reading this exam blind now, so that nothing another case says of it may be shown."""
    drafts = Read.objects.filter(case__exam=exam, reader=user.pk, locked_at=None, case__closed_at=None)
    held = Assignment.objects.filter(case=OuterRef("case"), member=user.pk, place=OuterRef("place"), done_at=None)
    alive = drafts.filter(Exists(held), case__withdrawn_at=None).select_related("case")
    return any(is_blind(read.case, read.place) for read in alive)


def still_blind(exam: Exam, user: Any) -> bool:
    """Whether `user` reads blind now, or is a reader or guest who may yet do so: neither has read this exam nor seen its suggestion.

    It depends on the person and their reads alone, never on the run, so that the answer tells nothing of it.
    """
    if sealed_from(exam, user):
        return True
    if _reads_openly(exam, user):
        return False
    if not counts_as_reader(user, exam.practice):
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
    a reveal: what was amended after the suggestion tells of it); a place that settles
    opens the reads that it settles, and a meeting opens them to who is there; otherwise each reader sees only their own, also when it is locked.
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
    settling = mine.filter(place__in=SETTLING).exists() or attended(case, user)
    return settling or (mine.filter(done_at__isnull=False).exists() and not _undone(case))


def reads_to_settle(cases: Iterable[UUID], user: Any) -> ReadQuerySet:
    """What `visible_reads` shows of many open cases that are still to be settled, asked for at once: the locked reads."""
    settles = Assignment.objects.filter(case=OuterRef("case"), member=user.pk, place__in=SETTLING)
    was_there = AgendaItem.objects.filter(case=OuterRef("case"), present=user.pk)
    shown = Q(reader=user.pk) | Exists(settles) | Exists(was_there)
    reads = Read.objects.filter(shown, case__in=list(cases), locked_at__isnull=False)
    return reads.select_related("amendment").order_by("started_at")


def attended(case: Case, user: Any) -> bool:
    """Whether `user` was there when a meeting opened the case."""
    return AgendaItem.objects.filter(case=case, present=user.pk).exists()


def _undone(case: Case) -> bool:
    return case.assignments.filter(done_at=None).exists()


def sides_of(exam: Exam) -> frozenset[str]:
    """The breasts that the exam's images show, of "R" and "L"; both when no image says."""
    named = set(exam.images.exclude(laterality="").values_list("laterality", flat=True)) & {"R", "L"}
    return frozenset(named or {"R", "L"})


def priors_shown(read: Read) -> QuerySet[Exam]:
    """The case's earlier exams that its reader may see, newest first: what a guest is not shown cannot be asked of them."""
    return priors_of(read.case).filter(pk__in=Exam.objects.visible_to(read.reader).values("pk"))


def broken_rules(read: Read, body: dict[str, Any]) -> dict[str, list[str]]:
    """What keeps `body` from being locked as this read: sentences by field path, by the read's own lexicon."""
    priors = frozenset(str(pk) for pk in priors_shown(read).values_list("pk", flat=True))
    return check(body, sides_of(read.case.exam), read.lexicon, priors)


def revealed_run(exam: Exam, user: Any) -> Run | None:
    """The newest run of `exam` whose suggestion has been opened to `user`."""
    runs = Run.objects.revealed_to(user).filter(exam=exam).select_related("release")
    return runs.order_by("-revision", "-requested_at").first()


def frames_of(exam: Exam, *bodies: Mapping[str, Any]) -> dict[str, Frame]:
    """The exam's images by id, as places on them are compared; millimetres of those on which one of `bodies` has a nipple.

    A header may be long, so that the others' are left where they are.
    """
    named = {each["image"] for body in bodies for each in body.get("landmarks", ()) if each["tool"] == "nipple"}
    marked = exam.images.filter(pk__in=named).values_list("pk", "header") if named else []
    mm = {pk: spacing(Elements(header))["mm"] for pk, header in marked}
    said = exam.images.values_list("pk", "rows", "columns", "view", "view_modifiers")
    return {
        str(pk): Frame(float(max(rows, columns)), seen_from(view, modifiers), tuple(mm[pk]) if mm.get(pk) else None)
        for pk, rows, columns, view, modifiers in said
    }


def decided_reads(case: Case) -> ReadQuerySet:
    """The finished reads in the order of their places; not for showing without a check."""
    done = Read.objects.filter(case=case, decided_at__isnull=False)
    return done.select_related("reader").order_by("started_at")


def human_opinions(case: Case) -> list[Opinion]:
    """The first opinion, where there is one, and each finished read's; not for showing without a check."""
    first = of_first(case.first_opinion)
    bodies = [(read.place, read.final_body) for read in decided_reads(case)]
    frames = frames_of(case.exam, *(body for _, body in bodies))
    return [*([first] if first else []), *(of_body(place, body, frames) for place, body in bodies)]


def against_suggestion(read: Read) -> list[Difference]:
    """Where the reader's final word and the suggestion shown to them differ, by the protocol."""
    run = revealed_run(read.case.exam, read.reader)
    body = read.final_body
    frames = frames_of(read.case.exam, body)
    suggested = of_suggestion(run.result, frames) if run is not None and run.result else None
    if suggested is None:
        return []
    return compare(of_body(read.place, body, frames), suggested, protocol_for(read.case))


def may_sign(case: Case, user: User) -> bool:
    """Whether all places are done and `user` speaks last: the arbiter, else the meeting's chair, else a reader.

    Where nobody who has read can sign any more (guests whose time is over), any reader of the practice may.
    """
    if case.closed_at or case.withdrawn_at or _undone(case) or wanting(case):
        return False
    places = case.assignments.exclude(member=None).select_related("member")
    speak = [each.member for each in places.filter(place=ARBITER) or places.filter(place=MEETING) or places]
    if user in speak:
        return True
    here = any(each and (works_in(each, case.practice) or may_read(case, each)) for each in speak)
    return not here and has_role(user, case.practice, Role.READER)


def agreed_read(case: Case) -> Read | None:
    """The read that the report is made of: the arbiter's, else the meeting's, else the first reader's."""
    done = decided_reads(case)
    settling = (done.filter(place=place).first() for place in (ARBITER, MEETING))
    return next((read for read in settling if read), None) or done.order_by("place").first()


def report_of(case: Case) -> Report | None:
    """The signed report, without its addenda."""
    return Report.objects.filter(case=case, addendum_to=None).select_related("signed_by").first()


def report_for(case: Case, user: Any) -> Report | None:
    """The signed report where `user` may see it."""
    report = report_of(case)
    return report if report and Report.objects.visible_to(user).filter(pk=report.pk).exists() else None
