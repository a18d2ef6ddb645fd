"""Letters that go out after a report is signed."""

from celery import shared_task
from django.core.mail import send_mail

from portal.reading.models import Report

WORDS = """Hello {name},

{what} of case {number} is signed. Sign in to Overread and open the case to read it.

This message holds no patient data on purpose.
"""


@shared_task  # type: ignore[untyped-decorator]
def tell_clinician(report_id: str) -> None:
    """Mail the person who opened the case: its number and nothing about the patient or the outcome."""
    report = Report.objects.select_related("case__opened_by").get(pk=report_id)
    asker = report.case.opened_by
    if not asker.is_active:
        return
    what = "An addendum to the report" if report.addendum_to_id else "The report"
    text = WORDS.format(name=asker.name, what=what, number=report.case.number)
    send_mail(f"{what} of case {report.case.number}", text, None, [asker.email])
