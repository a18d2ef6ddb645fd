"""Sending a case back for views, and going on without one. An image of the view that is filed later answers by itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.base.errors import Refused
from portal.cases.models import PRIOR, Assignment, Case, MissingView
from portal.cases.notices import tell
from portal.cases.trail import note
from portal.exams.selectors import SCREENING
from portal.practices.models import Role, User
from portal.practices.selectors import has_role

# Codes and the four screening views only: free words, or a view chosen for a finding, would tell an opinion.
WHY = {
    "missing": gettext_noop("is missing"),
    "unsharp": gettext_noop("is unsharp"),
    "cut-off": gettext_noop("is cut off"),
    "wrong": gettext_noop("is not of this exam"),
}
AWAITED = gettext_noop("an earlier exam is awaited")


def wanting(case: Case) -> list[MissingView]:
    """The views that the case waits for."""
    return list(MissingView.objects.wanting().filter(case=case))


def in_words(views: Iterable[MissingView]) -> str:
    """For example "RMLO is missing, LCC is unsharp"; empty for none."""
    return ", ".join(gettext(AWAITED) if each.view == PRIOR else f"{each} {gettext(WHY[each.why])}" for each in views)


def refuse_incomplete(case: Case) -> None:
    """Raise Refused where the case waits for a view."""
    views = wanting(case)
    if views:
        say = gettext(
            "This case was sent back: %(in_words)s. It goes on when the images are here, or without them by hand."
        ) % {"in_words": in_words(views)}
        raise Refused("incomplete-exam", say)


@transaction.atomic
def send_back(*, case: Case, actor: User, views: Iterable[str], why: str = "missing") -> list[MissingView]:
    """Send the case back for `views` ("RMLO", ...). Its reader keeps the place and the draft.

    Raises Refused for anybody but who reads it now or a coordinator, for other views, and for a closed case.
    """
    held = _open(case)
    reading = Assignment.objects.filter(case=held, member=actor, done_at=None)
    if not reading.exists() and not has_role(actor, held.practice, Role.COORDINATOR):
        raise Refused("not-yours", gettext("Only who reads this case or a coordinator sends it back."))
    wanted = list(dict.fromkeys(views))
    if not wanted or set(wanted) - set(SCREENING) or why not in WHY:
        raise Refused.at(
            "views",
            gettext("Choose from the views %(SCREENING)s and one reason.") % {"SCREENING": ", ".join(SCREENING)},
        )
    waiting = {str(each) for each in wanting(held)}
    if set(wanted) <= waiting:
        say = gettext("This case waits for %(wanted)s already.") % {"wanted": ", ".join(wanted)}
        raise Refused.at("views", say, code="already-asked")
    now = timezone.now()
    asked = [
        MissingView(
            case=held,
            laterality=each[0],
            view=each[1:],
            why=why,
            asked_by=actor,
            requester=held.opened_by,
            asked_at=now,
        )
        for each in wanted
        if each not in waiting
    ]
    MissingView.objects.bulk_create(asked)
    reading.update(claim_until=None)  # it waits for others now: the place does not lapse meanwhile
    note("case.sent-back", actor=actor, case=held, views=[str(each) for each in asked], why=why)
    tell("sent-back", case=held, to=[held.opened_by], actor=actor)
    return asked


@transaction.atomic
def await_prior(*, case: Case, actor: User) -> MissingView:
    """Let the case wait for an earlier exam of the patient; one that is filed from now on answers.

    Asked by who opened it, who reads it, or a coordinator; Refused otherwise, for a closed case, or where it waits already.
    """
    held = _open(case)
    reading = Assignment.objects.filter(case=held, member=actor, done_at=None)
    asks = held.opened_by_id == actor.pk or has_role(actor, held.practice, Role.COORDINATOR)
    if not asks and not reading.exists():
        raise Refused(
            "not-yours", gettext("Who opened this case, who reads it, or a coordinator lets it wait for a prior.")
        )
    if any(each.view == PRIOR for each in wanting(held)):
        raise Refused("already-asked", gettext("This case waits for an earlier exam already."))
    asked = MissingView.objects.create(
        case=held,
        laterality="",
        view=PRIOR,
        why="awaited",
        asked_by=actor,
        requester=held.opened_by,
        asked_at=timezone.now(),
    )
    reading.update(claim_until=None)
    note("case.waits-for-prior", actor=actor, case=held)
    return asked


@transaction.atomic
def go_on(*, case: Case, actor: User) -> None:
    """Go on without the views that are wanting. Raises Refused for strangers to the request, or where none is wanting."""
    held = _open(case)
    views = wanting(held)
    asked = any(each.asked_by_id == actor.pk for each in views)
    if not asked and held.opened_by_id != actor.pk and not has_role(actor, held.practice, Role.COORDINATOR):
        raise Refused(
            "not-yours", gettext("Who opened the case, who sent it back, or a coordinator decides to go on without.")
        )
    if not views:
        raise Refused("complete", gettext("This case waits for no view: reload the page to see it as it is."))
    MissingView.objects.filter(pk__in=[each.pk for each in views]).update(waived_at=timezone.now(), waived_by=actor)
    note("case.goes-on", actor=actor, case=held, views=[str(each) for each in views])


def _open(case: Case) -> Case:
    held = Case.objects.select_for_update(of=("self",)).select_related("exam", "practice").get(pk=case.pk)
    if held.closed_at or held.withdrawn_at:
        raise Refused(
            "closed", gettext("This case is already signed or withdrawn: reload the page to see it as it is.")
        )
    return held
