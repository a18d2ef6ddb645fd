"""Mails that something happened on a case. They hold its number and a link: nothing of the patient, nothing that was said."""

from __future__ import annotations

from collections.abc import Iterable

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from portal.base.background import send_on_commit
from portal.cases.models import Case, Notice
from portal.practices.models import User
from portal.practices.options import offer_mail

WORDS = {  # kind: what the account page calls it, subject, sentence
    "sent-back": (
        gettext_noop("A case that I asked for is sent back for views"),
        "Case {number} was sent back",
        "Case {number} was sent back: it waits for views.",
    ),
    "withdrawn": (
        gettext_noop("A case that I hold is withdrawn"),
        "Case {number} was withdrawn",
        "Case {number}, which you held, was withdrawn. There is nothing left to do.",
    ),
    "mention": (
        gettext_noop("A comment mentions me"),
        "You are mentioned in case {number}",
        "A comment on case {number} mentions you.",
    ),
    "shared": (
        gettext_noop("Another practice shares a case with me"),
        "{practice} shares a case with you",
        "{practice} shares case {number} with you for a time. It is in your worklist under Shared with you.",
    ),
}
BODY = """Hello {name},

{sentence} {where}

This message holds no patient data on purpose. Which of these mails you get is set on your account page.
"""


def tell(kind: str, *, case: Case, to: Iterable[User], actor: User | None) -> None:
    """Owe each of `to`, but not `actor`, a mail of this kind; call inside a transaction."""
    for person in dict.fromkeys(to):
        if person != actor:
            notice = Notice.objects.create(kind=kind, case=case, to=person)
            send_on_commit(send_notice, str(notice.pk))


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def send_notice(notice_id: str) -> None:
    """Send one, unless its person has switched the kind off or may not see the case any more; safe to deliver twice."""
    if not Notice.objects.take(pk=notice_id):
        return
    notice = Notice.objects.select_related("case__practice", "to").get(pk=notice_id)
    person, case = notice.to, notice.case
    if notice.kind not in person.muted and Case.objects.visible_to(person).filter(pk=case.pk).exists():
        said = {"number": case.number, "practice": case.practice.name}
        _, subject, sentence = (words.format(**said) for words in WORDS[notice.kind])
        text = BODY.format(name=person.name, sentence=sentence, where=where_to(str(case.pk)))
        send_mail(subject, text, None, [person.email])
    Notice.objects.filter(pk=notice_id).update(sent_at=timezone.now())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_notices() -> None:
    """Send what a broker or mail server away has held up."""
    for pk in Notice.objects.owed(timezone.now()).values_list("pk", flat=True)[:200]:
        send_notice.delay(str(pk))


def where_to(case_id: str) -> str:
    """How to get to the case: its address where the portal was told its own, else in words."""
    if not settings.PUBLIC_URL:
        return "Sign in to Overread and open the case to read it."
    return f"Read it at {settings.PUBLIC_URL}{reverse('case', args=[case_id])}"


for kind, (title, _, _) in WORDS.items():
    offer_mail(kind, title)
