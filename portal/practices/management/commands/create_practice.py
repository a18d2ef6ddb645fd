"""`manage.py create_practice NAME --admin EMAIL`: the first step of a real installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal.base.errors import Refused
from portal.practices.demo import typeable_password
from portal.practices.models import Role, User
from portal.practices.services.people import add_member, create_practice


class Command(BaseCommand):
    """Makes a practice and its first admin, who invites everybody else."""

    help = "Make a practice and its first admin; a new admin's password is printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        """NAME, --admin, --admin-name."""
        parser.add_argument("name", help="the practice's name")
        parser.add_argument("--admin", required=True, metavar="EMAIL", help="address of its first admin")
        parser.add_argument("--admin-name", default="", metavar="NAME", help="the admin's full name")

    def handle(self, *args: Any, name: str, admin: str, admin_name: str, **options: Any) -> None:
        """Print what was made; a known address keeps its password and becomes admin here too."""
        try:
            password = self._make(name, admin, admin_name)
        except Refused as error:
            raise CommandError(error.say) from error
        self.stdout.write(f"{name} is made; {admin} is its admin.")
        if password:
            self.stdout.write(f"  {admin:<28} admin        {password}   (shown this once; change it after signing in)")

    @transaction.atomic
    def _make(self, name: str, email: str, full_name: str) -> str:
        practice = create_practice(name=name, actor=None)
        user = User.objects.filter(email=email.strip().lower()).first()
        password = "" if user else typeable_password()
        user = user or User.objects.create_user(email, full_name or email.split("@")[0], password)
        add_member(user=user, practice=practice, roles=[Role.ADMIN], actor=None)
        return password
