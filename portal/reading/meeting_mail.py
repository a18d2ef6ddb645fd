"""Mails to who is asked to a consensus meeting: when it is, who has the chair, and a link. No case, nothing of a patient."""

from __future__ import annotations

from collections.abc import Iterable

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from portal.base.background import send_on_commit
from portal.practices.models import User
from portal.practices.options import offer_mail
from portal.reading.models import Meeting, Summons

KIND = "meeting"
BODY = """Hello {name},

You are asked to a consensus meeting of {practice} on {at}. {chair} {where}

This message holds no patient data on purpose. Which of these mails you get is set on your account page.
"""


def summon(meeting: Meeting, *, to: Iterable[User], actor: User) -> None:
    """Owe each of `to`, but not `actor`, a mail about the meeting; call inside a transaction."""
    for person in to:
        if person != actor:
            send_on_commit(send_summons, str(Summons.objects.create(meeting=meeting, to=person).pk))


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_summons(summons_id: str) -> None:
    """Send one, unless its person has switched them off, is asked no more or the meeting is closed; safe to deliver twice."""
    if not Summons.objects.take(pk=summons_id):
        return
    summons = Summons.objects.select_related("meeting__practice", "meeting__chair", "to").get(pk=summons_id)
    person, meeting = summons.to, summons.meeting
    if KIND not in person.muted and _concerns(meeting, person):
        at = f"{timezone.localtime(meeting.at):%Y-%m-%d %H:%M %Z}"
        text = BODY.format(
            name=person.name,
            practice=meeting.practice.name,
            at=at,
            chair=_chair(meeting, person),
            where=_where(meeting),
        )
        send_mail(f"Consensus meeting on {at}", text, None, [person.email])
    Summons.objects.filter(pk=summons_id).update(sent_at=timezone.now())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_summonses() -> None:
    """Send what a broker or mail server away has held up."""
    for pk in Summons.objects.owed(timezone.now()).values_list("pk", flat=True)[:200]:
        send_summons.delay(str(pk))


def _concerns(meeting: Meeting, person: User) -> bool:
    asked = Meeting.objects.visible_to(person).filter(pk=meeting.pk, closed_at=None, attendees=person)
    return person.is_active and asked.exists()


def _chair(meeting: Meeting, person: User) -> str:
    return "You have the chair." if meeting.chair_id == person.pk else f"{meeting.chair.name} has the chair."


def _where(meeting: Meeting) -> str:
    if not settings.PUBLIC_URL:
        return "Sign in to Overread and open Meetings to see its agenda."
    return f"Its agenda is at {settings.PUBLIC_URL}{reverse('meeting', args=[meeting.pk])}"


offer_mail(KIND, gettext_noop("I am asked to a consensus meeting"))
