"""Opening and withdrawing cases."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.base.errors import Refused
from portal.base.ids import short_code
from portal.base.plain import plain
from portal.cases.desk import give_first
from portal.cases.history import parse_facts
from portal.cases.incomplete import await_prior
from portal.cases.models import Assignment, Case
from portal.cases.notices import tell
from portal.cases.opinion import parse_first_opinion
from portal.cases.protocol_rules import rule_for
from portal.cases.protocols import SECOND_READER, protocol_in
from portal.cases.trail import note
from portal.exams.models import Exam
from portal.practices.models import Practice, Role, User


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked about an exam."""

    question: str
    history: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    first_opinion: dict[str, Any] = field(default_factory=dict)
    urgency: str = Case.Urgency.ROUTINE
    due_at: datetime | None = None
    protocol: str = ""  # empty: the practice's own
    discordance: tuple[str, ...] = ()  # which differences are discordant; empty: as the practice has set the protocol
    settled_by: str = ""  # an arbiter, a meeting or either; empty: as the practice has set the protocol
    reader: User | None = None  # whom the case is for; None: the pool
    without: tuple[Exam, ...] = ()  # earlier exams that are not attached
    await_prior: bool = False  # nobody reads before an earlier exam is filed


@transaction.atomic
def open_case(*, exam: Exam, asked: Request, actor: User) -> Case:
    """Ask for a second opinion on `exam`: a case with one place for each read that its protocol wants.

    The exam's earlier exams are its priors. A reader who is wished for gets the first place, and may give it back to
    the pool. Raises Refused where `actor` may not ask, where the exam has no image yet, where a case on it is still
    open (its opinions would unblind the new reader), where it would be due already, or where the reader wished for could not
    read it.
    """
    _may_ask(exam, actor)
    lies_ahead(asked.due_at)
    _nothing_open(exam)
    protocol = protocol_in(
        exam.practice, asked.protocol or exam.practice.settings.get("protocol") or SECOND_READER.code
    )
    case = Case.objects.create(
        practice=exam.practice,
        number=f"C-{short_code()}",
        exam=exam,
        protocol=protocol.code,
        rule=rule_for(exam.practice, protocol.code, asked.discordance, asked.settled_by),
        question=_question(asked.question),
        history=plain(asked.history),
        facts=parse_facts(asked.facts),
        first_opinion=parse_first_opinion(asked.first_opinion),
        urgency=asked.urgency,
        due_at=asked.due_at,
        opened_by=actor,
    )
    Assignment.objects.bulk_create(Assignment(case=case, place=place) for place in protocol.places)
    case.detached.set(set(asked.without) & set(Exam.objects.earlier_than(exam)))
    note("case.opened", actor=actor, case=case, protocol=protocol.code, urgency=case.urgency)
    if asked.reader is not None:
        give_first(case=case, reader=asked.reader, actor=actor)
    if asked.await_prior:
        await_prior(case=case, actor=actor)
    return case


def lies_ahead(due: datetime | None) -> None:
    """Raise Refused for a due time that has passed."""
    if due is not None and due <= timezone.now():
        raise Refused.at("due_at", gettext("Choose a time that is still to come, or leave it empty."))


@transaction.atomic
def withdraw(*, case: Case, actor: User, because: str) -> None:
    """Take the request back, with a reason; a signed case stays. Asked by who opened it or by a coordinator."""
    coordinates = Practice.objects.of(actor, Role.COORDINATOR).filter(pk=case.practice_id).exists()
    if case.opened_by_id != actor.pk and not coordinates:
        raise Refused("not-yours", gettext("Only the person who opened this case or a coordinator can withdraw it."))
    reason = plain(because)
    if not 3 <= len(reason) <= 300:
        raise Refused.at("because", gettext("Say in 3 to 300 characters why the case is withdrawn."), code="reason")
    live = Case.objects.open().filter(pk=case.pk)
    if not live.update(withdrawn_at=timezone.now(), withdrawn_because=reason):
        raise Refused(
            "closed", gettext("This case is already signed or withdrawn: reload the page to see it as it is.")
        )
    case.refresh_from_db()
    note("case.withdrawn", actor=actor, case=case)
    holding = User.objects.filter(assignments__case=case, assignments__done_at=None).distinct()
    tell("withdrawn", case=case, to=holding, actor=actor)


def _may_ask(exam: Exam, actor: User) -> None:
    asking = Practice.objects.of(actor, Role.CLINICIAN, Role.COORDINATOR)
    if not asking.filter(pk=exam.practice_id).exists():
        raise Refused(
            "not-a-clinician", gettext("Only clinicians and coordinators open cases. Ask an admin for the role.")
        )
    if exam.modality != Exam.Modality.MG:
        kind = exam.get_modality_display()
        raise Refused(
            "companion",
            gettext("This is %(kind)s. Ask about a mammogram of the same woman: the %(kind)s opens beside it.")
            % {"kind": kind},
        )
    if not exam.images.exists():
        raise Refused("no-images", gettext("This exam has no images yet. Hand them in first, then open the case."))


def _nothing_open(exam: Exam) -> None:
    Exam.objects.select_for_update().get(pk=exam.pk)
    running = Case.objects.open().filter(exam=exam).first()
    if running is not None:
        say = gettext(
            "Case %(running_number)s on this exam is still open. Wait for its report or withdraw it first."
        ) % {"running_number": running.number}
        raise Refused("already-open", say)


def _question(text: str) -> str:
    question = plain(text)
    if not 3 <= len(question) <= 2000:
        raise Refused.at("question", gettext("Write the clinical question in 3 to 2000 characters."))
    return question
