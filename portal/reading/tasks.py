"""Letters that go out after a report is signed, pictures for it, and shares whose time is over."""

from celery import shared_task
from django.core.mail import send_mail
from django.utils import timezone

from portal.cases.notices import where_to
from portal.reading.meeting_mail import send_summons, sweep_summonses
from portal.reading.models import KeyImage, Letter
from portal.reading.services.leave import leave_those_over

__all__ = [
    "draw_key_image", "leave_shares", "send_summons", "sweep_key_images", "sweep_letters", "sweep_summonses", "tell_clinician",
]  # fmt: skip

WORDS = """Hello {name},

{what} of case {number} is signed. {where}

This message holds no patient data on purpose.
"""


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def tell_clinician(report_id: str) -> None:
    """Mail the person who opened the case: its number and nothing about the patient or the outcome.

    Safe to deliver twice: one try at a time. A mail server that is away raises; the sweep tries again.
    """
    if not Letter.objects.take(report_id=report_id):
        return
    report = Letter.objects.select_related("report__case__opened_by").get(report_id=report_id).report
    asker = report.case.opened_by
    if asker.is_active:
        what = "An addendum to the report" if report.addendum_to_id else "The report"
        text = WORDS.format(name=asker.name, what=what, number=report.case.number, where=where_to(str(report.case_id)))
        send_mail(f"{what} of case {report.case.number}", text, None, [asker.email])
    Letter.objects.filter(report_id=report_id).update(sent_at=timezone.now())


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_letters() -> None:
    """Send the letters that a broker or mail server away has held up."""
    for report_id in Letter.objects.owed(timezone.now()).values_list("report", flat=True)[:200]:
        tell_clinician.delay(str(report_id))


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def leave_shares() -> None:
    """Give back what guests hold whose time is over; the case is closed to them from that second on without it."""
    leave_those_over()


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def draw_key_image(key_image_id: str) -> None:
    """Draw one picture for a report; safe to deliver twice."""
    from portal.reading.key_images import draw  # which sends this task

    draw(key_image_id)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def sweep_key_images() -> None:
    """Send the pictures that a broker or worker away has held up."""
    for pk in KeyImage.objects.owed(timezone.now()).values_list("pk", flat=True)[:200]:
        draw_key_image.delay(str(pk))
