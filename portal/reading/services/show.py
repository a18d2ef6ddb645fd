"""Showing a signed report: written down, and a reveal, because the report tells what the suggestion was."""

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from portal.analysis.models import Run
from portal.analysis.services import reveal as open_run
from portal.base.errors import Refused
from portal.cases.trail import note
from portal.practices.models import User
from portal.reading.models import Report
from portal.reading.selectors import sealed_from

SEALED = gettext_noop("You are reading this exam blind. This report opens to you once your own read is locked.")


@transaction.atomic
def open_report(*, report: Report, user: User) -> None:
    """Let `user` see the report: audited, and its run counts as revealed to them from now on.

    Raises Refused for somebody who is reading the same exam blind.
    """
    case = report.case
    if sealed_from(case.exam, user):
        raise Refused("sealed", gettext(SEALED))
    original = report.addendum_to or report
    release = original.body.get("release")
    run = Run.objects.visible_to(user).filter(pk=release["run"]).first() if release else None
    if run is not None:
        open_run(run=run, user=user, why="report", case_id=case.pk)
    note("report.viewed", actor=user, case=case, subject=report)
