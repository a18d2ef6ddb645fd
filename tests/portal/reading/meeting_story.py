"""A discordant case and a meeting on it, for the tests of meetings."""

from datetime import timedelta

from django.utils import timezone

from portal.practices.models import Membership, User
from portal.reading.services.convene import convene
from portal.reading.services.decide import confirm
from portal.reading.services.reveal import reveal
from tests.conftest import PASSWORD
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, suspicious


def a_third_reader(cast):
    """Nina, a reader of Northside who holds no place at the case."""
    user = User.objects.create_user("nina@example.org", "Nina", PASSWORD)
    Membership.objects.create(user=user, practice=cast.northside, role="reader")
    cast.people["nina"] = user
    return user


def a_discordant_case(cast, *, settled_by="meeting", at=0, run=True):
    """Rosa calls nothing, Rufus a mass: double reading, both decided."""
    exam = an_exam(cast.northside, cast.alice, pseudonym=f"P-MEET{at:04}")
    if run:
        a_run(exam)
    case = a_case(exam, cast.alice, protocol="double-reading", settled_by=settled_by)
    for reader, body in ((cast.rosa, benign()), (cast.rufus, suspicious())):
        read = a_locked_read(case, reader, body)
        reveal(read=read, actor=reader, without=True)
        confirm(read=read, actor=reader)
    return case


def a_meeting(cast, *cases, chair=None, attendees=None):
    """Chaired by Rosa unless said otherwise, with Rufus there."""
    chair = chair or cast.rosa
    return convene(
        practice=cast.northside, actor=cast.cora, at=timezone.now() + timedelta(hours=1), chair=chair,
        attendees=attendees or [cast.rosa, cast.rufus], cases=cases,
    )  # fmt: skip
