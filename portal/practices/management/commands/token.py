"""`manage.py token EMAIL --scopes exams:write exams:read`: a bearer token for a program."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.base.errors import Refused
from portal.practices.models import User
from portal.practices.permissions import SCOPES
from portal.practices.services.tokens import issue_token


class Command(BaseCommand):
    """Prints the token alone, so that a script can keep it; it is shown this once."""

    help = "Make an API token that acts as EMAIL; the token alone is printed, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        """EMAIL, --scopes, --name, --days."""
        parser.add_argument("email")
        parser.add_argument("--scopes", nargs="+", required=True, metavar="SCOPE", help=f"of: {' '.join(SCOPES)}")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument("--days", type=int, default=90, help="how long it is valid; 0: until revoked")

    def handle(self, *args: Any, email: str, scopes: list[str], name: str, days: int, **options: Any) -> None:
        """Scopes may be written apart or joined by commas."""
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {email}. Check the address on the members page.")
        wanted = [scope for word in scopes for scope in word.split(",") if scope]
        expires_at = timezone.now() + timedelta(days=days) if days else None
        try:
            _, secret = issue_token(user=user, name=name, scopes=wanted, expires_at=expires_at, actor=None)
        except Refused as error:
            raise CommandError(error.say) from error
        self.stdout.write(secret)
