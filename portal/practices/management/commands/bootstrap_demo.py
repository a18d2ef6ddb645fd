"""`manage.py bootstrap_demo`: the demo's practice and people, with their passwords printed this once."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.practices.demo import NAME, bootstrap


class Command(BaseCommand):
    """Safe to run again: people who exist are left alone and their passwords are not shown again."""

    help = "Make the demo practice with one user per role; prints each new password once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each new person: address, role, password."""
        logins = bootstrap()
        if not logins:
            self.stdout.write(f"{NAME} is as you left it; the passwords were printed when it was made.")
            return
        self.stdout.write(f"{NAME}: sign in with one of these. The passwords are shown this once.")
        for login in logins:
            self.stdout.write(f"  {login.email:<28} {login.role:<12} {login.password}")
