"""Letters that go out after a report is signed."""

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from portal.reading.models import Letter

WORDS = """Hello {name},

{what} of case {number} is signed. {where}

This message holds no patient data on purpose.
"""


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def tell_clinician(report_id: str) -> None:
    """Mail the person who opened the case: its number and nothing about the patient or the outcome.

    Safe to deliver twice: one try at a time. A mail server that is away raises; the sweep tries again.
    """
    now = timezone.now()
    mine = Letter.objects.owed(now).filter(report_id=report_id)
    if not mine.update(tried_at=now, tries=F("tries") + 1):
        return
    report = Letter.objects.select_related("report__case__opened_by").get(report_id=report_id).report
    asker = report.case.opened_by
    if asker.is_active:
        what = "An addendum to the report" if report.addendum_to_id else "The report"
        text = WORDS.format(name=asker.name, what=what, number=report.case.number, where=_where(str(report.case_id)))
        send_mail(f"{what} of case {report.case.number}", text, None, [asker.email])
    Letter.objects.filter(report_id=report_id).update(sent_at=timezone.now())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_letters() -> None:
    """Send the letters that a broker or mail server away has held up."""
    for report_id in Letter.objects.owed(timezone.now()).values_list("report", flat=True)[:200]:
        tell_clinician.delay(str(report_id))


def _where(case_id: str) -> str:
    """How to get to the case: its address where the portal was told its own, else in words."""
    if not settings.PUBLIC_URL:
        return "Sign in to Overread and open the case to read it."
    return f"Read it at {settings.PUBLIC_URL}{reverse('case', args=[case_id])}"
