"""Showing a case to a named reader of another practice for a time, and taking that back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from portal.base.errors import Refused
from portal.cases.models import Case, Share
from portal.cases.notices import tell
from portal.cases.trail import note
from portal.exams.managers import SEE_EXAMS
from portal.practices.models import Membership, Practice, Role, User
from portal.practices.options import options_of
from portal.practices.selectors import has_role

MAY_SHARE = {"off": (), "coordinator": (Role.COORDINATOR,), "clinician": (Role.CLINICIAN, Role.COORDINATOR)}
ASK = {
    "coordinator": gettext_noop("In this practice a coordinator shares a case. Ask one to do it."),
    "clinician": gettext_noop("In this practice a clinician or a coordinator shares a case. Ask one to do it."),
}
MOST, WINDOW = 20, 3600  # invitations of one person, seconds
CODE = re.compile(r"g-[0-9a-z]{8}", re.IGNORECASE)
EMAIL = re.compile(r"[^\s@\x00-\x1f]{1,64}@[^\s@\x00-\x1f]{1,180}")
CLOSED = gettext_noop(
    "This practice shares no case with anybody outside. An admin changes that in the practice's settings."
)


def may_share(user: User, practice: Practice) -> bool:
    """Whether `user` shares cases of this practice, by its settings."""
    roles = MAY_SHARE[options_of(practice).sharing]
    return bool(roles) and has_role(user, practice, *roles)


def latest_end(practice: Practice) -> datetime:
    """Until when a case may be shared at most, if it is shared now."""
    return timezone.now() + timedelta(days=options_of(practice).share_days)


def shares_of(case: Case) -> QuerySet[Share]:
    """To whom the case was shown, newest first, each with `over`."""
    return (
        Share.objects.with_over().filter(case=case).select_related("guest", "home", "shared_by").order_by("-shared_at")
    )


@transaction.atomic
def share(*, case: Case, actor: User, to: str, purpose: str, ends_at: datetime) -> Share:
    """Show `case` to the reader of another practice whose e-mail address or guest code is `to`, until `ends_at`.

    Answers alike whether or not there is such a reader, so that nobody learns who works elsewhere: the row stands,
    and opens the case to nobody where there is none. Raises Refused where `actor` may not share, for words that are no
    address, somebody who works here, a time that has passed or is too long, and after too many invitations in an hour.
    """
    held = Case.objects.select_for_update(of=("self",)).select_related("exam", "practice").get(pk=case.pk)
    _may(held, actor)
    address = to.strip().lower()
    address = address.upper() if CODE.fullmatch(address) else address
    if not (CODE.fullmatch(address) or EMAIL.fullmatch(address)):
        raise Refused.at("to", gettext("Type an e-mail address, or a guest code such as G-7F3KQ2MN."))
    _fits(held, address, purpose, ends_at)
    _not_too_often(actor)
    seat = _seat(address, held.practice)
    made = Share.objects.create(
        case=held, address=address, guest=seat.user if seat else None, home=seat.practice if seat else None,
        purpose=purpose, shared_by=actor, ends_at=ends_at,
    )  # fmt: skip
    about = {"address": address, "purpose": purpose, "until": ends_at.isoformat(timespec="minutes")}
    note("case.shared", actor=actor, case=held, subject=made, share=made, **about)
    tell("shared", case=held, to=[seat.user] if seat else [], actor=actor)
    return made


@transaction.atomic
def withdraw_share(*, share: Share, actor: User) -> None:
    """Close the case to its guest at once. Raises Refused for anybody but who shared it or a coordinator, or if it is over."""
    if share.shared_by_id != actor.pk and not has_role(actor, share.case.practice, Role.COORDINATOR):
        raise Refused("not-yours", gettext("Only who shared the case or a coordinator takes that back."))
    now = timezone.now()
    if not Share.objects.filter(pk=share.pk, withdrawn_at=None, ends_at__gt=now).update(withdrawn_at=now):
        raise Refused("over", gettext("This is over already: reload the page to see it as it is."))
    share.withdrawn_at = now
    note("case.share-withdrawn", actor=actor, case=share.case, subject=share, share=share)


@transaction.atomic
def arrive(*, case: Case, user: User) -> None:
    """Keep that a guest has opened the case; nothing for anybody else, or a second time."""
    for each in Share.objects.open_to(user).filter(case=case, opened_at=None):
        if Share.objects.filter(pk=each.pk, opened_at=None).update(opened_at=timezone.now()):
            note("case.share-opened", actor=user, case=case, subject=each, share=each, purpose=each.purpose)


def _may(case: Case, actor: User) -> None:
    if options_of(case.practice).sharing == "off":
        raise Refused("sharing-off", gettext(CLOSED))
    if not may_share(actor, case.practice):
        raise Refused("not-yours", gettext(ASK[options_of(case.practice).sharing]))
    if case.withdrawn_at:
        raise Refused("withdrawn", gettext("This case was withdrawn, so it is shown to nobody else."))


def _fits(case: Case, address: str, purpose: str, ends_at: datetime) -> None:
    if purpose not in Share.Purpose.values:
        raise Refused.at(
            "purpose",
            gettext("Choose one of %(Purpose_values)s.") % {"Purpose_values": ", ".join(Share.Purpose.values)},
        )
    if purpose == Share.Purpose.READ and case.closed_at:
        raise Refused.at("purpose", gettext("This case is signed: share it to look and comment."))
    days = options_of(case.practice).share_days
    if not timezone.now() < ends_at <= latest_end(case.practice):
        raise Refused.at(
            "ends_at", gettext("Choose a time that is still to come, at most %(days)s days ahead.") % {"days": days}
        )
    here = Membership.objects.filter(practice=case.practice, role__in=SEE_EXAMS).filter(_called(address))
    if here.exists():
        raise Refused.at("to", gettext("This person works in this practice and sees the case already."))


def _called(address: str) -> Q:
    return Q(user__email=address) | Q(user__guest_code=address)


def _seat(address: str, practice: Practice) -> Membership | None:
    """The reader's place in another practice that they have held longest; None where there is no such reader."""
    reads = Membership.objects.filter(_called(address), role=Role.READER, user__is_active=True)
    return reads.exclude(practice=practice).select_related("user", "practice").order_by("created_at", "pk").first()


def _not_too_often(actor: User) -> None:
    key = f"shares:{actor.pk}"
    cache.add(key, 0, WINDOW)
    if cache.incr(key) > MOST:
        raise Refused(
            "too-many",
            gettext("%(MOST)s invitations in an hour are enough. Wait an hour, then share again.") % {"MOST": MOST},
        )
